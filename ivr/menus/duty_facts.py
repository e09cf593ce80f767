"""What the flows of doctors ask: how their duty stands, and what is booked for them. Nothing about a patient."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from ivr.doctors.duty_standing import Standing
from ivr.flow.turns import FactValue
from ivr.store.presence import ON, ONE_MORE

if TYPE_CHECKING:
    from ivr.menus.facts import Facts


def _standing(facts: "Facts") -> Standing | None:
    """None for anybody but a doctor of ours."""
    here = facts.situation
    return facts.world.duty.standing(here.tx, here.caller_id, here.at) if here.tx is not None and here.caller_id is not None else None


def _is(holds: Callable[[Standing], bool]) -> "Callable[[Facts], FactValue]":
    def fact(facts: "Facts") -> FactValue:
        standing = _standing(facts)
        return standing is not None and holds(standing)

    return fact


def _of(value: Callable[[Standing], int]) -> "Callable[[Facts], FactValue]":
    """LookupError for anybody but a doctor: flows ask before they speak of it."""

    def fact(facts: "Facts") -> FactValue:
        standing = _standing(facts)
        if standing is None:
            raise LookupError("the caller is no doctor")
        return value(standing)

    return fact


def _booked(number: int) -> "Callable[[Facts], FactValue]":
    """When the `number`th booked call is due, from 1; the last one's time where there are fewer."""

    def fact(facts: "Facts") -> FactValue:
        standing = _standing(facts)
        booked = standing.booked if standing is not None else ()
        if not booked:
            raise LookupError("nothing is booked for this caller")
        return booked[:number][-1]

    return fact


DUTY_KNOWN: "Mapping[str, Callable[[Facts], FactValue]]" = {
    "doctor_calling": _is(lambda each: True),
    "doctor_may_serve": _is(lambda each: each.may_serve),
    "duty_on": _is(lambda each: each.intent in (ON, ONE_MORE)),
    "duty_one_more": _is(lambda each: each.intent == ONE_MORE),
    "duty_paused": _is(lambda each: each.paused),
    "duty_confirmed": _is(lambda each: each.confirmed),
    "word_awaited": _is(lambda each: each.to_dispose is not None),
    "doctor_booked": _is(lambda each: bool(each.booked)),
    "doctor_booked_twice": _is(lambda each: len(each.booked) > 1),
    "doctor_booked_thrice": _is(lambda each: len(each.booked) > 2),
    "duty_until": _of(lambda each: each.until),
    "duty_end": _of(lambda each: each.end),
    "pause_until": _of(lambda each: each.paused_until),
    "doctor_bookings": _of(lambda each: len(each.booked)),
    "doctor_booking_1": _booked(1),
    "doctor_booking_2": _booked(2),
    "doctor_booking_3": _booked(3),
}
