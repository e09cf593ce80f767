"""A call that is answered, and the first turn that answers it."""

from collections.abc import Mapping
from dataclasses import dataclass

from ivr.flow.turns import Effect
from ivr.lines import Line, Lines
from ivr.menus.effects import Wisher
from ivr.model.replies import Reply
from ivr.model.values import CallerKind, Phone
from ivr.store import turns
from ivr.store.tx import Addition, Row


@dataclass(frozen=True, slots=True)
class LiveCall:
    """A call that is answered: who is on the line with us, and on which."""

    provider: str
    call_id: str
    caller_id: str | None
    kind: CallerKind
    line: Line
    flow: str
    at: int
    dial_id: str | None = None  # of a call that we placed


def live_call(lines: Lines, here: Row, at: int) -> LiveCall:
    """From a row of `turns.situation`. LookupError when its line was taken out of lines.yaml."""
    line = lines.find(Phone(here.line))
    if line is None:
        raise LookupError(f"the line of call {here.id} was taken out of lines.yaml")
    return LiveCall(here.provider, here.id, here.caller_id, CallerKind(here.caller_kind), line, here.flow, at, here.dial_id)


@dataclass(frozen=True, slots=True)
class Opening:
    """The first turn, to be committed with its call. `effects` need a transaction; most flows begin without any."""

    row: Mapping[str, object]
    reply: Reply
    effects: tuple[Effect, ...]
    wisher: Wisher

    @property
    def addition(self) -> Addition:
        return turns.addition(**self.row)
