"""Legs: the calls of a patient and of doctors that belong to one consult, and where each of them is."""

from functools import cache

from sqlalchemy import Update, bindparam, select, update

from ivr.store.schema import call, call_back, dial, leg, offer
from ivr.store.tx import Row, Tx
from ivr.store.upsert import AddOnce

PATIENT, DOCTOR = "patient", "doctor"

_add_once = AddOnce(leg)
_with_call = select(
    leg, call.c.provider, call.c.provider_call_id, call.c.dial_id, call.c.ended_at.label("call_ended_at"), call.c.line
).join(call, call.c.id == leg.c.call_id)
_GET = _with_call.where(leg.c.call_id == bindparam("call_id"))
_BY_PROVIDER = _with_call.where(
    leg.c.consult_id == bindparam("consult_id"),
    call.c.provider == bindparam("provider"),
    call.c.provider_call_id == bindparam("provider_call_id"),
)
_LIVE = (
    _with_call.where(leg.c.consult_id == bindparam("consult_id"), leg.c.ended_at.is_(None), call.c.ended_at.is_(None))
    .where(leg.c.role == bindparam("role"))
    .order_by(leg.c.call_id.desc())
)
_STILL_ON_THE_LINE = (
    select(offer.c.doctor_id).join(leg, leg.c.offer_id == offer.c.id).where(leg.c.ended_at.is_(None), offer.c.ended_at > bindparam("since"))
)
_STILL_TALKS = (  # a leg there is of who accepted; anybody else who picked up is found by the call alone
    select(offer.c.doctor_id)
    .join(call_back, call_back.c.offer_id == offer.c.id)
    .join(dial, dial.c.call_back_id == call_back.c.id)
    .where(dial.c.lease_until.isnot(None), dial.c.state.in_(("talking", "machine")), offer.c.ended_at > bindparam("since"))
)
_OF = _with_call.where(leg.c.consult_id == bindparam("consult_id")).order_by(leg.c.call_id)


def add_once(tx: Tx, *, call_id: str, consult_id: str, role: str, offer_id: str | None) -> bool:
    """False when this call is a leg already."""
    return _add_once(tx, call_id=call_id, consult_id=consult_id, role=role, offer_id=offer_id)


def get(tx: Tx, call_id: str) -> Row | None:
    """With the call's `provider`, `provider_call_id`, `line` and `call_ended_at`."""
    return tx.row(_GET, call_id=call_id)


def by_provider(tx: Tx, consult_id: str, provider: str, provider_call_id: str) -> Row | None:
    """The leg of this consult that the provider knows by its own id."""
    return tx.row(_BY_PROVIDER, consult_id=consult_id, provider=provider, provider_call_id=provider_call_id)


def live(tx: Tx, consult_id: str, role: str) -> list[Row]:
    """Legs of this role whose call is not over, the newest first."""
    return tx.rows(_LIVE, consult_id=consult_id, role=role)


def still_on_the_line(tx: Tx, since: int) -> frozenset[str]:
    """Doctors whose offer has ended since then, and whose call for it is not over yet."""
    return frozenset(row.doctor_id for query in (_STILL_ON_THE_LINE, _STILL_TALKS) for row in tx.rows(query, since=since))


def of_consult(tx: Tx, consult_id: str) -> list[Row]:
    """Oldest first."""
    return tx.rows(_OF, consult_id=consult_id)


def change(tx: Tx, call_id: str, **columns: object) -> None:
    """Write these columns; whoever holds the consult may."""
    tx.run(_change(tuple(sorted(columns))), in_id=call_id, **columns)


@cache
def _change(names: tuple[str, ...]) -> Update:
    return update(leg).where(leg.c.call_id == bindparam("in_id")).values({name: bindparam(name) for name in names})
