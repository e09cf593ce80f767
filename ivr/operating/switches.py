"""Switches: a line, or all texts, off and on again."""

from collections.abc import Mapping
from dataclasses import dataclass

from ivr.lines import Answer, CallBack, Line, TextApp
from ivr.operating.deed import CannotBeDone, Deed
from ivr.oversight import Action
from ivr.pauses import TEXTS, Pauses
from ivr.store import outbox
from ivr.store import pauses as store
from ivr.store.database import Database
from ivr.store.tx import Tx
from ivr.texts.booking import SEND

_CAN_BE_PAUSED = TextApp | CallBack | Answer


@dataclass(frozen=True, slots=True)
class Switching:
    database: Database
    pauses: Pauses

    def pause_line(self, deed: Deed, line: Line) -> None:
        """Calls to it are written down and bring nothing, until it goes on. Paid consults are not touched, nor calls under way.

        CannotBeDone for a line by which people say no, or doctors that they work; and twice.
        """
        if not can_be_paused(line):
            raise CannotBeDone("by this line people say no to us, or doctors that they work: it is never paused")
        self._off(deed, Action.PAUSE_LINE, "line", line.number.e164, "this line is paused already")

    def resume_line(self, deed: Deed, line: Line) -> None:
        self._on(deed, Action.RESUME_LINE, "line", line.number.e164, "this line is not paused")

    def pause_texts(self, deed: Deed) -> None:
        """No text leaves: none is handed to a provider from now on. They wait, and are dropped when their time is over."""
        self._off(deed, Action.PAUSE_TEXTS, TEXTS, TEXTS, "all texts are paused already")

    def resume_texts(self, deed: Deed) -> None:
        """What waited and is still timely goes out at once."""
        self._on(deed, Action.RESUME_TEXTS, TEXTS, TEXTS, "texts are not paused")

    def requeue_jobs(self, deed: Deed, failed: Mapping[str, int]) -> None:
        """Write down that jobs which RQ gave up are put back, before they are. `failed`: how many, by queue. CannotBeDone for none."""
        if not failed:
            raise CannotBeDone("no job has failed")
        self.database.write(lambda tx: deed.note(tx, Action.REQUEUE_JOBS, "jobs", "failed", None, **failed))

    def _off(self, deed: Deed, action: Action, subject: str, scope: str, already: str) -> None:
        def work(tx: Tx) -> None:
            if not store.add(tx, scope=scope, at=deed.at, operator=deed.operator, reason=deed.reason):
                raise CannotBeDone(already)
            deed.note(tx, action, subject, scope)

        self.database.write(work)
        self.pauses.forget()

    def _on(self, deed: Deed, action: Action, subject: str, scope: str, already: str) -> None:
        def work(tx: Tx) -> None:
            found = store.get(tx, scope)
            if found is None or not store.remove(tx, scope):
                raise CannotBeDone(already)
            if scope == TEXTS:
                outbox.hurry(tx, SEND, deed.at)
            deed.note(tx, action, subject, scope, paused_s=(deed.at - found.at) // 1000)

        self.database.write(work)
        self.pauses.forget()


def can_be_paused(line: Line) -> bool:
    return isinstance(line.action, _CAN_BE_PAUSED)
