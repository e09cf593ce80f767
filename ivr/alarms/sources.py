"""Alarms of the machinery itself, sounded by the sweep: nobody else would notice that a worker stands still."""

from ivr.alarms.rules import QUEUE_AGE
from ivr.store import alarms, outbox, pages
from ivr.store.tx import Tx

_LATE_MS = 2 * 60_000  # longer than a deploy takes; `/readyz` is stricter
_EVERY_MS = 10 * 60_000


def queue_age(tx: Tx, now: int) -> str | None:
    """What to say of wishes that wait too long; None while none does, and while it was said lately."""
    waiting, silent = outbox.oldest_unissued(tx), outbox.unreported(tx, 3)
    late_s = 0 if waiting is None or now - waiting <= _LATE_MS else (now - waiting) // 1000
    if not late_s and not silent:
        return None
    last = pages.last_sounded(tx, QUEUE_AGE)
    if last is not None and now - last < _EVERY_MS:
        return None
    if late_s:
        return f"something has been due for {late_s} s and could not be queued: does the relay reach Redis, do the workers run?"
    return f"{silent} wishes were queued again and again, and no worker reported back: do `python -m workers calls` and the others run?"


def sound_queue_age(tx: Tx, now: int) -> None:
    advice = queue_age(tx, now)
    if advice is not None:
        alarms.sound(tx, QUEUE_AGE, "outbox", advice, now)
