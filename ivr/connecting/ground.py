"""What everything here stands on: which consult a call belongs to, locked before anything else of it.

Lock order: the patient's caller, consult, presence, offer, leg; then dial and call back, payment, refund, outbox. Whoever holds a consult
takes no lock of a caller any more: what a doctor is to be told is an outbox row.
"""

from json import dumps

from ivr.model.ids import new_id
from ivr.store import callbacks, callers, connecting, dials, legs, offers
from ivr.store import consults as store
from ivr.store.tx import Row, Tx


def hold(tx: Tx, consult_id: str) -> Row:
    """The consult, locked after its caller. LookupError."""
    found = store.get(tx, consult_id)
    if found is None:
        raise LookupError(f"no consult {consult_id}")
    callers.lock(tx, found.caller_id)
    return store.get(tx, consult_id, lock=True)


def offer_of_dial(tx: Tx, dial_id: str | None) -> Row | None:
    """The offer that we rang a doctor for."""
    dial = dials.get(tx, dial_id) if dial_id is not None else None
    call_back = callbacks.get(tx, dial.call_back_id) if dial is not None else None
    return None if call_back is None or call_back.offer_id is None else offers.get(tx, call_back.offer_id)


def consult_of(tx: Tx, call_id: str | None, dial_id: str | None) -> str | None:
    """Which consult a call is a leg of, or rings a doctor for."""
    leg = legs.get(tx, call_id) if call_id is not None else None
    if leg is not None:
        return str(leg.consult_id)
    offer = offer_of_dial(tx, dial_id)
    return None if offer is None else str(offer.consult_id)


def note(tx: Tx, consult_id: str, name: str, at: int, **detail: object) -> None:
    """One line more in the consult's log; it names nobody."""
    connecting.add_event(tx, id=new_id(at), consult_id=consult_id, at=at, name=name, detail=dumps(detail, sort_keys=True))
