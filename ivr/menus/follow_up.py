"""Facts and effects of free follow-ups, for the tables of `facts.py` and `effects.py`."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from ivr.consults.desk import Desk
from ivr.consults.follow_ups import PATIENTS, FollowUps
from ivr.consults.lifecycle import ConsultState
from ivr.flow.turns import FactValue
from ivr.store.tx import Row, Tx

if TYPE_CHECKING:
    from ivr.menus.effects import Effects, Wisher
    from ivr.menus.facts import Facts


def _earlier(facts: "Facts") -> Row | None:
    """The consult that may be followed up."""
    here = facts.situation
    if here.tx is None or here.caller_id is None:
        return None
    return FollowUps(facts.desk).of(here.tx, here.caller_id, here.patient, here.at)


def _any(facts: "Facts") -> bool:
    """Before it is said for whom the call is."""
    here = facts.situation
    if here.tx is None or here.caller_id is None:
        return False
    follow_ups = FollowUps(facts.desk)
    return any(follow_ups.of(here.tx, here.caller_id, patient, here.at) is not None for patient in PATIENTS)


def _can_wait(facts: "Facts") -> bool:
    here = facts.situation
    return facts.can_be_texted() and facts.call_backs.can_call(here.kind, here.line) and _next(facts) is not None


def _doctor(facts: "Facts") -> str:
    earlier = _earlier(facts)
    if earlier is None:
        raise LookupError("there is no doctor to speak of")
    return str(earlier.doctor_name)


def _there(facts: "Facts") -> bool:
    here, earlier = facts.situation, _earlier(facts)
    return here.tx is not None and earlier is not None and FollowUps(facts.desk).on_duty(here.tx, earlier, here.at)


def _next(facts: "Facts") -> int | None:
    here, earlier = facts.situation, _earlier(facts)
    return FollowUps(facts.desk).slot(here.tx, earlier, here.at) if here.tx is not None and earlier is not None else None


def _free(facts: "Facts") -> bool:
    consult = facts.consult()
    return consult is not None and consult.follow_up_of is not None


def _slot(facts: "Facts") -> int | None:
    consult = facts.consult()
    if consult is None or consult.state != ConsultState.CALLBACK_BOOKED or consult.slot_at is None:
        return None
    return int(consult.slot_at) if consult.slot_at > facts.situation.at else None


def _follow_up_at(facts: "Facts") -> int:
    return _next(facts) or facts.situation.at


def _consult_slot(facts: "Facts") -> int:
    return _slot(facts) or facts.situation.at


FOLLOW_UP_KNOWN: Mapping[str, "Callable[[Facts], FactValue]"] = {
    "may_follow_up": _any,
    "has_follow_up": lambda facts: _earlier(facts) is not None,
    "follow_up_doctor_there": _there,
    "follow_up_can_wait": _can_wait,
    "follow_up_doctor": _doctor,
    "follow_up_at": _follow_up_at,
    "consult_free": _free,
    "consult_slot_booked": lambda facts: _slot(facts) is not None,
    "consult_slot": _consult_slot,
}


def patient_of(desk: Desk, tx: Tx, caller_id: str | None) -> str:
    """Whom the caller's consult under way is for; the caller, without one."""
    consult = desk.open_of(tx, caller_id) if caller_id is not None else None
    return "self" if consult is None else str(consult.patient)


def _quote(effects: "Effects", tx: Tx, wisher: "Wisher") -> None:
    FollowUps(effects.desk).quote(tx, wisher.trigger, wisher.place.answers)


def _book(effects: "Effects", tx: Tx, wisher: "Wisher") -> None:
    """At the time that was spoken, not at one reckoned again."""
    FollowUps(effects.desk).book(tx, wisher.trigger, wisher.place.answers, int(wisher.place.told["follow_up_at"]))


def _begin(effects: "Effects", tx: Tx, wisher: "Wisher") -> None:
    FollowUps(effects.desk).begin(tx, wisher.trigger)


def _cancel(effects: "Effects", tx: Tx, wisher: "Wisher") -> None:
    FollowUps(effects.desk).cancel(tx, wisher.trigger)


FOLLOW_UP_CARRIED_OUT: Mapping[str, Callable[..., None]] = {
    "quote_follow_up": _quote,
    "book_follow_up": _book,
    "begin_follow_up": _begin,
    "cancel_follow_up": _cancel,
}
