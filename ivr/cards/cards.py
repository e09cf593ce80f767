"""Cards from outside: made when a doctor accepts, films asked for when money came, owed prescriptions told of, old papers forgotten."""

from dataclasses import dataclass, replace

from ivr.consults.telling import Telling
from ivr.model.ports import Clock
from ivr.model.values import Language
from ivr.numbering import identify
from ivr.settings import Settings
from ivr.store import alarms, callers, consults
from ivr.store import cards as store
from ivr.store.database import Database
from ivr.store.tx import Row, Tx
from ivr.texts.asking import LinkTo
from ivr.texts.limits import History, drop_reason
from ivr.texts.times import clock_time

CARD_LINK, UPLOAD_LINK, PRESCRIPTION_LINK = "card_link", "upload_link", "prescription_link"
"""Texts that go out by themselves, where texts.yaml has them."""
FILM, PRESCRIPTION = "film", "prescription"
"""Kinds of the table `film`."""
PRESCRIPTION_SENT = "prescription_sent"
"""The event that says who sent which pages."""
PRESCRIPTION_OWED, CARD_LOCKED = "prescription_owed", "card_locked"
"""Alarms; `ivr.alarms.rules` has their words."""

_MINUTE_MS, _HOUR_MS, _DAY_MS = 60_000, 3_600_000, 24 * 3_600_000
CARD_LASTS_MS = _DAY_MS
PRESCRIPTION_LASTS_MS = 7 * _DAY_MS
UPLOAD_LASTS_MS = 7 * _DAY_MS  # at the very most: it ends with the consult
AFTER_THE_END_MS = _DAY_MS
"""How long after the consult its patient may still send films."""
_REMIND_MS = 7 * _DAY_MS  # a doctor who has not sent it by then is somebody else's task


@dataclass(frozen=True, slots=True)
class OpenTask:
    """A prescription that a doctor promised, and has not sent. `promised_at`: UTC milliseconds."""

    consult_id: str
    reference: str
    doctor: str
    promised_at: int


@dataclass(frozen=True, slots=True)
class Cards:
    database: Database
    telling: Telling
    settings: Settings
    clock: Clock

    def opened_for(self, tx: Tx, consult_id: str, doctor_id: str, at: int, call_id: str | None = None) -> None:
        """This doctor takes the consult: a card, theirs alone, and its link by SMS. Twice changes nothing.

        `call_id`: the call in which they accepted, which the SMS answers; that of the consult otherwise. Locks the card alone.
        """
        consult, doctor = consults.get(tx, consult_id), store.doctor_of(tx, doctor_id)
        if consult is None or doctor is None:
            return
        if not store.add(tx, consult_id, doctor_id):
            found = store.get(tx, consult_id, lock=True)
            if found is None or found.doctor_id == doctor_id:
                return
            store.change(tx, consult_id, doctor_id=doctor_id, wrong_pins=0)
        self._text_doctor(tx, consult, doctor, at, call_id or consult.call_id)

    def ask_for_films(self, tx: Tx, consult: Row, at: int) -> None:
        """Text the patient where to send photos of films. Whoever calls holds the caller and the consult."""
        link = LinkTo("upload", consult.id, UPLOAD_LASTS_MS)
        self.telling.tell(tx, self.telling.trigger(consult, at), UPLOAD_LINK, {"reference": consult.reference}, link)

    def open_tasks(self, tx: Tx) -> list[OpenTask]:
        """What doctors owe, the oldest first."""
        return [OpenTask(row.consult_id, row.reference, row.doctor, row.promised_at) for row in store.owed(tx)]

    def sweep(self) -> None:
        """Tell of prescriptions that are owed for a day; forget films and notes that have been kept long enough. Cheap when idle."""
        now = self.clock.now()
        with self.database.read() as tx:
            owed = store.owed_unsaid(tx, PRESCRIPTION_OWED, now - _DAY_MS)
        if owed:
            self.database.write(lambda tx: self._remind(tx, now))
        if now % _HOUR_MS < _MINUTE_MS:
            self.forget(now)

    def forget(self, now: int) -> int:
        """Films, prescriptions and notes older than FILM_DAYS go; how many there were."""
        before = now - self.settings.film_days * _DAY_MS
        with self.database.read() as tx:
            if not store.outlived(tx, before):
                return 0
        return self.database.write(lambda tx: store.forget(tx, before))

    def _remind(self, tx: Tx, now: int) -> None:
        """Once a day: an alarm; and for the doctor, whose link opened for a day, another one."""
        for owed in store.owed_unsaid(tx, PRESCRIPTION_OWED, now - _DAY_MS):
            days = (now - owed.promised_at) // _DAY_MS
            advice = f"{owed.doctor} promised a prescription {days} day(s) ago and has not sent it; a new link to the card has gone to them"
            if now - owed.promised_at > _REMIND_MS:
                advice = f"{owed.doctor} promised a prescription {days} days ago and has not sent it; ring them, or see to it with another"
            alarms.sound(tx, PRESCRIPTION_OWED, owed.reference, advice, now)
            consult, doctor = consults.get(tx, owed.consult_id), store.doctor_of(tx, owed.doctor_id)
            if consult is not None and doctor is not None and now - owed.promised_at <= _REMIND_MS:
                self._text_doctor(tx, consult, doctor, now, consult.call_id)

    def _text_doctor(self, tx: Tx, consult: Row, doctor: Row, at: int, call_id: str) -> None:
        """A doctor has as many as they have consults, in English; what callers opt out of is no part of it."""
        asking = self.telling.asking
        if CARD_LINK not in asking.templates:
            return
        phone = callers.phone_of(tx, self.telling.vault, doctor.caller_id)
        kind = identify(phone.e164, self.telling.lines.numbers).kind
        reason = drop_reason(kind, History(), texting=asking.texting, limits=asking.limits)
        trigger = replace(self.telling.trigger(consult, at), call_id=call_id, caller_id=doctor.caller_id, language=Language.ENGLISH)
        values = {"reference": consult.reference, "until": clock_time(at + CARD_LASTS_MS, at)}
        tx.add(asking.rows(trigger, CARD_LINK, reason, values, LinkTo("card", consult.id, CARD_LASTS_MS)))
