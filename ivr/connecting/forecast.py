"""How long a patient will wait for their doctor, and when a call can be kept instead: the rules of `ivr.routing` on what there is now."""

from ivr.consults.capacity import MIN_LEFT_MS
from ivr.consults.lifecycle import ConsultState
from ivr.routing.ranking import COMMON_LANGUAGES
from ivr.routing.slots import next_slot
from ivr.routing.waiting import HANDLE_PRIOR_MS, Estimate, estimate, handle_time
from ivr.store import candidates, connecting
from ivr.store.tx import Row, Tx

S = ConsultState
_MOST_SLOTS = 3
_WRAP_UP_MS = 60_000


def wait(tx: Tx, consult: Row, at: int) -> Estimate:
    """How long this consult will wait for its doctor from now on."""
    spoken = _spoken(consult)
    free = candidates.candidates(tx, consult.speciality, at, MIN_LEFT_MS, but_caller=consult.caller_id)
    idle = sum(any(each in doctor.languages for each in spoken) for doctor in free)
    online = candidates.speaking(tx, consult.speciality, spoken, at, MIN_LEFT_MS, but_caller=consult.caller_id).on_duty
    before = [row for row in connecting.seeking(tx, at) if row.speciality == consult.speciality and not row.live]
    ahead = sum(1 for row in before if (row.seeks_since or at, row.id) < (consult.seeks_since or at, consult.id))
    return estimate(idle=idle, ahead=ahead, online=online, handle_ms=handle_ms(tx, consult.speciality))


def all_talking(tx: Tx, consult: Row, at: int) -> bool:
    """Whether every doctor who suits is with a patient: then nobody is rung, and the wait is for them."""
    found = candidates.speaking(tx, consult.speciality, _spoken(consult), at, MIN_LEFT_MS, but_caller=consult.caller_id)
    return bool(found.on_duty and found.talking == found.on_duty)


def slot(tx: Tx, consult: Row, at: int) -> int:
    """When a call can be kept, UTC ms: booked against what the doctors on duty can do."""
    on_duty = candidates.on_duty(tx, consult.speciality, at, MIN_LEFT_MS, but_caller=consult.caller_id).on_duty
    return next_slot(connecting.booked_slots(tx, at), on_duty, handle_ms(tx, consult.speciality), at)


def can_keep_place(tx: Tx, consult: Row, at: int, serve_by_minutes: int) -> bool:
    """Whether a call at the next slot would still come in time."""
    until = (consult.paid_at or at) + serve_by_minutes * 60_000
    return consult.state in (S.PAID, S.OFFERING) and consult.slots < _MOST_SLOTS and slot(tx, consult, at) < until


def handle_ms(tx: Tx, speciality: str) -> int:
    """Talk and wrap-up of one consult, as the latest were."""
    talks = connecting.talks(tx, speciality)
    mean = sum(talks) // len(talks) + _WRAP_UP_MS if talks else HANDLE_PRIOR_MS
    return handle_time(mean, len(talks))


def _spoken(consult: Row) -> tuple[str, ...]:
    return (consult.language, *(COMMON_LANGUAGES if consult.any_language else ()))
