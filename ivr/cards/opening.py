"""The doctor's side of a card: its PIN, what it shows, and what the doctor does with it."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from ivr.cards.cards import CARD_LOCKED, FILM, PRESCRIPTION, PRESCRIPTION_LASTS_MS, PRESCRIPTION_LINK, PRESCRIPTION_SENT, Cards
from ivr.cards.medicines import Allowed, allowed
from ivr.cards.pins import MOST_WRONG, fits, proof
from ivr.cards.uploads import MOST_PAPERS, Clean
from ivr.store import alarms, callers, consults
from ivr.store import cards as store
from ivr.store.tx import Row, Tx
from ivr.store.vault import Vault
from ivr.texts.asking import LinkTo

LONGEST_NOTE = 4000


@dataclass(frozen=True, slots=True)
class Door:
    """What stands before the PIN: nothing of the patient. `proof` changes with the PIN; "" while the doctor has none."""

    consult_id: str
    doctor_id: str
    caller_id: str
    reference: str
    doctor: str
    pin_hash: str
    proof: str
    tries_left: int


class Prescribed(StrEnum):
    SENT = "sent"
    TOO_MANY = "too_many"  # pages
    NOT_TALKED = "not_talked"  # nobody prescribes for whom they have not heard


class Tried(StrEnum):
    RIGHT = "right"
    WRONG = "wrong"
    LOCKED = "locked"


@dataclass(frozen=True, slots=True)
class Doctor:
    """As every paper names them (Telemedicine Practice Guidelines 2020, 3.2)."""

    name: str
    qualification: str
    council: str
    registration: str

    @classmethod
    def of(cls, row: Row) -> "Doctor":
        return cls(row.name, row.qualification, row.council, row.registration)


@dataclass(frozen=True, slots=True)
class Earlier:
    """A consult of the same phone and patient. `at`: UTC milliseconds."""

    at: int
    reference: str
    doctor: str
    disposition: str


@dataclass(frozen=True, slots=True)
class Paper:
    id: str
    media_type: str


@dataclass(frozen=True, slots=True)
class CardView:
    """All that a card shows. Times are UTC milliseconds."""

    reference: str
    doctor: Doctor
    opened_at: int
    patient: str  # self, other
    patient_name: str
    age: int | None
    pain_place: str
    pain_time: str  # days, weeks, months; "" where the patient has not told
    flags: Sequence[str]
    earlier: Sequence[Earlier]
    films: Sequence[Paper]
    papers: Sequence[Paper]
    note: str
    promised_at: int | None
    sent_at: int | None
    allowed: Allowed


@dataclass(frozen=True, slots=True)
class Opening:
    cards: Cards
    vault: Vault

    def door(self, consult_id: str, caller_id: str | None) -> Door | None:
        """The card of this consult, for the doctor whose phone has the link; None when it is no longer, or never was, theirs.

        Who accepted and lost the patient, to another doctor or to nobody yet, is their doctor no more.
        """
        with self.cards.database.read() as tx:
            card, consult = store.get(tx, consult_id), consults.get(tx, consult_id)
            doctor = store.doctor_of(tx, card.doctor_id) if card is not None else None
        if card is None or consult is None or doctor is None or doctor.caller_id != caller_id or consult.doctor_id != doctor.id:
            return None
        pin_hash = doctor.card_pin or ""
        left = max(MOST_WRONG - card.wrong_pins, 0)
        shown = proof(pin_hash) if pin_hash else ""
        return Door(consult_id, doctor.id, doctor.caller_id, consult.reference, doctor.name, pin_hash, shown, left)

    def try_pin(self, door: Door, pin: str, at: int) -> Tried:
        """Every opening is an event of the consult; the fifth wrong PIN in a row locks the card and sounds an alarm."""
        database = self.cards.database
        if not database.write(lambda tx: store.count_try(tx, door.consult_id, door.doctor_id, MOST_WRONG)):
            return Tried.LOCKED
        if fits(door.pin_hash, pin):
            database.write(lambda tx: self._opened(tx, door, at))
            return Tried.RIGHT
        return database.write(lambda tx: self._wrong(tx, door, at))

    def view(self, door: Door) -> CardView | None:
        """For an opened card alone."""
        with self.cards.database.read() as tx:
            card, consult, doctor = store.get(tx, door.consult_id), consults.get(tx, door.consult_id), store.doctor_of(tx, door.doctor_id)
            if card is None or consult is None or doctor is None:
                return None
            films, papers = (store.films(tx, consult.id, kind) for kind in (FILM, PRESCRIPTION))
            earlier = store.earlier(tx, consult.caller_id, consult.patient, consult.id)
            first = consults.get(tx, consult.follow_up_of) if consult.follow_up_of is not None else None
        return CardView(
            reference=consult.reference,
            doctor=Doctor.of(doctor),
            opened_at=consult.opened_at,
            patient=consult.patient,
            patient_name=self._read(consult.patient_name),
            age=consult.age,
            pain_place=consult.pain_place or "",
            pain_time=consult.pain_time or "",
            flags=[flag for each in consult.flags.split(",") if (flag := each.strip())],
            earlier=[Earlier(row.opened_at, row.reference, row.doctor, row.disposition or "") for row in earlier],
            films=[Paper(row.id, row.media_type) for row in films],
            papers=[Paper(row.id, row.media_type) for row in papers],
            note=self._read(card.note),
            promised_at=card.promised_at,
            sent_at=card.sent_at,
            allowed=allowed(follow_up=first is not None and first.doctor_id == doctor.id),  # whom another doctor saw is new to this one
        )

    def file(self, door: Door, film_id: str) -> Clean | None:
        """A film of the patient's, or a page of the prescription."""
        with self.cards.database.read() as tx:
            kinds = (FILM, PRESCRIPTION)
            found = next((row for kind in kinds if (row := store.film_of(tx, door.consult_id, kind, film_id)) is not None), None)
        return None if found is None else Clean(found.media_type, self.vault.open(found.content))

    def write_note(self, door: Door, note: str, at: int) -> None:
        """In place of the last one."""
        written = note.replace("\r\n", "\n").strip()[:LONGEST_NOTE]
        sealed = self.vault.seal(written.encode("utf-8", "replace")) if written else None
        self._act(door, "note_written", at, note=sealed)

    def promise(self, door: Door, at: int, *, owed: bool = True) -> None:
        """A prescription will come, or (`owed=False`) will not after all; what was sent stays sent."""

        def promised(tx: Tx) -> None:
            card = self._own(tx, door)
            if card is not None and card.sent_at is None and (card.promised_at is None) is owed:
                store.change(tx, card.consult_id, promised_at=at if owed else None)
                store.note_event(tx, card.consult_id, "prescription_promised" if owed else "prescription_not_needed", at)

        self.cards.database.write(promised)

    def prescribe(self, door: Door, pages: Sequence[Clean], at: int) -> Prescribed:
        """Keep the pages, as attested by the doctor at this moment, and text the patient where they are."""
        sealed = [(page.media_type, self.vault.seal(page.content)) for page in pages]
        return self.cards.database.write(lambda tx: self._prescribed(tx, door, sealed, at))

    def _prescribed(self, tx: Tx, door: Door, pages: Sequence[tuple[str, bytes]], at: int) -> Prescribed:
        consult = consults.get(tx, door.consult_id)
        if consult is None:
            return Prescribed.NOT_TALKED
        callers.lock(tx, consult.caller_id)
        consult = consults.get(tx, consult.id, lock=True) or consult
        if self._own(tx, door) is None or consult.doctor_id != door.doctor_id or not _talked(consult):
            return Prescribed.NOT_TALKED
        if store.count_films(tx, consult.id, PRESCRIPTION) + len(pages) > MOST_PAPERS:
            return Prescribed.TOO_MANY
        kept = [
            store.add_film(tx, consult.id, PRESCRIPTION, media_type, sealed, at, page=page)
            for page, (media_type, sealed) in enumerate(pages)
        ]
        store.change(tx, consult.id, attested_at=at, sent_at=at)
        store.note_event(tx, consult.id, PRESCRIPTION_SENT, at, doctor_id=door.doctor_id, pages=kept)
        link = LinkTo("prescription", consult.id, PRESCRIPTION_LASTS_MS)
        telling = self.cards.telling
        telling.tell(tx, telling.trigger(consult, at), PRESCRIPTION_LINK, {"reference": consult.reference}, link)
        return Prescribed.SENT

    def _opened(self, tx: Tx, door: Door, at: int) -> None:
        store.change(tx, door.consult_id, wrong_pins=0, opened_at=at)
        store.note_event(tx, door.consult_id, "card_opened", at, doctor_id=door.doctor_id)

    def _wrong(self, tx: Tx, door: Door, at: int) -> Tried:
        card = store.get(tx, door.consult_id, lock=True)
        if card is None or card.wrong_pins < MOST_WRONG:
            return Tried.WRONG
        store.note_event(tx, door.consult_id, "card_locked", at, doctor_id=door.doctor_id)
        advice = f"{MOST_WRONG} wrong PINs for the card of {door.doctor}; ask them, then set a new PIN: python -m ivr doctors pin"
        alarms.sound(tx, CARD_LOCKED, door.reference, advice, at)
        return Tried.LOCKED

    def _act(self, door: Door, event: str, at: int, **columns: object) -> None:
        def done(tx: Tx) -> None:
            if self._own(tx, door) is not None:
                store.change(tx, door.consult_id, **columns)
                store.note_event(tx, door.consult_id, event, at)

        self.cards.database.write(done)

    def _own(self, tx: Tx, door: Door) -> Row | None:
        """Locked; None once another doctor has the consult."""
        card = store.get(tx, door.consult_id, lock=True)
        return card if card is not None and card.doctor_id == door.doctor_id else None

    def _read(self, sealed: bytes | None) -> str:
        return self.vault.open(sealed).decode() if sealed else ""


def _talked(consult: Row) -> bool:
    """Whether doctor and patient have heard each other, or do now."""
    return bool(consult.together_ms > 0 or consult.together_since is not None)
