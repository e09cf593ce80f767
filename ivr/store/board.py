"""What the live board shows of this moment: calls, consults, doctors, texts, money. Each read is bounded, by a key or by what is live."""

from collections.abc import Collection
from typing import Any

from sqlalchemy import BigInteger, BindParameter, Integer, Text, and_, bindparam, case, func, select

from ivr.model.ids import first_id
from ivr.store.connecting import SERVED
from ivr.store.presence import FREE, IDLE, IS_ON_DUTY, OFF
from ivr.store.schema import (
    attempt,
    call,
    call_back,
    caller,
    channel,
    consult,
    dial,
    doctor,
    doctor_skill,
    entry,
    leg,
    offer,
    outbox,
    payment,
    presence,
    text,
    turn,
)
from ivr.store.tx import Row, Tx

_LONGEST_CALL_MS = 6 * 60 * 60 * 1000
_MOST_CALLS, _MOST_CONSULTS, _MOST_ATTEMPTS = 500, 200, 5_000

_own, _became = call.alias("own"), call.alias("became")
_rung, _theirs = doctor.alias("rung"), doctor.alias("theirs")
_here = func.coalesce(_own.c.id, _became.c.id)
_step = select(turn.c.step).where(turn.c.call_id == _here).order_by(turn.c.number.desc()).limit(1).scalar_subquery()
_CALLS = (
    select(
        channel.c.id,
        channel.c.provider,
        channel.c.purpose,
        _here.label("call_id"),
        func.coalesce(_own.c.arrived_at, _became.c.arrived_at, channel.c.since).label("since"),
        func.coalesce(_own.c.line, call_back.c.line).label("line"),
        func.coalesce(_own.c.flow, _became.c.flow).label("flow"),
        _step.label("step"),
        caller.c.phone,
        _rung.c.id.label("rung_id"),
        _rung.c.name.label("doctor_rung"),
        leg.c.role,
        leg.c.waits_at,
        leg.c.joins_at,
        leg.c.room,
        consult.c.id.label("consult_id"),
        consult.c.reference,
        consult.c.state.label("consult_state"),
        consult.c.room.label("consult_room"),
        consult.c.doctor_id,
        _theirs.c.name.label("doctor"),
    )
    .select_from(
        channel.outerjoin(_own, _own.c.id == channel.c.id)
        .outerjoin(dial, dial.c.id == channel.c.id)
        .outerjoin(call_back, call_back.c.id == dial.c.call_back_id)
        .outerjoin(
            _became,
            and_(
                _became.c.caller_id == call_back.c.caller_id,
                _became.c.id >= bindparam("since", type_=Text),
                _became.c.dial_id == dial.c.id,
            ),
        )
        .outerjoin(caller, caller.c.id == func.coalesce(_own.c.caller_id, call_back.c.caller_id))
        .outerjoin(offer, offer.c.id == call_back.c.offer_id)
        .outerjoin(_rung, _rung.c.id == offer.c.doctor_id)
        .outerjoin(leg, leg.c.call_id == _here)
        .outerjoin(consult, consult.c.id == func.coalesce(leg.c.consult_id, offer.c.consult_id))
        .outerjoin(_theirs, _theirs.c.id == consult.c.doctor_id)
    )
    .order_by(channel.c.since, channel.c.id)
    .limit(_MOST_CALLS)
)
_rings = (
    select(func.count())
    .where(offer.c.consult_id == consult.c.id, offer.c.state.in_(("ringing", "answered")))
    .correlate(consult)
    .scalar_subquery()
)
_holds = (
    select(func.min(leg.c.waits_at))
    .where(leg.c.consult_id == consult.c.id, leg.c.role == "patient", leg.c.ended_at.is_(None))
    .correlate(consult)
    .scalar_subquery()
)
_CONSULTS = (
    select(consult, caller.c.phone, doctor.c.name.label("doctor"), _rings.label("rings"), _holds.label("holds_since"))
    .select_from(consult.join(caller, caller.c.id == consult.c.caller_id).outerjoin(doctor, doctor.c.id == consult.c.doctor_id))
    .where(SERVED)
    .order_by(consult.c.seeks_since, consult.c.id)
    .limit(_MOST_CONSULTS)
)
_at_work = (presence.c.intent != OFF) | (presence.c.state != IDLE)
_DOCTORS = (
    select(
        presence,
        doctor.c.name,
        doctor.c.caller_id,
        case((IS_ON_DUTY, 1), else_=0).label("counts"),
        case((FREE, 1), else_=0).label("free"),
        offer.c.state.label("offer_state"),
        offer.c.created_at.label("rung_at"),
        offer.c.accepted_at,
        consult.c.id.label("consult_id"),
        consult.c.reference,
        consult.c.state.label("consult_state"),
        outbox.c.due_at.label("turns_at"),
    )
    .select_from(
        presence.join(doctor, doctor.c.id == presence.c.doctor_id)
        .outerjoin(offer, offer.c.id == presence.c.offer_id)
        .outerjoin(consult, consult.c.id == offer.c.consult_id)
        .outerjoin(outbox, outbox.c.id == presence.c.duty_id)
    )
    .where(_at_work)
    .order_by(doctor.c.name, doctor.c.id)
)
_ids: BindParameter[Any] = bindparam("ids", expanding=True)
_SKILLS = select(doctor_skill.c.doctor_id, doctor_skill.c.kind, doctor_skill.c.value).where(doctor_skill.c.doctor_id.in_(_ids))

_since = bindparam("since", type_=Text)
_minutes_ago = (bindparam("now", type_=BigInteger) - text.c.asked_at) // bindparam("minute_ms", value=60_000, type_=Integer)
_TEXTS = (
    select(_minutes_ago.label("minutes_ago"), text.c.state, func.count().label("n"))
    .where(text.c.id >= _since)
    .group_by(_minutes_ago, text.c.state)
)
_HANDED_OVER = (
    select(attempt.c.provider, text.c.state, text.c.sent_at, text.c.ended_at)
    .join(text, text.c.id == attempt.c.text_id)
    .where(attempt.c.id >= _since, attempt.c.state == "accepted")
    .order_by(attempt.c.id.desc())
    .limit(_MOST_ATTEMPTS)
)
_ENTERED = select(entry.c.cause, func.sum(entry.c.paise).label("paise")).where(entry.c.id >= _since).group_by(entry.c.cause)
_STANDING = (
    select(payment.c.state, func.count().label("n"), func.sum(payment.c.paise).label("paise"))
    .where(payment.c.state.in_(("held", "refund_due", "requested", "pending", "manual")))
    .group_by(payment.c.state)
)


def calls(tx: Tx, now: int) -> list[Row]:
    """Live calls, the longest first: whose (`phone`, sealed), on which `line`, since when, in which `flow` and `step`, for which consult.

    `call_id` is None while the phone that we ring was not picked up. `doctor_rung`: whose phone we rang; `doctor`: who has the consult.
    """
    return tx.rows(_CALLS, since=first_id(now - _LONGEST_CALL_MS))


def consults(tx: Tx) -> list[Row]:
    """Consults that are owed a doctor or with one, the longest seeking first: the consult with its caller's sealed `phone`, the `doctor`'s
    name, how many phones ring for it (`rings`), and since when its patient is on hold (`holds_since`).
    """
    return tx.rows(_CONSULTS)


def doctors(tx: Tx, now: int, min_left_ms: int) -> list[Row]:
    """Presence of everybody who is not off duty, with name, offer, consult. `counts`: on duty for `min_left_ms` more; `free`: to be rung.

    `turns_at`: when their pause or their duty ends by itself.
    """
    return tx.rows(_DOCTORS, now=now, ends_after=now + min_left_ms)


def skills(tx: Tx, doctor_ids: Collection[str]) -> list[Row]:
    """`doctor_id`, `kind` (speciality, language) and `value`."""
    return tx.rows(_SKILLS, ids=list(doctor_ids)) if doctor_ids else []


def texts(tx: Tx, since: int, now: int) -> list[Row]:
    """How many texts (`n`) were asked for so many `minutes_ago`, by the `state` in which they are now."""
    return tx.rows(_TEXTS, since=first_id(since), now=now)


def handed_over(tx: Tx, since: int) -> list[Row]:
    """Texts that a provider took since then: `provider`, `state` and `sent_at`, `ended_at`; of very many the latest."""
    return tx.rows(_HANDED_OVER, since=first_id(since))


def entered(tx: Tx, since: int) -> dict[str, int]:
    """Paise that the ledger entered since then, by cause."""
    return {str(row.cause): int(row.paise) for row in tx.rows(_ENTERED, since=first_id(since))}


def standing(tx: Tx) -> dict[str, tuple[int, int]]:
    """Payments that are neither earned nor refunded, by state: how many, and how much."""
    return {str(row.state): (int(row.n), int(row.paise)) for row in tx.rows(_STANDING)}
