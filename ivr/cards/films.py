"""The patient's side: films on their way to the doctor, and the doctor's prescription."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from json import loads

from ivr.cards.cards import AFTER_THE_END_MS, FILM, PRESCRIPTION, PRESCRIPTION_SENT, Cards
from ivr.cards.opening import Doctor, Paper
from ivr.cards.uploads import MOST_FILMS, Clean
from ivr.model.values import Language
from ivr.store import cards as store
from ivr.store import consults
from ivr.store.tx import Row, Tx
from ivr.store.vault import Vault


@dataclass(frozen=True, slots=True)
class FilmsView:
    """What a page for films shows: how many there are, never which. `taking`: False once the consult is over for a day."""

    consult_id: str
    reference: str
    language: Language
    sent: int
    taking: bool


@dataclass(frozen=True, slots=True)
class Sending:
    """What one doctor sent at one time. `at`: UTC milliseconds."""

    doctor: Doctor
    at: int
    pages: Sequence[Paper]


@dataclass(frozen=True, slots=True)
class PrescriptionView:
    """The newest sending last."""

    consult_id: str
    reference: str
    language: Language
    sendings: Sequence[Sending]


@dataclass(frozen=True, slots=True)
class Films:
    cards: Cards
    vault: Vault

    def view(self, consult_id: str) -> FilmsView | None:
        now = self.cards.clock.now()
        with self.cards.database.read() as tx:
            consult = consults.get(tx, consult_id)
            sent = store.count_films(tx, consult_id, FILM)
        if consult is None:
            return None
        return FilmsView(consult_id, consult.reference, Language(consult.language), sent, _taking(consult, now))

    def add(self, consult_id: str, film: Clean, at: int) -> bool:
        """Keep one film; False when there are as many as may be, or the consult is over."""
        sealed = self.vault.seal(film.content)

        def added(tx: Tx) -> bool:
            consult = consults.get(tx, consult_id, lock=True)
            if consult is None or not _taking(consult, at) or store.count_films(tx, consult_id, FILM) >= MOST_FILMS:
                return False
            store.add_film(tx, consult_id, FILM, film.media_type, sealed, at)
            store.note_event(tx, consult_id, "film_came", at)
            return True

        return self.cards.database.write(added)

    def prescription(self, consult_id: str) -> PrescriptionView | None:
        """None until there is one."""
        with self.cards.database.read() as tx:
            consult = consults.get(tx, consult_id)
            kept = {row.id: Paper(row.id, row.media_type) for row in store.films(tx, consult_id, PRESCRIPTION)}
            sendings = [_sending(tx, row, kept) for row in store.events(tx, consult_id, PRESCRIPTION_SENT)]
        found = [each for each in sendings if each is not None]
        return PrescriptionView(consult_id, consult.reference, Language(consult.language), found) if consult is not None and found else None

    def page_of(self, consult_id: str, film_id: str) -> Clean | None:
        """A page of the prescription; never a film, which is the doctor's alone to see."""
        with self.cards.database.read() as tx:
            found = store.film_of(tx, consult_id, PRESCRIPTION, film_id)
        return None if found is None else Clean(found.media_type, self.vault.open(found.content))


def _sending(tx: Tx, event: Row, kept: Mapping[str, Paper]) -> Sending | None:
    """None once its pages are forgotten."""
    detail = loads(event.detail)
    doctor = store.doctor_of(tx, detail["doctor_id"])
    pages = [kept[id] for id in detail["pages"] if id in kept]
    return Sending(Doctor.of(doctor), event.at, pages) if doctor is not None and pages else None


def _taking(consult: Row, now: int) -> bool:
    return consult.ended_at is None or now < consult.ended_at + AFTER_THE_END_MS
