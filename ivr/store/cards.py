"""Consult cards: who may open one, what lies in it, films and prescriptions, and what a doctor still owes.

`film.at` is never read here: its id says when it came, and the content, which stands before it, would have to be passed over.
"""

from functools import cache
from json import dumps

from sqlalchemy import BigInteger, LargeBinary, Update, bindparam, delete, exists, func, insert, select, update

from ivr.model.ids import first_id, new_id
from ivr.store.schema import alarm, card, consult, consult_event, doctor, film
from ivr.store.tx import Row, Tx
from ivr.store.upsert import AddOnce

_add_once = AddOnce(card)
_GET = select(card).where(card.c.consult_id == bindparam("consult_id"))
_LOCK = _GET.with_for_update()
_COUNT_TRY = (
    update(card)
    .where(card.c.consult_id == bindparam("in_consult"), card.c.doctor_id == bindparam("in_doctor"), card.c.wrong_pins < bindparam("most"))
    .values(wrong_pins=card.c.wrong_pins + 1)
)
_UNLOCK = update(card).where(card.c.doctor_id == bindparam("in_doctor")).values(wrong_pins=0)
_DOCTOR = select(doctor).where(doctor.c.id == bindparam("id"))
_REGISTERED = select(doctor).where(doctor.c.registration == bindparam("registration")).order_by(doctor.c.council)
_SET_PIN = (
    update(doctor)
    .where(doctor.c.id == bindparam("in_id"))
    .values(card_pin=bindparam("card_pin"), changed_at=bindparam("at", type_=BigInteger))
)
_ADD_EVENT = insert(consult_event)
_EVENTS = (
    select(consult_event.c.at, consult_event.c.detail)
    .where(consult_event.c.consult_id == bindparam("consult_id"), consult_event.c.name == bindparam("name"))
    .order_by(consult_event.c.id)
)
_of_consult = film.c.consult_id == bindparam("consult_id")
_FILMS = select(film.c.id, film.c.media_type).where(_of_consult, film.c.kind == bindparam("kind")).order_by(film.c.id)
_FILM = select(film.c.media_type, film.c.content).where(film.c.id == bindparam("id"), _of_consult, film.c.kind == bindparam("kind"))
_COUNT_FILMS = select(func.count().label("n")).where(_of_consult, film.c.kind == bindparam("kind"))
_ADD_FILM = insert(film)
_EARLIER = (
    select(consult.c.opened_at, consult.c.reference, consult.c.disposition, doctor.c.name.label("doctor"))
    .join_from(consult, doctor, doctor.c.id == consult.c.doctor_id)
    .where(consult.c.caller_id == bindparam("caller_id"), consult.c.patient == bindparam("patient"), consult.c.id < bindparam("before"))
    .order_by(consult.c.id.desc())
    .limit(10)
)
_OWED = (
    select(card.c.consult_id, card.c.promised_at, card.c.doctor_id, consult.c.reference, doctor.c.name.label("doctor"))
    .join_from(card, consult, consult.c.id == card.c.consult_id)
    .join(doctor, doctor.c.id == card.c.doctor_id)
    .where(card.c.promised_at.isnot(None), card.c.sent_at.is_(None))
    .order_by(card.c.promised_at)
)
_said = exists().where(
    alarm.c.kind == bindparam("kind"), alarm.c.key == consult.c.reference, alarm.c.last_at > bindparam("since", type_=BigInteger)
)
_OWED_UNSAID = _OWED.where(card.c.promised_at <= bindparam("since", type_=BigInteger), ~_said)
_OLD_FILM = select(film.c.id).where(film.c.id < bindparam("before")).limit(1)
_old_note = (card.c.consult_id < bindparam("before")) & card.c.note.isnot(None)
_OLD_NOTE = select(card.c.consult_id).where(_old_note).limit(1)
_FORGET_FILMS = delete(film).where(film.c.id < bindparam("before"))
_FORGET_NOTES = update(card).where(_old_note).values(note=bindparam("nothing", type_=LargeBinary))


def get(tx: Tx, consult_id: str, *, lock: bool = False) -> Row | None:
    return tx.row(_LOCK if lock else _GET, consult_id=consult_id)


def add(tx: Tx, consult_id: str, doctor_id: str) -> bool:
    """False when this consult has a card."""
    return _add_once(tx, consult_id=consult_id, doctor_id=doctor_id, wrong_pins=0)


def change(tx: Tx, consult_id: str, **columns: object) -> None:
    tx.run(_change(tuple(sorted(columns))), in_id=consult_id, **columns)


@cache
def _change(names: tuple[str, ...]) -> Update:
    return update(card).where(card.c.consult_id == bindparam("in_id")).values({name: bindparam(name) for name in names})


def count_try(tx: Tx, consult_id: str, doctor_id: str, most: int) -> bool:
    """Count a wrong PIN before it is looked at, so that tries side by side count too; False when there were as many as may be."""
    return tx.run(_COUNT_TRY, in_consult=consult_id, in_doctor=doctor_id, most=most) == 1


def unlock(tx: Tx, doctor_id: str) -> None:
    """All cards of this doctor."""
    tx.run(_UNLOCK, in_doctor=doctor_id)


def doctor_of(tx: Tx, doctor_id: str) -> Row | None:
    return tx.row(_DOCTOR, id=doctor_id)


def registered(tx: Tx, registration: str) -> list[Row]:
    """Doctors with this number: each council has its own."""
    return tx.rows(_REGISTERED, registration=registration)


def set_pin(tx: Tx, doctor_id: str, pin_hash: str, at: int) -> None:
    tx.run(_SET_PIN, in_id=doctor_id, card_pin=pin_hash, at=at)


def note_event(tx: Tx, consult_id: str, name: str, at: int, **detail: object) -> None:
    """What was done with a card; never what is written in it."""
    tx.run(_ADD_EVENT, id=new_id(at), consult_id=consult_id, at=at, name=name, detail=dumps(detail))


def events(tx: Tx, consult_id: str, name: str) -> list[Row]:
    """When, and the detail (JSON), the oldest first."""
    return tx.rows(_EVENTS, consult_id=consult_id, name=name)


def films(tx: Tx, consult_id: str, kind: str) -> list[Row]:
    """Ids and media types, the oldest first."""
    return tx.rows(_FILMS, consult_id=consult_id, kind=kind)


def film_of(tx: Tx, consult_id: str, kind: str, film_id: str) -> Row | None:
    """Its media type and its content, sealed."""
    return tx.row(_FILM, id=film_id, consult_id=consult_id, kind=kind)


def count_films(tx: Tx, consult_id: str, kind: str) -> int:
    row = tx.row(_COUNT_FILMS, consult_id=consult_id, kind=kind)
    return 0 if row is None else int(row.n)


def add_film(tx: Tx, consult_id: str, kind: str, media_type: str, sealed: bytes, at: int, *, page: int = 0) -> str:
    """Its id. `page`: of several that came at once (0, 1, …), which are read in this order."""
    id = new_id(at + page)
    tx.run(_ADD_FILM, id=id, consult_id=consult_id, kind=kind, media_type=media_type, content=sealed, at=at)
    return id


def earlier(tx: Tx, caller_id: str, patient: str, before: str) -> list[Row]:
    """Consults before this id that a doctor took, of this phone and patient (self, other): the newest ten, the newest first."""
    return tx.rows(_EARLIER, caller_id=caller_id, patient=patient, before=before)


def owed(tx: Tx) -> list[Row]:
    """Prescriptions that were promised and not sent, the oldest first."""
    return tx.rows(_OWED)


def owed_unsaid(tx: Tx, kind: str, since: int) -> list[Row]:
    """Those promised before `since`, and of which no alarm of this kind has sounded since then."""
    return tx.rows(_OWED_UNSAID, kind=kind, since=since)


def outlived(tx: Tx, before: int) -> bool:
    """Whether `forget` has anything to do."""
    id = first_id(before)
    return tx.row(_OLD_FILM, before=id) is not None or tx.row(_OLD_NOTE, before=id) is not None


def forget(tx: Tx, before: int) -> int:
    """Films, prescriptions, and notes of consults, from before that moment go; how many."""
    id = first_id(before)
    return tx.run(_FORGET_FILMS, before=id) + tx.run(_FORGET_NOTES, before=id, nothing=None)
