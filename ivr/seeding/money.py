"""Invented money that adds up: quotes, links, payments, the ledger's entries, refunds, receipts, the gateway's events."""

from collections import defaultdict
from dataclasses import dataclass
from json import dumps
from typing import Any

from ivr.consults.booking import REFUND_ASK
from ivr.consults.events import keep_facts
from ivr.consults.paying import GATEWAY, LINK_LASTS_MS
from ivr.consults.refunding import REFUND_LOOK
from ivr.model.gateway import Captured, GatewayRefund, RefundState
from ivr.model.values import Paise
from ivr.payments.ledger import Account, Cause
from ivr.payments.receipts import financial_year
from ivr.prices import Price
from ivr.seeding.pile import Pile

_SIDES = {
    Cause.CAPTURED: (Account.GATEWAY, Account.HELD),
    Cause.REFUND_DUE: (Account.HELD, Account.REFUNDS),
    Cause.REFUNDED: (Account.REFUNDS, Account.GATEWAY),
}
_OPEN_JOBS = {"refund_due": REFUND_ASK, "requested": REFUND_ASK, "pending": REFUND_LOOK}


@dataclass(frozen=True, slots=True)
class Paid:
    """A captured payment. `token`: of its receipt's page."""

    id: str
    price: Price
    at: int
    token: str
    gateway_payment_id: str


class Money:
    def __init__(self, pile: Pile, codes: set[str], receipts: dict[str, int]) -> None:
        """`codes`: of live quotes that are there; `receipts`: the last number of each year, counted on here."""
        self._pile, self._codes, self.receipts = pile, codes, defaultdict(int, receipts)

    def quote(self, consult: dict[str, Any], price: Price, at: int, state: str) -> None:
        components = dumps([[each.name.value, each.amount.amount] for each in price.components])
        code = f"{self._pile.random.randrange(1_000_000):06d}"
        while state == "live" and code in self._codes:
            code = f"{self._pile.random.randrange(1_000_000):06d}"
        self._codes.add(code)
        self._quote = self._pile.add(
            "quote",
            id=self._pile.id(at),
            consult_id=consult["id"],
            caller_id=consult["caller_id"],
            patient=consult["patient"],
            state=state,
            first=int(price.first),
            paise=price.total.amount,
            components=components,
            rule=price.version,
            code=code,
            created_at=at,
            expires_at=at + 30 * 60_000,
        )

    def void(self) -> None:
        """A price that served nobody is not used up."""
        self._quote["state"] = "void"

    def link(self, consult: dict[str, Any], price: Price, at: int, state: str) -> tuple[str, str]:
        """A link at the gateway; its id and our reference."""
        made = self._pile.id(at)
        columns = {"gateway": GATEWAY, "paise": price.total.amount, "state": state, "created_at": at, "expires_at": at + LINK_LASTS_MS}
        known = {"gateway_link_id": f"plink_seed{made}", "url": f"https://pay.invalid/{made}", "looked_at": at + 20_000}
        self._pile.add("pay_link", id=made, reference=f"seed-{made}", consult_id=consult["id"], **columns, **known)
        return made, f"seed-{made}"

    def captured(self, consult: dict[str, Any], price: Price, at: int) -> Paid:
        """Held for now: `earned` or `given_back` say what becomes of it."""
        link_id, reference = self.link(consult, price, at - self._pile.random.randint(20_000, 90_000), "paid")
        payment_id, known = self._pile.id(at), f"pay_seed{link_id}"
        paid = Paid(payment_id, price, at, self._pile.token(), known)
        of = {"gateway": GATEWAY, "gateway_payment_id": known, "pay_link_id": link_id, "consult_id": consult["id"]}
        self._payment = self._pile.add("payment", id=payment_id, paise=price.total.amount, state="held", captured_at=at, moved_at=at, **of)
        self._entry(paid, Cause.CAPTURED, at)
        self._event("payment_link.paid", keep_facts([Captured(reference, known, price.total)]), "paid", at + 700)
        year = financial_year(at)
        self.receipts[year] += 1
        self._pile.add("receipt", payment_id=payment_id, year=year, number=self.receipts[year], token=paid.token, at=at)
        return paid

    def earned(self, paid: Paid, at: int) -> None:
        self._payment.update(state="earned", moved_at=at)
        for each in paid.price.components:
            if each.amount.amount:
                self._move(paid, Cause.EARNED, Account.HELD, Account(each.name.value), each.amount.amount, at)

    def given_back(self, paid: Paid, why: str, at: int, state: str) -> None:
        """`state`: how far the refund has come. One that is under way has its wish in the outbox."""
        over_at = at + self._pile.random.randint(2_000, 90_000) if state == "refunded" else None
        self._payment.update(state=state, why=why, moved_at=over_at or at)
        self._entry(paid, Cause.REFUND_DUE, at)
        body = dumps({"amount": paid.price.total.amount, "speed": "normal", "receipt": paid.id})
        known = f"rfnd_seed{paid.id}" if state in ("refunded", "pending") else None
        asks = 0 if state == "refund_due" else 1
        self._pile.add(
            "refund",
            payment_id=paid.id,
            key=f"rf-{paid.id}",
            body=body,
            gateway_refund_id=known,
            asks=asks,
            created_at=at,
            ended_at=over_at,
        )
        if over_at is not None and known is not None:
            self._entry(paid, Cause.REFUNDED, over_at)
            facts = keep_facts([GatewayRefund(known, paid.gateway_payment_id, Paise(paid.price.total.amount), RefundState.DONE)])
            self._event("refund.processed", facts, "refunded", over_at)
        if state in _OPEN_JOBS:
            self._pile.add("outbox", id=self._pile.id(at), kind=_OPEN_JOBS[state], ref=paid.id, due_at=at + 15 * 60_000)

    def _event(self, name: str, facts: str, came_to: str, at: int) -> None:
        made = f"evt_seed{self._pile.id(at)}"
        self._pile.add("gateway_event", id=made, gateway=GATEWAY, name=name, facts=facts, received_at=at, came_to=came_to)

    def _entry(self, paid: Paid, cause: Cause, at: int) -> None:
        self._move(paid, cause, *_SIDES[cause], paid.price.total.amount, at)

    def _move(self, paid: Paid, cause: Cause, debit: Account, credit: Account, paise: int, at: int) -> None:
        sides = {"debit": debit.value, "credit": credit.value, "paise": paise}
        self._pile.add("entry", id=self._pile.id(at), at=at, payment_id=paid.id, cause=cause.value, **sides)
