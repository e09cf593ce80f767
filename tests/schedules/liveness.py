"""L1 to L8 of routing.md 9: what comes about, within its time, and when everything has come to rest.

Bounds are those of the flows plus what faults may cost: a job that was lost comes again after a minute.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from re import compile as regex

from ivr.consults.lifecycle import OVER
from ivr.payments.audit import audit
from ivr.store.tx import Row, Tx
from tests.schedules.safety import Played
from tests.schedules.sight import Sight, legs

_LEASE_SLACK_MS = 60_000  # skew, a relay that pauses, a database that is away
_ZOMBIE_MS = 150_000
_LONGEST_ON_HOLD_MS = 480_000  # the flow `waiting`: two holds of 150 s, and the menus between them, each twice
_A_KEY_MS = 30_000  # who goes to the menu and back again waits anew
_PASSED_OVER = 3
_IDLE_MS = 5 * 60_000
_OVER = {state.value for state in OVER}
_DIAL = regex(r"/dial/([0-9A-Z]{26})/")


def l3_no_claim_outlives_its_lease(sight: Sight, at: int) -> Iterator[str]:
    for here in sight.presence.values():
        if here.state != "idle" and here.lease_until < at - _LEASE_SLACK_MS:
            yield f"doctor {here.doctor_id} is {here.state}, {at - here.lease_until} ms after the lease"


def l4_no_call_without_a_consult(sight: Sight, played: Played, at: int) -> Iterator[str]:
    """By the sandbox's own truth: a doctor's call ends when its offer has, but for what came of the consult."""
    for course in played.sandbox.switchboard.board.under_way():
        found = _DIAL.search(course.told.ended.url) if course.told.ended is not None else None
        dial = sight.dials.get(found[1]) if found else None
        offer = sight.offers.get(dial.offer_id or "") if dial is not None else None
        if (
            offer is not None
            and offer.ended_at is not None
            and offer.ended_at < at - _ZOMBIE_MS
            and course.call.started_at < at - _ZOMBIE_MS
        ):
            yield f"the call of offer {offer.id} goes on, {at - offer.ended_at} ms after it was {offer.state}"


def l6_nobody_waits_beside_a_free_doctor(sight: Sight, played: Played, at: int) -> Iterator[str]:
    """Asked when a sweep has come through, which it does each second."""
    for wanted in sight.seeking(at):
        if not sight.live_of(wanted.id):
            free = [each for each, who in played.who.items() if sight.could_be_rung(each, who, wanted, at)]
            if free:
                yield f"consult {wanted.id} ({wanted.state}) has nobody ringing, and {free} are free"


def l7_first_come_first_served(before: Sight, made: Row, played: Played) -> Iterator[str]:
    """Nobody who came later is offered a doctor who would suit somebody before them for whom nobody rings."""
    at, mine = made.created_at, before.consults[made.consult_id]
    for other in before.seeking(at):
        earlier = (other.seeks_since or at, other.id) < (mine.seeks_since or at, mine.id)
        bare = other.id != mine.id and not before.live_of(other.id)
        if earlier and bare and before.could_be_rung(made.doctor_id, played.who[made.doctor_id], other, at):
            yield f"doctor {made.doctor_id} is rung for consult {mine.id}, and {other.id} has waited longer"


class Turns:
    """L8: how often each doctor was free, suited the patient, and somebody else was rung.

    In so short a time it is asked of doctors of the first tier who answer: the score of others grows more slowly, by design.
    """

    def __init__(self) -> None:
        self._passed: Counter[str] = Counter()

    def l8_nobody_is_passed_over_for_ever(self, before: Sight, made: Sequence[Row], played: Played) -> Iterator[str]:
        """`made`: the offers of one look for doctors: however many are rung at once, the others are passed over once."""
        at, wanted, rung = made[0].created_at, before.consults[made[0].consult_id], {each.doctor_id for each in made}
        for doctor_id in rung:
            self._passed[doctor_id] = 0
        for doctor_id, who in played.who.items():
            here = before.presence[doctor_id]
            answers = who.tier == 0 and here.answer_rate >= 700
            if doctor_id not in rung and answers and before.could_be_rung(doctor_id, who, wanted, at):
                self._passed[doctor_id] += 1
                idle = at - here.idle_since
                if self._passed[doctor_id] > _PASSED_OVER and idle > _IDLE_MS:
                    yield f"doctor {doctor_id} has been idle for {idle} ms, and was passed over {self._passed[doctor_id]} times"


def at_rest(tx: Tx, sight: Sight, played: Played) -> Iterator[str]:
    """When faults have stopped, everybody is gone, and half an hour has passed."""
    yield from (f"L1 consult {each.id} waits for ever: {each.state}" for each in sight.consults.values() if each.state not in _OVER)
    yield from _money(tx, sight, played)
    yield from (f"L3 doctor {here.doctor_id} is {here.state} for ever" for here in sight.presence.values() if here.state != "idle")
    for course in played.sandbox.switchboard.board.under_way():
        if course.call.started_at < played.now() - _ZOMBIE_MS:  # a planned call back may ring for its next time just now
            yield f"L4 {course.call.direction} call of {course.call.caller} goes on for ever"
    for leg in legs(tx):
        if leg.waits_at is not None or leg.joins_at is not None or (leg.ended_at is None and leg.call_ended_at is not None):
            yield f"S7 leg {leg.call_id} ({leg.role}) is not over, and its call is"


def _money(tx: Tx, sight: Sight, played: Played) -> Iterator[str]:
    """L2: by our books, and by the gateway's."""
    gateway = played.sandbox.gateway
    for paid in sight.payments.values():
        consult, outcome = sight.consults[paid.consult_id], {"earned": "completed", "refunded": "refunded"}.get(paid.state)
        others = [each.state for each in sight.payments.values() if each.consult_id == consult.id and each.id != paid.id]
        if outcome is None or (consult.state != outcome and not others):
            yield f"L2 payment {paid.id} is {paid.state}, and its consult {consult.state}"
    ours = sum(each.state == "refunded" for each in sight.payments.values()), len(sight.payments)
    theirs = sum(each.status == "processed" for each in gateway.refunds()), sum(each.captured for each in gateway.payments())
    if ours != theirs:
        yield f"L2 refunded, and captured in all: ours {ours}, the gateway's {theirs}"
    yield from (f"L2 {fault}" for fault in audit(tx).faults)


def l1_nobody_is_kept_on_hold(played: Played) -> Iterator[str]:
    """Of all calls that there were, the time that was not spent in a room."""
    together: Counter[str] = Counter()
    for room in played.sandbox.rooms():
        for visit in room.visits:
            together[visit.call_id] += (visit.left_at or played.now()) - visit.entered_at
    patients = {each.number for each in played.callers}
    for call in played.sandbox.calls():
        waited = (call.ended_at or played.now()) - call.started_at - together[call.id] - len(call.pressed) * _A_KEY_MS
        if call.caller in patients and waited > _LONGEST_ON_HOLD_MS:
            yield f"{call.caller} was on the line for {waited // 1000} s without a doctor"


def l5_one_effect_for_one_wish(played: Played) -> Iterator[str]:
    """No wish rang a phone twice, none was paid back twice."""
    rung = Counter(url for call in played.sandbox.calls() if call.direction == "outbound" for url in {_answered_at(call)} if url)
    for url, times in rung.items():
        if times > 1:
            yield f"one dial rang {times} times: {url}"
    for payment_id, times in Counter(each.payment_id for each in played.sandbox.gateway.refunds() if each.status != "failed").items():
        if times > 1:
            yield f"payment {payment_id} was refunded {times} times"


def _answered_at(call: object) -> str:
    tries = [each for each in call.exchanges if _DIAL.search(each.url)]  # type: ignore[attr-defined]
    found = _DIAL.search(tries[0].url) if tries else None
    return found[1] if found else ""
