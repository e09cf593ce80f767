"""What a doctor's day by phone asks: who is called to confirm, what is booked for them, which consult waits for their word."""

from sqlalchemy import BigInteger, bindparam, exists, func, select

from ivr.model import ids
from ivr.store.schema import call_back, consult, doctor, presence
from ivr.store.tx import Tx

WORD_WITHIN_MS = 24 * 60 * 60_000
"""So long ago at the most a consult began of which a doctor is asked what came of it."""
_MOST = 20

_DOCTOR = select(doctor.c.id).where(doctor.c.caller_id == bindparam("caller_id"))

_AWAITS_PROOF = select(
    exists(
        select(presence.c.doctor_id)
        .join(doctor, doctor.c.id == presence.c.doctor_id)
        .where(
            doctor.c.caller_id == bindparam("caller_id"),
            presence.c.intent != "off",
            presence.c.on_until > bindparam("now", type_=BigInteger),
            presence.c.proven_at.is_(None),
        )
    ).label("yes")
)
_CALLS = select(func.count().label("n")).where(
    call_back.c.caller_id == bindparam("caller_id"), call_back.c.reason == bindparam("reason"), call_back.c.id >= bindparam("first_id")
)
_BEING_CALLED = select(
    exists(
        select(call_back.c.id).where(
            call_back.c.caller_id == bindparam("caller_id"),
            call_back.c.reason == bindparam("reason"),
            call_back.c.state.in_(("planned", "dialling", "ringing", "talking")),
        )
    ).label("yes")
)
_BOOKED = (
    select(consult.c.slot_at)
    .where(consult.c.state == "callback_booked", consult.c.prefers == bindparam("doctor_id"), consult.c.slot_at.isnot(None))
    .order_by(consult.c.slot_at)
    .limit(_MOST)
)
_TO_DISPOSE = (
    select(consult.c.id)
    .where(
        consult.c.doctor_id == bindparam("doctor_id"),
        consult.c.state.in_(("recovering", "wrap_up")),
        consult.c.disposition.is_(None),
        consult.c.id >= bindparam("first_id"),
    )
    .order_by(consult.c.id.desc())
    .limit(1)
)


def awaits_proof(tx: Tx, caller_id: str, now: int) -> bool:
    """Whether this caller is a doctor on duty who has not pressed key 1 on their own phone since they went on."""
    row = tx.row(_AWAITS_PROOF, caller_id=caller_id, now=now)
    return bool(row and row.yes)


def awaits_word(tx: Tx, caller_id: str, now: int) -> bool:
    """Whether this caller is a doctor who has not said yet what came of their consult, and still can."""
    row = tx.row(_DOCTOR, caller_id=caller_id)
    return row is not None and to_dispose(tx, row.id, ids.first_id(now - WORD_WITHIN_MS)) is not None


def calls_since(tx: Tx, caller_id: str, reason: str, first_id: str) -> int:
    """How many calls of ours to this doctor were asked for, for this reason (duty, word)."""
    row = tx.row(_CALLS, caller_id=caller_id, reason=reason, first_id=first_id)
    return 0 if row is None else int(row.n)


def is_being_called(tx: Tx, caller_id: str, reason: str) -> bool:
    """Whether one of those calls is to come, or under way."""
    row = tx.row(_BEING_CALLED, caller_id=caller_id, reason=reason)
    return bool(row and row.yes)


def booked_for(tx: Tx, doctor_id: str) -> list[int]:
    """When the calls are due that are booked with this doctor (UTC ms), the next first, twenty at most."""
    return [int(row.slot_at) for row in tx.rows(_BOOKED, doctor_id=doctor_id)]


def to_dispose(tx: Tx, doctor_id: str, first_id: str) -> str | None:
    """The doctor's latest consult of which they can still say what came of it, and have not; consults since `first_id`."""
    row = tx.row(_TO_DISPOSE, doctor_id=doctor_id, first_id=first_id)
    return None if row is None else str(row.id)
