"""What the metrics page tells beyond plain counts: of the last hour by ranges of ids, and of now."""

from collections.abc import Sequence

from sqlalchemy import BigInteger, Text, and_, bindparam, case, func, select

from ivr.model.ids import first_id
from ivr.store.schema import alarm, attempt, call, consult, consult_event, offer, page, payment, presence, text
from ivr.store.tx import Row, Tx

_since = bindparam("since", type_=Text)
_LINES = select(call.c.line, call.c.action, func.count().label("n")).group_by(call.c.line, call.c.action)
_ATTEMPTS = (
    select(attempt.c.provider, attempt.c.state, func.count().label("n"))
    .where(attempt.c.id >= _since)
    .group_by(attempt.c.provider, attempt.c.state)
)
_SENT = select((text.c.sent_at - text.c.asked_at).label("ms")).where(text.c.id >= _since, text.c.sent_at.isnot(None))
_DELIVERED = select((text.c.ended_at - text.c.asked_at).label("ms")).where(text.c.id >= _since, text.c.state == "delivered")
_OFFERS = select(offer.c.state, func.count().label("n")).where(offer.c.id >= _since).group_by(offer.c.state)
_TO_DOCTOR = (
    select((func.min(consult_event.c.at) - consult.c.paid_at).label("ms"))
    .join(consult, consult.c.id == consult_event.c.consult_id)
    .where(consult_event.c.id >= _since, consult_event.c.name == "together", consult.c.slot_at.is_(None))
    .group_by(consult.c.id, consult.c.paid_at)
)
_CONSULTS = select(consult.c.state, func.count().label("n")).group_by(consult.c.state)
_waiting = consult.c.state.in_(("paid", "offering"))
_WAITING = select(func.count().label("n"), func.min(consult.c.seeks_since).label("since")).where(_waiting)
_now = bindparam("now", type_=BigInteger)
_DOCTOR = case(
    (presence.c.intent == "off", "off"),
    (presence.c.state == "reserved", "ringing"),
    (presence.c.state == "talking", "talking"),
    (presence.c.intent == "pause", "paused"),
    (presence.c.free_at > _now, "resting"),
    else_="idle",
).label("state")
_standing = select(_DOCTOR).subquery()
_DOCTORS = select(_standing.c.state, func.count().label("n")).group_by(_standing.c.state)
_MONEY = select(payment.c.state, func.count().label("n"), func.sum(payment.c.paise).label("paise")).group_by(payment.c.state)
_ALARMS = select(alarm.c.kind, func.count().label("n")).where(alarm.c.last_at > bindparam("fresh")).group_by(alarm.c.kind)
_PAGES = select(page.c.state, func.count().label("n")).where(and_(page.c.id >= _since, page.c.state != "taken")).group_by(page.c.state)


def lines(tx: Tx) -> list[Row]:
    """`line` in E.164, `action` and how many (`n`)."""
    return tx.rows(_LINES)


def attempts(tx: Tx, since: int) -> list[Row]:
    """Tries at providers begun since then."""
    return tx.rows(_ATTEMPTS, since=first_id(since))


def sent(tx: Tx, since: int) -> list[int]:
    """From asking for a text until a provider had it, ms, of each asked for since then."""
    return _ms(tx.rows(_SENT, since=first_id(since)))


def delivered(tx: Tx, since: int) -> list[int]:
    """The same until it was on the phone."""
    return _ms(tx.rows(_DELIVERED, since=first_id(since)))


def to_doctor(tx: Tx, since: int) -> list[int]:
    """From a payment until both were in the room, ms, of those who came together since then; not of calls that were booked."""
    return _ms(tx.rows(_TO_DOCTOR, since=first_id(since)))


def offers(tx: Tx, since: int) -> list[Row]:
    return tx.rows(_OFFERS, since=first_id(since))


def consults(tx: Tx) -> list[Row]:
    return tx.rows(_CONSULTS)


def waiting(tx: Tx) -> tuple[int, int | None]:
    """How many patients wait for a doctor, and since when the first of them (UTC ms)."""
    row = tx.row(_WAITING)
    return (0, None) if row is None or not row.n else (int(row.n), row.since)


def doctors(tx: Tx, now: int) -> list[Row]:
    """`state`: off, idle, ringing, talking, resting or paused."""
    return tx.rows(_DOCTORS, now=now)


def money(tx: Tx) -> list[Row]:
    """By state of the payment: how many (`n`), and how much (`paise`)."""
    return tx.rows(_MONEY)


def alarms(tx: Tx, fresh: int) -> list[Row]:
    """Kinds that sounded after `fresh`, and for how many keys."""
    return tx.rows(_ALARMS, fresh=fresh)


def pages(tx: Tx, since: int) -> list[Row]:
    """Pages raised since then that nobody has taken, by state."""
    return tx.rows(_PAGES, since=first_id(since))


def _ms(rows: Sequence[Row]) -> list[int]:
    return sorted(int(row.ms) for row in rows if row.ms is not None)
