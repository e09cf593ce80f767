"""Offers: one doctor rung for one consult. The claim itself stands in `presence`."""

from functools import cache

from sqlalchemy import BigInteger, Update, bindparam, insert, select, update

from ivr.store.schema import offer
from ivr.store.tx import Addition, Row, Tx

_LIVE = ("ringing", "answered", "accepted")
_ASKED = ("ringing", "answered")

_ADD = insert(offer)
_GET = select(offer).where(offer.c.id == bindparam("id"))
_LOCK = _GET.with_for_update()
_of_consult = offer.c.consult_id == bindparam("consult_id")
_OF_CONSULT = select(offer).where(_of_consult).order_by(offer.c.id)
_LIVE_OF = _OF_CONSULT.where(offer.c.state.in_(_LIVE))
_LOCK_LIVE_OF = _LIVE_OF.with_for_update()
_ACCEPT = (
    update(offer)
    .where(
        offer.c.id == bindparam("in_id"),
        offer.c.state.in_(_ASKED),
        offer.c.lease_until > bindparam("now", type_=BigInteger),
        offer.c.cancelled_at.is_(None),
    )
    .values(state="accepted", accepted_at=bindparam("at"), lease_until=bindparam("until"))
)


def addition(**columns: object) -> Addition:
    return Addition(_ADD, columns)


def get(tx: Tx, offer_id: str, *, lock: bool = False) -> Row | None:
    return tx.row(_LOCK if lock else _GET, id=offer_id)


def of_consult(tx: Tx, consult_id: str) -> list[Row]:
    """All there ever were, oldest first."""
    return tx.rows(_OF_CONSULT, consult_id=consult_id)


def live_of(tx: Tx, consult_id: str, *, lock: bool = False) -> list[Row]:
    """Those that keep a doctor, oldest first."""
    return tx.rows(_LOCK_LIVE_OF if lock else _LIVE_OF, consult_id=consult_id)


def accept(tx: Tx, offer_id: str, lease_until: int, now: int) -> bool:
    """Key 1 came: compare and set. False when the offer is over, taken back, or its lease has run out.

    The caller holds the consult and has seen that it still looks for a doctor: that decides between two who press at once, and
    `ux_offer_consult_id` stands behind it.
    """
    return tx.run(_ACCEPT, in_id=offer_id, now=now, at=now, until=lease_until) == 1


def change(tx: Tx, offer_id: str, **columns: object) -> None:
    """Write these columns; whoever holds the row has asked the life-cycle table."""
    tx.run(_change(tuple(sorted(columns))), in_id=offer_id, **columns)


@cache
def _change(names: tuple[str, ...]) -> Update:
    return update(offer).where(offer.c.id == bindparam("in_id")).values({name: bindparam(name) for name in names})
