"""What the search for doctors and its sweep ask of many consults at once."""

from sqlalchemy import BigInteger, and_, bindparam, exists, func, insert, or_, select, text

from ivr.store.schema import call, call_back, consult, consult_event, leg, offer, stand_by, turn
from ivr.store.tx import Row, Tx
from ivr.store.upsert import AddOnce

_ASKED, _LIVE = ("ringing", "answered"), ("ringing", "answered", "accepted")
_OVER = ("done", "given_up", "cancelled", "dropped")

SERVED = text("consult.state IN ('paid', 'offering', 'connecting', 'talking', 'recovering', 'callback_booked')")
"""Written out, as the index has it: SQLite uses a partial index only for what it can read in the statement itself."""

_now = bindparam("now", type_=BigInteger)
_live_offers = select(func.count()).where(offer.c.consult_id == consult.c.id, offer.c.state.in_(_LIVE)).scalar_subquery()
_SEEKING = (
    select(consult.c.id, consult.c.speciality, consult.c.state, consult.c.seeks_since, _live_offers.label("live"))
    .where(
        SERVED,
        or_(
            consult.c.state.in_(("paid", "offering")),
            (consult.c.state == "callback_booked")
            & (consult.c.slot_at <= _now)
            & (consult.c.follow_up_of.is_(None) | (consult.c.slots > 0)),  # a booked follow-up's patient is screened again first
        ),
    )
    .order_by(consult.c.seeks_since, consult.c.id)
)
_STRAY = (
    select(offer.c.id, offer.c.consult_id, offer.c.state, consult.c.state.label("consult_state"), call_back.c.state.label("call_state"))
    .join(consult, consult.c.id == offer.c.consult_id)
    .join(call_back, call_back.c.id == offer.c.call_back_id)
    .where(offer.c.state.in_(_LIVE))
    .where(
        or_(
            offer.c.state.in_(_ASKED) & (consult.c.state != "offering"),
            offer.c.state.in_(_ASKED) & call_back.c.state.in_(_OVER),
            and_(
                offer.c.state == "accepted",
                or_(consult.c.offer_id != offer.c.id, consult.c.state.notin_(("connecting", "talking", "recovering", "wrap_up"))),
            ),
        )
    )
    .order_by(offer.c.id)
    .limit(200)
)
_ALONE = select(consult.c.id).where(
    consult.c.state == "offering", ~exists(select(offer.c.id).where(offer.c.consult_id == consult.c.id, offer.c.state.in_(_LIVE)))
)
_LEFT_OVER = (
    select(leg.c.call_id, leg.c.consult_id)
    .join(call, call.c.id == leg.c.call_id)
    .join(consult, consult.c.id == leg.c.consult_id)
    .where(leg.c.ended_at.is_(None), call.c.ended_at.isnot(None))
    .limit(200)
)
_STRANDED = (
    select(leg.c.call_id, leg.c.consult_id)
    .join(consult, consult.c.id == leg.c.consult_id)
    .where(leg.c.ended_at.is_(None), or_(leg.c.waits_at.isnot(None), leg.c.joins_at.isnot(None)))
    .where(consult.c.state.in_(("refunding", "completed", "refunded", "lapsed", "cancelled", "emergency")))
    .limit(200)
)
_BEING_CONNECTED = select(consult.c.id).where(consult.c.state.in_(("connecting", "recovering")))
_heard_since = exists(select(turn.c.number).where(turn.c.call_id == leg.c.call_id, turn.c.at >= leg.c.left_at))
_UNMOVED = (
    select(leg.c.call_id)
    .join(call, call.c.id == leg.c.call_id)
    .where(leg.c.ended_at.is_(None), call.c.ended_at.is_(None), leg.c.waits_at.is_(None), leg.c.joins_at.is_(None))
    .where(leg.c.left_at <= bindparam("before", type_=BigInteger), ~_heard_since)
    .limit(200)
)
_SLOTS = (
    select(consult.c.slot_at, func.count().label("n"))
    .where(consult.c.state == "callback_booked", consult.c.slot_at >= _now)
    .group_by(consult.c.slot_at)
)
_LAST_TURN = select(func.max(turn.c.number).label("number")).where(turn.c.call_id == bindparam("call_id"))
_HANDLED = (
    select(consult.c.together_ms)
    .where(consult.c.speciality == bindparam("speciality"), consult.c.state == "completed", consult.c.together_ms > 0)
    .order_by(consult.c.id.desc())
    .limit(100)
)
_ADD_EVENT = insert(consult_event)
_EVENTS = select(consult_event).where(consult_event.c.consult_id == bindparam("consult_id")).order_by(consult_event.c.id)
_STOOD_BY = select(stand_by.c.offer_id).where(stand_by.c.offer_id == bindparam("offer_id"))
_credit_once = AddOnce(stand_by)


def seeking(tx: Tx, now: int) -> list[Row]:
    """Consults that want a doctor now (`id`, `speciality`, `state`, `seeks_since`, `live` offers), the longest waiting first."""
    return tx.rows(_SEEKING, now=now)


def stray_offers(tx: Tx) -> list[Row]:
    """Live offers that nobody wants any more, or whose call is over: `id`, `consult_id`, `state`, `consult_state`, `call_state`."""
    return tx.rows(_STRAY)


def offering_nobody(tx: Tx) -> list[str]:
    """Consults said to be offered to somebody, and are not."""
    return [str(row.id) for row in tx.rows(_ALONE)]


def left_over_legs(tx: Tx) -> list[Row]:
    """Legs whose call is over, and of which nobody has taken note (`call_id`, `consult_id`)."""
    return tx.rows(_LEFT_OVER)


def stranded_legs(tx: Tx) -> list[Row]:
    """Legs on hold, or in the room, of a consult that is over (`call_id`, `consult_id`)."""
    return tx.rows(_STRANDED)


def being_connected(tx: Tx) -> list[str]:
    """Consults whose doctor has accepted, and whose two are not together."""
    return [str(row.id) for row in tx.rows(_BEING_CONNECTED)]


def unmoved_legs(tx: Tx, before: int) -> list[Row]:
    """Legs that were called out of a room by then, whose call has asked for nothing since (`call_id`)."""
    return tx.rows(_UNMOVED, before=before)


def booked_slots(tx: Tx, now: int) -> dict[int, int]:
    """How many calls are booked for which time to come."""
    return {int(row.slot_at): int(row.n) for row in tx.rows(_SLOTS, now=now)}


def last_turn(tx: Tx, call_id: str) -> int:
    """The number of the latest turn of a call; -1 without any."""
    row = tx.row(_LAST_TURN, call_id=call_id)
    return -1 if row is None or row.number is None else int(row.number)


def talks(tx: Tx, speciality: str) -> list[int]:
    """How long the latest hundred consults of this speciality took, in milliseconds."""
    return [int(row.together_ms) for row in tx.rows(_HANDLED, speciality=speciality)]


def add_event(tx: Tx, **columns: object) -> None:
    tx.run(_ADD_EVENT, **columns)


def events_of(tx: Tx, consult_id: str) -> list[Row]:
    """Oldest first."""
    return tx.rows(_EVENTS, consult_id=consult_id)


def stood_by(tx: Tx, offer_id: str) -> bool:
    """Whether a stand-by fee was credited for this offer."""
    return tx.row(_STOOD_BY, offer_id=offer_id) is not None


def credit(tx: Tx, **columns: object) -> bool:
    """A stand-by fee, once for each offer."""
    return _credit_once(tx, **columns)
