"""What a flow may ask about the world, found out when it asks."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from ivr.alarms.rules import Subject, rule
from ivr.alarms.taking import is_open
from ivr.callbacks.wishes import CallBacks
from ivr.connecting.connecting import Connecting
from ivr.connecting.rooms import ConsultRoom
from ivr.consults.desk import MOST_RESENT, Desk, fresh
from ivr.consults.lifecycle import TAKING_A_PLACE, TOLD_FIRST, ConsultState
from ivr.doctors.duty import Duty
from ivr.flow.turns import FactValue
from ivr.hours import Hours, offers
from ivr.lines import Line
from ivr.menus.connecting_facts import CONNECTING_KNOWN
from ivr.menus.duty_facts import DUTY_KNOWN
from ivr.menus.follow_up import FOLLOW_UP_KNOWN
from ivr.menus.keeping import read_heard
from ivr.model.events import Rang
from ivr.model.values import CallerKind, Language
from ivr.prices import Price
from ivr.settings import Settings
from ivr.store import callers, doctors, pages, turns
from ivr.store.tx import Row, Tx

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
    dial_id: str | None  # of a call that we placed
    languages: tuple[Language, ...]  # on offer
    language: Language  # spoken when the turn began
    patient: str = "self"  # or other: whom the call is for, as the caller said in it


@dataclass(frozen=True, slots=True)
class World:
    """Whom the facts are asked of."""

    call_backs: CallBacks
    desk: Desk
    duty: Duty
    connecting: Connecting
    hours: Hours
    settings: Settings


class Facts(Mapping[str, FactValue]):
    """Lazy: each fact costs what it costs only when a flow asks for it. KeyError for one that does not exist."""

    def __init__(self, situation: Situation, world: World) -> None:
        self.situation = situation
        self.world = world
        self.call_backs, self.desk, self.hours, self.settings = world.call_backs, world.desk, world.hours, world.settings

    def __getitem__(self, name: str) -> FactValue:
        return KNOWN[name](self)

    def __iter__(self) -> Iterator[str]:
        return iter(KNOWN)

    def __len__(self) -> int:
        return len(KNOWN)

    def remembered(self) -> Language | None:
        """The language chosen before, in this call or another, if it is on offer; a doctor's is known before they choose."""
        here = self.situation
        if here.tx is None or here.caller_id is None:
            return None
        chosen = callers.language(here.tx, here.caller_id)
        if chosen is None:
            return self._spoken_by_doctor(here.tx, here.caller_id)
        return next((language for language in here.languages if language == chosen), None)

    def _spoken_by_doctor(self, tx: Tx, caller_id: str) -> Language | None:
        """The best of the directory that is on offer; of equals, the line's own."""
        levels = doctors.languages_of(tx, caller_id)
        spoken = [language for language in self.situation.languages if language in levels]
        return max(spoken, key=lambda each: (levels[each], each == self.situation.line.language), default=None)

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

    def page(self) -> Row | None:
        """The alarm that we called somebody on call about."""
        tx, dial_id = self.situation.tx, self.situation.dial_id
        return pages.of_dial(tx, dial_id) if tx is not None and dial_id is not None else None

    def page_is_about(self, subject: Subject) -> bool:
        page = self.page()
        return page is not None and rule(page.kind).subject is subject

    def page_open(self) -> bool:
        page = self.page()
        return page is not None and is_open(page)

    def page_caller(self) -> bool:
        """Somebody whose phone this line's provider can ring."""
        tx, page = self.situation.tx, self.page()
        call = pages.about(tx, page) if tx is not None and page is not None else None
        if tx is None or call is None or call.caller_id is None or self._rings(tx) >= _MOST_RINGS:
            return False
        return self.call_backs.carries(CallerKind(call.caller_kind), self.situation.line)

    def _rings(self, tx: Tx) -> int:
        return sum(isinstance(read_heard(each), Rang) for each in turns.heard(tx, self.situation.call_id))

    def room(self) -> ConsultRoom | None:
        """Of the consult that this call is about."""
        here = self.situation
        return self.world.connecting.room(here.tx, here.caller_id, here.dial_id) if here.tx is not None else None

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

    def consult(self) -> Row | None:
        """The caller's consult that is under way."""
        tx, caller_id = self.situation.tx, self.situation.caller_id
        return self.desk.open_of(tx, caller_id) if tx is not None and caller_id is not None else None

    def consult_is(self, *states: ConsultState) -> bool:
        consult = self.consult()
        return consult is not None and consult.state in states

    def can_consult(self) -> bool:
        here = self.situation
        if here.tx is None or here.caller_id is None or not self.can_be_texted():
            return False
        if not self.call_backs.can_call(here.kind, here.line):
            return False  # who has paid is promised a call
        return self.desk.can_sell(here.tx, here.caller_id, here.language, here.at)

    def screen_fresh(self) -> bool:
        consult = self.consult()
        return consult is not None and fresh(consult, self.situation.at)

    def link_text_missing(self) -> bool:
        tx, consult = self.situation.tx, self.consult()
        return tx is not None and consult is not None and self.desk.link_text_missing(tx, consult, self.situation.at)

    def can_resend_link(self) -> bool:
        consult = self.consult()
        return consult is not None and consult.resent < MOST_RESENT

    def price(self) -> Price:
        return self.desk.price(self.situation.tx, self.situation.caller_id, self.situation.patient)

    def quoted(self, column: str) -> FactValue:
        """Of the quote of the consult under way. LookupError without one: flows ask before they speak of it."""
        tx, consult = self.situation.tx, self.consult()
        quote = self.desk.quote_of(tx, consult) if tx is not None and consult is not None else None
        if quote is None:
            raise LookupError("there is no quote to speak of")
        value: FactValue = getattr(quote, column)
        return value

    def consult_reference(self) -> str:
        consult = self.consult()
        if consult is None:
            raise LookupError("there is no consult to speak of")
        return str(consult.reference)


PAGED: Mapping[str, Callable[[Facts], FactValue]] = {
    "page_open": Facts.page_open,
    "page_emergency": lambda facts: facts.page_is_about(Subject.EMERGENCY),
    "page_unclear": lambda facts: facts.page_is_about(Subject.UNCLEAR),
    "page_unserved": lambda facts: facts.page_is_about(Subject.UNSERVED),
    "page_money": lambda facts: facts.page_is_about(Subject.MONEY),
    "page_caller": Facts.page_caller,
}

CONSULTS: Mapping[str, Callable[[Facts], FactValue]] = {
    "can_consult": Facts.can_consult,
    "consult_open": lambda facts: facts.consult_is(*TOLD_FIRST),
    "consult_unpaid": lambda facts: facts.consult_is(ConsultState.AWAITING_PAYMENT),
    "consult_paid": lambda facts: facts.consult_is(*TAKING_A_PLACE),
    "screen_fresh": Facts.screen_fresh,
    "refund_under_way": lambda facts: facts.consult_is(ConsultState.REFUNDING),
    "can_resend_link": Facts.can_resend_link,
    "link_text_missing": Facts.link_text_missing,
    "price_is_first": lambda facts: facts.price().first,
    "price": lambda facts: facts.price().total.amount,
    "serve_minutes": lambda facts: facts.settings.serve_by_minutes,
    "consult_amount": lambda facts: facts.quoted("paise"),
    "consult_reference": Facts.consult_reference,
    "pay_code": lambda facts: facts.quoted("code"),
}

KNOWN: Mapping[str, Callable[[Facts], FactValue]] = {
    "language_known": lambda facts: len(facts.situation.languages) < 2 or facts.remembered() is not None,
    "open_now": Facts.open_now,
    "returning_caller": Facts.spoke_before,
    "has_mobile": Facts.can_be_texted,
    "can_be_called": Facts.can_be_called,
    "operator_there": Facts.operator_there,
    "called_back": lambda facts: facts.situation.dial_id is not None,
    **PAGED,
    **CONSULTS,
    "call_booked": lambda facts: facts.booked_at() is not None,
    "booked_at": lambda facts: facts.booked_at() or facts.situation.at,
    "slot_1": lambda facts: facts.slot(1),
    "slot_2": lambda facts: facts.slot(2),
    "slot_3": lambda facts: facts.slot(3),
    **FOLLOW_UP_KNOWN,
    **CONNECTING_KNOWN,
    **DUTY_KNOWN,
    "opens_at": Facts.opens_at,
    "grievance_days": lambda facts: facts.settings.grievance_days,
}
