"""S1 to S12 of routing.md 9: what never happens. Most are asked after every commit, of the rows before it and after it.

What two of them mean here: S4, presence is idle, reserved or talking (a rest is `free_at` in the future); S7, a webhook that comes twice
at once is asked about beside the second delivery, and S11 where it is answered (`network.Post`).
"""

from collections import Counter
from collections.abc import Callable, Iterator
from re import compile as regex
from typing import Protocol

from ivr.connecting.lifecycle import TRANSITIONS as OFFER_TRANSITIONS
from ivr.consults.lifecycle import TRANSITIONS
from ivr.sandbox.room_records import RoomRecord
from ivr.sandbox.world import Sandbox
from tests.schedules.people import Caller, Doctor
from tests.schedules.sight import ASKED, BRIDGED, Sight, Who, may_be_claimed

_CONSULT_STEPS = {(before.value, after.value) for (before, _), after in TRANSITIONS.items()}
_OFFER_STEPS = {(before.value, after.value) for (before, _), after in OFFER_TRANSITIONS.items()}
_TWO_AT_ONCE = {("talking", "completed"), ("recovering", "completed")}
"""The doctor's word, or the patient's, ends a talk and earns it in one transaction."""
_LED_OUT_MS = 75_000
_DIGITS = regex(r"\d{10,}")


class Played(Protocol):
    """What is asked about, besides the rows."""

    sandbox: Sandbox
    callers: list[Caller]
    doctors: list[Doctor]
    who: dict[str, Who]
    only: str

    def now(self) -> int: ...


def s1_one_live_offer_of_a_doctor(_: Sight, after: Sight, __: Played) -> Iterator[str]:
    for doctor_id, times in Counter(each.doctor_id for each in after.live()).items():
        if times > 1:
            yield f"doctor {doctor_id} has {times} live offers"


def s3_one_doctor_of_a_consult(_: Sight, after: Sight, __: Played) -> Iterator[str]:
    for consult_id, times in Counter(each.consult_id for each in after.live() if each.state == "accepted").items():
        if times > 1:
            yield f"consult {consult_id} is accepted {times} times"
    for each in after.consults.values():
        taken = after.offers.get(each.offer_id or "")
        if each.state in BRIDGED and (taken is None or taken.doctor_id != each.doctor_id or taken.consult_id != each.id):
            yield f"consult {each.id} is {each.state} with doctor {each.doctor_id} and offer {each.offer_id}"
        if each.state in ("connecting", "talking", "recovering") and taken is not None and taken.state != "accepted":
            yield f"consult {each.id} is {each.state}, and its offer is {taken.state}"


def s4_presence_and_offers_agree(_: Sight, after: Sight, __: Played) -> Iterator[str]:
    kept = {each.doctor_id: each for each in after.live()}
    for doctor_id, here in after.presence.items():
        mine = kept.get(doctor_id)
        means = "idle" if mine is None else "reserved" if mine.state in ASKED else "talking"
        if here.state != means:
            yield f"doctor {doctor_id} is {here.state}, and the offer says {means}"
        elif mine is not None and (here.fence, here.offer_id) != (mine.fence, mine.id):
            yield f"doctor {doctor_id} is kept for another offer than the live one"


def s5_money_ends_once(before: Sight, after: Sight, __: Played) -> Iterator[str]:
    for payment_id, paid in after.payments.items():
        was = before.payments.get(payment_id)
        if was is not None and was.state in ("earned", "refunded") and was.state != paid.state:
            yield f"payment {payment_id} was {was.state}, and is {paid.state}"
        consult = after.consults[paid.consult_id]
        if (consult.state == "completed") != (paid.state == "earned") and _first(after, paid.consult_id) == payment_id:
            yield f"consult {consult.id} is {consult.state}, and its payment {paid.state}"
        if consult.state == "cancelled" and paid.state in ("held", "earned"):
            yield f"consult {consult.id} is cancelled, and its payment {paid.state}"


def s8_only_who_may_be_rung(before: Sight, after: Sight, played: Played) -> Iterator[str]:
    """At the instant of the claim: intent, proof, shift, rest, language; and not somebody who was claimed."""
    for offer_id in after.offers.keys() - before.offers.keys():
        made = after.offers[offer_id]
        at = made.created_at  # the moment that the claim itself went by
        here, wanted, was = after.presence[made.doctor_id], after.consults[made.consult_id], before.presence.get(made.doctor_id)
        if not may_be_claimed(here, at):
            left = (here.on_until or at) - at
            yield f"doctor {made.doctor_id} is rung: {here.intent}, {left} ms of duty left, rest {here.rest} for {here.free_at - at} ms"
        if was is not None and was.state != "idle":
            yield f"doctor {made.doctor_id} is rung while {was.state}"
        if not played.who[made.doctor_id].speaks_with(wanted):
            yield f"doctor {made.doctor_id} is rung for a patient who speaks {wanted.language}"


def s9_no_dial_for_what_was_cancelled(before: Sight, after: Sight, _: Played) -> Iterator[str]:
    for dial_id in after.dials.keys() - before.dials.keys():
        offer = before.offers.get(after.dials[dial_id].offer_id or "")
        if offer is not None and offer.cancelled_at is not None:
            yield f"dial {dial_id} was made for offer {offer.id}, which was {offer.state}"


def s12_lives_follow_their_tables(before: Sight, after: Sight, _: Played) -> Iterator[str]:
    for consult_id, now in after.consults.items():
        was = before.consults.get(consult_id)
        if was is not None and was.state != now.state and (was.state, now.state) not in _CONSULT_STEPS | _TWO_AT_ONCE:
            yield f"consult {consult_id} went from {was.state} to {now.state}"
    for offer_id, now in after.offers.items():
        was = before.offers.get(offer_id)
        if was is not None and was.state != now.state and (was.state, now.state) not in _OFFER_STEPS:
            yield f"offer {offer_id} went from {was.state} to {now.state}"


Check = Callable[[Sight, Sight, Played], Iterator[str]]
AFTER_EACH_COMMIT: tuple[Check, ...] = (
    s1_one_live_offer_of_a_doctor,
    s3_one_doctor_of_a_consult,
    s4_presence_and_offers_agree,
    s5_money_ends_once,
    s8_only_who_may_be_rung,
    s9_no_dial_for_what_was_cancelled,
    s12_lives_follow_their_tables,
)


def s2_one_room_and_two_people(played: Played, since: dict[str, int]) -> Iterator[str]:
    """By the sandbox's own truth. A patient with two phones may have the older one in a room until it was led out of it.

    `since`: when a patient was first seen in rooms twice; a job that was lost comes again after a minute.
    """
    doctors, rooms = {each.number for each in played.doctors}, [each for each in played.sandbox.rooms() if each.ended_at is None]
    inside = [(room, visit.person) for room in rooms for visit in room.visits if visit.left_at is None]
    twice = {person: times for person, times in Counter(person for _, person in inside).items() if times > 1}
    for person in since.keys() - twice.keys():
        del since[person]
    for person, times in twice.items():
        first = since.setdefault(person, played.now())
        if person in doctors or played.now() - first > _LED_OUT_MS:
            yield f"{person} is in a room {times} times"
    for room in rooms:
        people = {person for each, person in inside if each is room}
        if len(people) > 2 or len(people & doctors) > 1:
            yield f"in {room.name} are {people}"


def s6_nobody_is_in_a_room_unasked(played: Played, room: RoomRecord, visit_number: int) -> Iterator[str]:
    """A doctor pressed 1 in that very call; a patient is the one who paid, and pressed a key where we rang them."""
    visit = room.visits[visit_number]
    call = played.sandbox.call(visit.call_id)
    assert call is not None
    doctor = next((each for each in played.doctors if each.number == visit.person), None)
    if doctor is not None and "1" not in call.pressed:
        yield f"doctor {doctor.number} is in {room.name}, and pressed {call.pressed!r}"
    caller = next((each for each in played.callers if each.number == visit.person), None)
    if doctor is None and (caller is None or not caller.paid or caller.consult_id not in room.name):
        yield f"{visit.person} is in {room.name}"
    if doctor is None and call.direction == "outbound" and not call.pressed:
        yield f"{visit.person} is in {room.name} and pressed no key"


def s10_no_number_is_shown(played: Played, texts: Iterator[str]) -> Iterator[str]:
    """Of a person, in what was said, logged, or addressed."""
    numbers = {each.number[-10:] for each in played.callers} | {each.number[-10:] for each in played.doctors}
    for text in texts:
        shown = [found for found in _DIGITS.findall(text) if any(number in found for number in numbers)]
        if shown:
            yield f"{shown} is in {text[:80]!r}"


def _first(sight: Sight, consult_id: str) -> str:
    return min(str(each.id) for each in sight.payments.values() if each.consult_id == consult_id)
