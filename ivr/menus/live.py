"""A call that is answered, and the first turn that answers it."""

from collections.abc import Mapping
from dataclasses import dataclass

from ivr.flow.turns import Effect
from ivr.lines import Line
from ivr.menus.effects import Wisher
from ivr.model.replies import Reply
from ivr.model.values import CallerKind
from ivr.store import turns
from ivr.store.tx import Addition


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
