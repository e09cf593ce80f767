"""The sweep of pages: alarms that sounded become pages, and each page takes its next step when that is due.

All of it is done by the relay, in the database alone: no worker and no Redis stands between an alarm and the wish for a call.
Lock order: call back, page, outbox.
"""

import logging
from collections.abc import Collection
from dataclasses import dataclass

from ivr.alarms.lifecycle import OPEN, PageEvent, PageState, after
from ivr.alarms.plan import ANSWER_MS, BUDGET_MS, LISTEN_MS, PACES, Pace, Step, Urgency, awake, begins, may_call, step
from ivr.alarms.raising import raise_all, unpaged, waiting
from ivr.alarms.rules import CALLERS_WAIT, GRAVEST, ONCALL_ALARM, UNTAKEN, Rule, rule, says
from ivr.alarms.sources import queue_age, sound_queue_age
from ivr.alarms.taking import TOO_SLOW, call_off
from ivr.callbacks.lifecycle import CallBackState, DialState
from ivr.callbacks.wishes import CallBacks, page_call
from ivr.lines import Line, Lines
from ivr.model.errors import DatabaseAway
from ivr.model.ports import Clock
from ivr.model.values import CallerKind, Language
from ivr.numbering import identify
from ivr.settings import Settings
from ivr.store import alarms, callers, dials, pages
from ivr.store.database import Database
from ivr.store.tx import Row, Tx
from ivr.store.vault import Vault
from ivr.texts.asking import Asking, Trigger

log = logging.getLogger(__name__)

_ORDER = {kind: place for place, kind in enumerate(GRAVEST)}

FLOW = "oncall"

_LATER_MS = 5 * 60_000


@dataclass(frozen=True, slots=True)
class Paging:
    database: Database
    vault: Vault
    lines: Lines
    asking: Asking
    call_backs: CallBacks
    flows: Collection[str]  # the names of all there are
    settings: Settings
    clock: Clock

    def sweep(self) -> None:
        """Safe to run twice, and beside another relay's. Raises DatabaseAway."""
        now = self.clock.now()
        with self.database.read() as tx:
            late = queue_age(tx, now)
            sounded = bool(self.settings.on_call and unpaged(tx, now))
            due = pages.due(tx, now)
        if late:
            self.database.write(lambda tx: sound_queue_age(tx, now))
        if sounded:
            self.database.write(lambda tx: raise_all(tx, self.lines.hours, now))
            with self.database.read() as tx:
                due = pages.due(tx, now)
        due.sort(key=lambda page: _ORDER.get(page.kind, len(_ORDER)))  # one phone takes one call at a time: the gravest first
        for page in due:
            self._take_step(page.id, now)

    def _take_step(self, page_id: str, now: int) -> None:
        """One that cannot be taken as things are holds up no other page, nor the relay."""
        try:
            self.database.write(lambda tx: self._go_on(tx, page_id, now))
        except DatabaseAway:
            raise
        except Exception as error:
            log.exception("a page cannot go on", extra={"page": page_id})
            advice = f"an alarm cannot be brought to anybody as things are: {type(error).__name__}: {error}; it is tried every five minutes"
            self.database.write(lambda tx: _postpone(tx, page_id, advice, now))

    def _go_on(self, tx: Tx, page_id: str, now: int) -> None:
        coming = pages.calls(tx, page_id, lock=True)
        page = pages.get(tx, page_id, lock=True)
        if page is None or page.state not in OPEN:
            return
        found = rule(page.kind)
        pace = PACES.get(found.urgency, PACES[Urgency.NOW])  # the rule may have changed meanwhile
        if page.told_at is not None and page.told_at <= now:
            self._tell(tx, page, f"nobody has taken {page.reference} ({found.says}) for {pace.told_ms // 60_000} minutes", now)
            page = page._replace(told_at=None)
        if page.due_at > now:
            return _wait(tx, page, page.due_at)
        following = step(page.steps, len(self.settings.on_call), pace)
        until = max(awake(found.urgency, self.lines.hours, now), begins(page.raised_at, page.steps, len(self.settings.on_call), pace))
        if coming and _in_hand(tx, coming[-1], now):
            return _wait(tx, page, now + LISTEN_MS)
        if following is not None and until > now:
            return _wait(tx, page, until)
        for call_back in coming:
            if call_back.state in (CallBackState.PLANNED, CallBackState.DIALLING):
                call_off(tx, call_back, now, TOO_SLOW)
        if following is None:
            return self._give_up(tx, page, found, now)
        return self._do(tx, page, found, pace, following, now)

    def _do(self, tx: Tx, page: Row, found: Rule, pace: Pace, following: Step, now: int) -> None:
        """A step that comes to nothing (no template, no line that could call, enough calls) is followed by the next at once."""
        phone = self.settings.on_call[following.number]
        kind = identify(phone.e164, self.lines.numbers).kind
        caller_id = callers.ensure(tx, self.vault, phone, now)
        shown = self._line(tx, page, kind, following.round)
        texted = following.text and self._text(tx, page, kind, caller_id, shown, now)
        allowed = following.call and may_call(pages.calls_to(tx, caller_id, now - BUDGET_MS), following.round)
        if called := allowed and shown is not None and FLOW in self.flows:
            tx.add(page_call(page_id=page.id, caller_id=caller_id, line=shown.number, flow=FLOW, at=now))
        event = PageEvent.CALLED if following.call else PageEvent.TEXTED
        state = after(PageState(page.state), event) or PageState(page.state)
        wait_ms = ANSWER_MS if called else pace.grace_ms if texted and not following.call else 0
        pages.move(tx, page.id, state, steps=page.steps + 1, due_at=now + wait_ms, told_at=page.told_at)

    def _text(self, tx: Tx, page: Row, kind: CallerKind, caller_id: str, shown: Line | None, now: int) -> bool:
        """Whether an SMS was asked for."""
        if kind is not CallerKind.MOBILE or not self.asking.texting or ONCALL_ALARM not in self.asking.templates:
            return False
        line = shown or next(iter(self.lines))
        trigger = Trigger(None, caller_id, line, Language.ENGLISH, now, page.id)
        what = says(page.kind, waiting(tx, now) if page.kind == CALLERS_WAIT else 0)
        tx.add(self.asking.rows(trigger, ONCALL_ALARM, None, {"what": what, "reference": page.reference}))
        return True

    def _line(self, tx: Tx, page: Row, kind: CallerKind, round_: int) -> Line | None:
        """The number that the phone shows: the one that the page's caller rang, if it can; in each round by another provider."""
        about = pages.about(tx, page)
        able: dict[str, Line] = {}
        for line in sorted(self.lines, key=lambda line: about is None or line.number.e164 != about.line):
            if self.call_backs.carries(kind, line):
                able.setdefault(line.provider or self.settings.voice_provider, line)
        return [*able.values()][round_ % len(able)] if able else None

    def _give_up(self, tx: Tx, page: Row, found: Rule, now: int) -> None:
        state = after(PageState(page.state), PageEvent.EXHAUSTED) or PageState(page.state)
        pages.move(tx, page.id, state, steps=page.steps, due_at=None, told_at=None)
        self._tell(tx, page, f"nobody took {page.reference} ({found.says}), and nobody is called about it any more", now)

    def _tell(self, tx: Tx, page: Row, what: str, now: int) -> None:
        alarms.sound(tx, UNTAKEN, page.reference, f"{what}; `python -m ivr ops take {page.reference}` takes it", now)


def _in_hand(tx: Tx, call_back: Row, now: int) -> bool:
    """Whether the latest call may still be taken."""
    match call_back.state:
        case CallBackState.RINGING | CallBackState.TALKING:
            return True
        case CallBackState.PLANNED | CallBackState.DIALLING:
            refused = dials.states(tx, call_back.id)[-1:] == [DialState.ACCOUNT]
            return not refused and now < call_back.created_at + ANSWER_MS
        case _:
            return False


def _postpone(tx: Tx, page_id: str, advice: str, now: int) -> None:
    pages.postpone(tx, page_id, now + _LATER_MS)
    alarms.sound(tx, UNTAKEN, page_id, advice, now)


def _wait(tx: Tx, page: Row, until: int) -> None:
    pages.move(tx, page.id, page.state, steps=page.steps, due_at=until, told_at=page.told_at)
