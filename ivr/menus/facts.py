"""What a flow may ask about the world, found out when it asks."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from ivr.callbacks.wishes import CallBacks
from ivr.flow.turns import FactValue
from ivr.hours import Hours, offers
from ivr.lines import Line
from ivr.menus.keeping import read_heard
from ivr.model.events import Rang
from ivr.model.values import CallerKind, Language
from ivr.settings import Settings
from ivr.store import callers, turns
from ivr.store.tx import Tx

_MOST_RINGS = 2  # of the operator's phone in one call


@dataclass(frozen=True, slots=True)
class Situation:
    """One call, as its flow finds it. `tx` is None for a caller of whom we know nothing yet."""

    tx: Tx | None
    call_id: str
    caller_id: str | None
    kind: CallerKind
    line: Line
    at: int
    called_back: bool
    languages: tuple[Language, ...]  # on offer


class Facts(Mapping[str, FactValue]):
    """Lazy: each fact costs what it costs only when a flow asks for it. KeyError for one that does not exist."""

    def __init__(self, situation: Situation, call_backs: CallBacks, hours: Hours, settings: Settings) -> None:
        self.situation = situation
        self.call_backs = call_backs
        self.hours = hours
        self.settings = settings

    def __getitem__(self, name: str) -> FactValue:
        return KNOWN[name](self)

    def __iter__(self) -> Iterator[str]:
        return iter(KNOWN)

    def __len__(self) -> int:
        return len(KNOWN)

    def remembered(self) -> Language | None:
        """The language chosen before, in this call or another, if it is on offer."""
        here = self.situation
        chosen = callers.language(here.tx, here.caller_id) if here.tx is not None and here.caller_id is not None else None
        return next((language for language in here.languages if language == chosen), None)

    def booked_at(self) -> int | None:
        tx, caller_id = self.situation.tx, self.situation.caller_id
        return self.call_backs.booked(tx, caller_id) if tx is not None and caller_id is not None else None

    def can_be_called(self) -> bool:
        here = self.situation
        if not self.call_backs.can_call(here.kind, here.line):
            return False
        return here.tx is None or here.caller_id is None or self.call_backs.may_ask(here.tx, here.caller_id, here.at)

    def can_be_texted(self) -> bool:
        """A mobile that has not opted out, and a provider to text it."""
        here = self.situation
        if here.kind is not CallerKind.MOBILE or not self.settings.texting:
            return False
        return here.tx is None or here.caller_id is None or not callers.opted_out(here.tx, here.caller_id)

    def operator_there(self) -> bool:
        """Open, with a phone to ring, which has not been rung in vain already in this call."""
        here = self.situation
        if not self.settings.oncall_number or not self.open_now():
            return False
        return here.tx is None or self._rings(here.tx) < _MOST_RINGS

    def _rings(self, tx: Tx) -> int:
        return sum(isinstance(read_heard(each), Rang) for each in turns.heard(tx, self.situation.call_id))

    def spoke_before(self) -> bool:
        here = self.situation
        if here.tx is None or here.caller_id is None:
            return False
        return turns.spoke_before(here.tx, here.caller_id, here.line.number.e164, here.call_id)

    def slot(self, number: int) -> int:
        return offers(self.hours, self.situation.at)[number - 1]

    def opens_at(self) -> int:
        return self.hours.opens_next(self.situation.at) or self.situation.at

    def open_now(self) -> bool:
        return self.hours.open_at(self.situation.at)


KNOWN: Mapping[str, Callable[[Facts], FactValue]] = {
    "language_known": lambda facts: len(facts.situation.languages) < 2 or facts.remembered() is not None,
    "open_now": Facts.open_now,
    "returning_caller": Facts.spoke_before,
    "has_mobile": Facts.can_be_texted,
    "can_be_called": Facts.can_be_called,
    "operator_there": Facts.operator_there,
    "doctor_on_duty": lambda facts: False,  # no doctor can be rung yet
    "called_back": lambda facts: facts.situation.called_back,
    "call_booked": lambda facts: facts.booked_at() is not None,
    "booked_at": lambda facts: facts.booked_at() or facts.situation.at,
    "slot_1": lambda facts: facts.slot(1),
    "slot_2": lambda facts: facts.slot(2),
    "slot_3": lambda facts: facts.slot(3),
    "opens_at": Facts.opens_at,
    "grievance_days": lambda facts: facts.settings.grievance_days,
}
