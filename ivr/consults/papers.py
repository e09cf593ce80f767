"""Receipts, as a page shows them."""

from dataclasses import dataclass
from json import loads

from ivr.consults.paying import STANDINGS, Standing
from ivr.model.values import Language, Paise
from ivr.payments.receipts import Receipt, receipt
from ivr.prices import Component, ComponentName
from ivr.settings import Settings
from ivr.store import consults as store
from ivr.store import payments as payment_store
from ivr.store.database import Database


@dataclass(frozen=True, slots=True)
class ReceiptView:
    receipt: Receipt
    reference: str
    speciality: str
    language: Language
    standing: Standing


@dataclass(frozen=True, slots=True)
class Papers:
    database: Database
    settings: Settings

    def receipt(self, payment_id: str) -> ReceiptView | None:
        """The receipt of a payment that bought a consult."""
        with self.database.read() as tx:
            payment, issued = payment_store.get(tx, payment_id), payment_store.receipt_of(tx, payment_id)
            consult = store.get(tx, payment.consult_id) if payment is not None else None
            quote = store.quote_of(tx, payment.consult_id) if payment is not None else None
        if issued is None or consult is None or quote is None:
            return None
        components = [Component(ComponentName(name), Paise(paise)) for name, paise in loads(quote.components)]
        made = receipt(components, header=self.settings.dlt_header, serial=issued.number, at=issued.at)
        return ReceiptView(made, consult.reference, consult.speciality, Language(consult.language), STANDINGS[consult.state])
