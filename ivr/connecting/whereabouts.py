"""Where the two are: on hold, in the room, on the line at all. Reads; whoever asks holds the consult, or is content with a moment ago."""

from ivr.consults.lifecycle import ConsultState
from ivr.store import consults
from ivr.store import legs as store
from ivr.store.legs import DOCTOR, PATIENT
from ivr.store.tx import Row, Tx

PAIRED = (ConsultState.CONNECTING, ConsultState.TALKING, ConsultState.RECOVERING)
_ON_THE_LINE_MS = 40_000


def partner_ready(tx: Tx, consult: Row, role: str) -> bool:
    """Whether the other one is on the line, waits or is in the room."""
    return consult.state in PAIRED and bool(partners(tx, consult, role))


def both_in(tx: Tx, consult: Row) -> bool:
    """Both were told to be in the room, and have not left it since."""
    here = [in_room(tx, consult, role) for role in (PATIENT, DOCTOR)]
    return all(each is not None and each.entered_at is not None for each in here)


def both_sent(tx: Tx, consult: Row) -> int | None:
    """Since when both are sent into the room, and nobody has said that they left or hung up: they are there, whoever forgot to say so."""
    here = [in_room(tx, consult, role) for role in (PATIENT, DOCTOR)]
    return max(each.joins_at for each in here if each is not None) if None not in here else None


def on_the_line(tx: Tx, consult: Row, at: int) -> bool:
    """Whether the patient is in some call of ours, on hold or not yet."""
    first = consult.call_id  # in which it was opened: none of theirs before it counts
    return consults.on_the_line(tx, consult.caller_id, since=at - _ON_THE_LINE_MS, first_call_id=first)


def partners(tx: Tx, consult: Row, role: str) -> list[Row]:
    """The other leg, if it waits or is in the room."""
    other = counting(tx, consult, DOCTOR if role == PATIENT else PATIENT)
    return [other] if other is not None and (other.waits_at is not None or is_in(other, consult)) else []


def counting(tx: Tx, consult: Row, role: str) -> Row | None:
    """Of several calls from the patient's number the one in the room, else the newest; of doctors', that of who accepted.

    A caller id can be forged: nobody is put out of a talk because somebody else rings under their number.
    """
    found = doctors(tx, consult) if role == DOCTOR else store.live(tx, consult.id, PATIENT)
    return next((each for each in found if is_in(each, consult)), found[0] if found else None)


def counts(tx: Tx, consult: Row, call_id: str) -> bool:
    """Whether this call of the patient's is the one that counts, or would be."""
    found = counting(tx, consult, PATIENT)
    return found is None or found.call_id == call_id or (found.call_id < call_id and not is_in(found, consult))


def doctors(tx: Tx, consult: Row) -> list[Row]:
    return [each for each in store.live(tx, consult.id, DOCTOR) if each.offer_id == consult.offer_id][:1]


def in_room(tx: Tx, consult: Row, role: str) -> Row | None:
    found = counting(tx, consult, role)
    return found if found is not None and is_in(found, consult) else None


def is_in(leg: Row, consult: Row) -> bool:
    """Sent into the room that counts."""
    return leg.joins_at is not None and leg.room == consult.room
