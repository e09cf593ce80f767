"""Asha, who has paid, and Dr. Rao, who has taken her consult: as menus, jobs and the router make them."""

from re import findall
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import insert, select
from werkzeug.test import TestResponse

from ivr.cards.pins import choose_pin
from ivr.model.ids import new_id
from ivr.model.values import Language, Phone
from ivr.store import callers, consults
from ivr.store import cards as store
from ivr.store.schema import alarm, consult, consult_event, doctor, film, link, text
from ivr.store.tx import Row
from ivr.wiring import App
from tests.clock import HandClock
from tests.web.paid import Patient

RAO, IYER = "+919900000001", "+919900000002"
PIN, OTHER_PIN = "480216", "735190"
DAY = 24 * 60


class Ward:
    """One consult, and the doctors around it."""

    def __init__(self, app: App, clock: HandClock, language: Language = Language.ENGLISH) -> None:
        self.app, self.clock = app, clock
        self.asha = Patient(app, clock).asks(language)
        self.consult_is(state="paid", paid_at=clock.now(), reference="90908080")
        self.rao = self.hires("Dr. Meera Rao", RAO, "KMC-1001", PIN)

    def hires(self, name: str, phone: str, registration: str, pin: str = "", council: str = "Karnataka Medical Council") -> str:
        """A doctor's id."""
        at = self.clock.now()
        id = new_id(at)

        def hired(tx):  # type: ignore[no-untyped-def]
            caller_id = callers.ensure(tx, self.app.vault, Phone(phone), at)
            who = {"id": id, "caller_id": caller_id, "name": name, "qualification": "MS (Ortho)", "council": council}
            where = {"registration": registration, "fee_tier": "standard", "city": "Bengaluru", "pin_code": "560001"}
            more = {"routable": 0, "tier": 0, "follow_ups": 0, "sample": 0, "created_at": at, "changed_at": at}
            tx.run(insert(doctor), **who, **where, **more)

        self.app.database.write(hired)
        if pin:
            choose_pin(self.app.database, registration, pin, at, council)
        return id

    def accepts(self, doctor_id: str = "", *, talked_s: int = 150) -> "Ward":
        """And has talked with Asha for so many seconds."""
        doctor_id = doctor_id or self.rao
        self.app.database.write(lambda tx: self.app.cards.opened_for(tx, self.asha.id, doctor_id, self.clock.now()))
        return self.consult_is(doctor_id=doctor_id, together_ms=talked_s * 1000)

    def asks_for_films(self) -> "Ward":
        self.app.database.write(lambda tx: self.app.cards.ask_for_films(tx, self.asha.row, self.clock.now()))
        return self

    def consult_is(self, **columns: object) -> "Ward":
        """What other parts write of it."""
        self.app.database.write(lambda tx: consults.change(tx, self.asha.id, **columns))
        return self

    def saw_before(self, disposition: str = "done", patient: str = "self", doctor_id: str = "") -> str:
        """An earlier consult of Asha's, which Dr. Rao took, or this doctor; its id."""
        row = {**self.asha.row._asdict(), "id": new_id(self.clock.now() - 30 * DAY * 60_000), "reference": "11112222", "state": "completed"}
        what = {"disposition": disposition, "doctor_id": doctor_id or self.rao, "patient": patient}
        opened = {"opened_at": self.clock.now() - 30 * DAY * 60_000}
        self.app.database.write(lambda tx: tx.run(insert(consult), **{**row, **what, **opened}))
        return str(row["id"])

    def texts(self, template: str) -> list[Row]:
        with self.app.database.read() as tx:
            return tx.rows(select(text).where(text.c.template == template).order_by(text.c.id))

    def path(self, purpose: str, doctor_phone: str = "") -> str:
        """Of the newest link with this purpose; of the newest that went to this phone."""
        with self.app.database.read() as tx:
            wanted = callers.find(tx, self.app.vault, Phone(doctor_phone)) if doctor_phone else None
            links = select(link.c.token, text.c.caller_id).join(text, text.c.id == link.c.text_id).order_by(text.c.id)
            found = tx.rows(links.where(link.c.purpose == purpose))
        return "/SANDHI/" + [row.token for row in found if wanted in (None, row.caller_id)][-1]

    @property
    def card(self) -> Row:
        with self.app.database.read() as tx:
            found = store.get(tx, self.asha.id)
        assert found is not None
        return found

    @property
    def events(self) -> list[str]:
        """By name."""
        with self.app.database.read() as tx:
            return [row.name for row in tx.rows(select(consult_event.c.name).order_by(consult_event.c.name))]

    @property
    def alarms(self) -> list[Row]:
        with self.app.database.read() as tx:
            return tx.rows(select(alarm).order_by(alarm.c.kind))

    @property
    def stored(self) -> list[Row]:
        with self.app.database.read() as tx:
            return tx.rows(select(film).order_by(film.c.id))

    def gets_old(self, days: int) -> None:
        self.clock.forward(minutes=days * DAY)


class Browser:
    """A person's browser at one link; its forms come from our own pages."""

    def __init__(self, visitor: FlaskClient, path: str) -> None:
        self.visitor, self.path = visitor, path

    def looks(self, query: str = "", **more: Any) -> TestResponse:
        return self.visitor.get(self.path + query, **more)

    def sends(self, headers: dict[str, str] | None = None, **form: Any) -> TestResponse:
        ours = {"Origin": "https://calls.example", "Sec-Fetch-Site": "same-origin"}
        answer = self.visitor.post(self.path, data=form, headers=headers or ours, base_url="https://calls.example")
        assert answer.request is not None
        answer.request.environ["wsgi.input"].close()
        return answer

    def sees(self, query: str = "") -> str:
        answer = self.visitor.get(self.path + query, base_url="https://calls.example")
        assert answer.status_code == 200, answer.status_code
        return answer.text

    def file(self, query: str) -> TestResponse:
        return self.visitor.get(self.path + query, base_url="https://calls.example")


def queries(page: str, name: str) -> list[str]:
    """`?film=…` of every file that a page names, once each."""
    return list(dict.fromkeys(findall(rf'"(\?{name}=[0-9A-Z]{{26}})"', page)))
