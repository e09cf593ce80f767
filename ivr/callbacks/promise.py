"""What somebody who has paid was promised: a call, as long as they are owed a doctor. Where it cannot be kept, a person hears of it."""

from ivr.callbacks.limits import MOST_PAID_RINGS_A_DAY, Stop
from ivr.callbacks.plan import PAID
from ivr.store import alarms, consults
from ivr.store.tx import Row, Tx

_EXPECTED = (Stop.NOT_OWED, Stop.DAILY_LIMIT)  # nothing that a person could mend


def no_more(tx: Tx, call_back: Row, rings: int) -> Stop | None:
    """Why somebody who has paid is not rung again; None to ring. `rings`: such calls of the last 24 hours."""
    if consults.owing_a_doctor(tx, call_back.caller_id) is None:
        return Stop.NOT_OWED
    return Stop.DAILY_LIMIT if rings >= MOST_PAID_RINGS_A_DAY else None


def cannot_be_kept(tx: Tx, call_back: Row, why: str, now: int) -> None:
    """Sound an alarm when this was a call to somebody who has paid, who now waits for it in vain. `why` carries no number."""
    if call_back.reason != PAID or why in _EXPECTED:
        return
    consult = consults.owing_a_doctor(tx, call_back.caller_id)
    if consult is not None:
        advice = f"a patient has paid and was promised a call, which cannot be made ({why}): ring them, or refund; then mend the cause"
        alarms.sound(tx, "call", consult.reference, advice, now)
