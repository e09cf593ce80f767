"""A consult and its payments, as menus, jobs and the gateway make them, for the pages that show them."""

from dataclasses import dataclass

from sqlalchemy import func, select

from ivr.consults.addresses import wait_path
from ivr.consults.desk import Screened
from ivr.consults.lifecycle import ConsultEvent, ConsultState
from ivr.consults.paying import Sent
from ivr.model.gateway import Captured
from ivr.model.ids import new_id
from ivr.model.values import CallerKind, Language, Phone
from ivr.store import callers, calls
from ivr.store import consults as store
from ivr.store import payments as payment_store
from ivr.store.schema import link, metadata
from ivr.store.tx import Row
from ivr.texts.asking import Trigger
from ivr.wiring import App
from tests.clock import HandClock

ASHA, MENU_LINE = "+919845012345", "+918061914344"
LAST_FOUR = ASHA[-4:]
GATEWAY_PAGE = "https://rzp.io/rzp/aB3xK9"


@dataclass
class Patient:
    """Asha, who passed the emergency screen, heard the price and was texted the link."""

    app: App
    clock: HandClock
    id: str = ""

    def asks(self, language: Language = Language.ENGLISH) -> "Patient":
        desk, at = self.app.consults.desk, self.clock.now()
        with_call = self._call(at)
        line = self.app.lines.find(Phone(MENU_LINE))
        assert line is not None
        trigger = Trigger(*with_call, line, language, at)
        answers = {"age": "41", "pain_place": "knee"}
        screened = Screened("clear", "self", "triage-1", {})
        self.app.database.write(lambda tx: desk.screened(tx, trigger, screened))
        self.app.database.write(lambda tx: desk.open(tx, trigger))
        self.app.database.write(lambda tx: desk.quote(tx, trigger, answers, desk.price(tx, trigger.caller_id).total.amount))
        self.app.database.write(lambda tx: desk.ask_to_pay(tx, trigger))
        with self.app.database.read() as tx:
            found = desk.open_of(tx, str(trigger.caller_id))
        assert found is not None
        assert found.state == "awaiting_payment"
        self.id = found.id
        return self

    def _call(self, at: int) -> tuple[str, str]:
        call_id = new_id(at)
        with_number = self.app.database.write(lambda tx: callers.ensure(tx, self.app.vault, Phone(ASHA), at))
        row = {"id": call_id, "provider": "plivo", "provider_call_id": call_id, "caller_id": with_number, "flow": "hotline"}
        what = {"caller_kind": CallerKind.MOBILE.value, "line": MENU_LINE, "action": "answer", "arrived_at": at, "ended_at": at}
        self.app.database.write(lambda tx: tx.add([calls.addition(**row, **what)]))
        return call_id, with_number

    @property
    def row(self) -> Row:
        with self.app.database.read() as tx:
            found = store.get(tx, self.id)
        assert found is not None
        return found

    @property
    def quote(self) -> Row:
        with self.app.database.read() as tx:
            found = store.quote_of(tx, self.id)
        assert found is not None
        return found

    @property
    def name(self) -> str:
        return self.app.vault.open(self.row.patient_name).decode() if self.row.patient_name else ""

    @property
    def tries(self) -> list[Row]:
        with self.app.database.read() as tx:
            return payment_store.links_of(tx, self.id)

    def path(self, purpose: str = "pay") -> str:
        """Of the newest link with this purpose in a text to Asha."""
        with self.app.database.read() as tx:
            found = tx.rows(select(link.c.token).where(link.c.purpose == purpose).order_by(link.c.text_id))
        return f"/SANDHI/{found[-1].token}"

    def wait(self, more: str = "") -> str:
        return wait_path(self.app.settings, self.tries[-1].id) + more

    def presses_pay(self) -> "Patient":
        assert isinstance(self.app.consults.paying.press_pay(self.id), Sent)
        return self

    def page_is(self, state: str, url: str | None = GATEWAY_PAGE) -> "Patient":
        """What the job has made of the newest try."""
        id = self.tries[-1].id
        self.app.database.write(lambda tx: payment_store.change_link(tx, id, state=state, url=url))
        return self

    def pays(self) -> "Patient":
        """The gateway says so."""
        fact = Captured(self.tries[-1].reference, "pay_29QQoUBi66xm2f", self.app.consults.paying.view(self.id).amount)  # type: ignore[union-attr]
        said = self.app.database.write(lambda tx: self.app.consults.bookings.captured(tx, fact, self.clock.now(), fetched=True))
        assert said == "paid"
        return self

    def ends(self, event: ConsultEvent) -> "Patient":
        assert self.app.database.write(lambda tx: self.app.consults.bookings.ends(tx, self.id, event, "a test", self.clock.now()))
        return self

    def is_served(self) -> "Patient":
        assert self.app.database.write(lambda tx: self.app.consults.bookings.served(tx, self.id, self.clock.now()))
        return self

    def has_talked(self) -> "Patient":
        """And the doctor has not said yet what came of it."""
        self.app.database.write(lambda tx: store.change(tx, self.id, state=ConsultState.WRAP_UP))
        return self

    def has_the_money_back(self) -> "Patient":
        payment_id = self.payment_id

        def refunded(tx):  # type: ignore[no-untyped-def]
            payment = payment_store.get(tx, payment_id, lock=True)
            return self.app.consults.bookings.refunded(tx, payment, self.clock.now())

        assert self.app.database.write(refunded)
        return self

    @property
    def payment_id(self) -> str:
        with self.app.database.read() as tx:
            [payment] = payment_store.of_consult(tx, self.id)
        return str(payment.id)

    @property
    def call_backs(self) -> int:
        return rows(self.app, "call_back")


def rows(app: App, *tables: str) -> int:
    """In these tables, or in all."""
    with app.database.read() as tx:
        counted = [
            tx.row(select(func.count().label("n")).select_from(table))
            for table in metadata.sorted_tables
            if not tables or table.name in tables
        ]
    return sum(row.n for row in counted if row is not None)
