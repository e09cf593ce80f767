"""A consult's money as an operator reads it: what was quoted and paid, where it is, and entries that balance. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from json import loads

from ivr.payments.ledger import EXPECTED, INCOME, Account, Cause
from ivr.payments.receipts import receipt_number
from ivr.store.console_consults import Books
from ivr.store.tx import Row
from ivr.web.ops import words_consults, words_money
from ivr.web.ops.steps import Pen, Step
from ivr.web.ops.when import Moment, moment
from ivr.web.ops.words import Tone, count
from ivr.web.ops.words_money import rupees

_CAUSES = {cause.value: number for number, cause in enumerate(Cause)}
_ACCOUNTS = (Account.GATEWAY, Account.HELD, Account.REFUNDS, *INCOME)


@dataclass(frozen=True, slots=True)
class EntryRow:
    when: Moment
    cause: str
    debit: str
    credit: str
    amount: str


@dataclass(frozen=True, slots=True)
class MoneyCard:
    """`balance`: where the money is now; `fits`: the entries are those that the payments must have."""

    price: str
    standing: Sequence[tuple[str, Tone]]
    entries: Sequence[EntryRow]
    balance: str
    fits: bool


def money_card(books: Books, now: int) -> MoneyCard:
    entries = _in_order(books.entries)
    return MoneyCard(
        price=_price(books.quote),
        standing=[_standing(each) for each in books.payments],
        entries=[
            EntryRow(
                moment(each.at, now),
                words_money.cause(each.cause)[0],
                words_money.account(each.debit),
                words_money.account(each.credit),
                rupees(each.paise),
            )
            for each in entries
        ],
        balance=_balance(books.entries),
        fits=_fits(books),
    )


def money_steps(books: Books, pen: Pen) -> Iterator[Step]:
    if (quote := books.quote) is not None:
        yield pen.step(
            quote.created_at, f"Price told: {rupees(quote.paise)}", f"{_parts(quote)}; {words_money.QUOTES.get(quote.state, quote.state)}"
        )
    for link in books.links:
        said, tone = words_money.link(link.state)
        yield pen.step(link.created_at, f"Pay pressed: {link.gateway}", f"{said} ({link.gateway_link_id or link.reference})", tone)
    paid = {each.id: each for each in books.payments}
    for (payment_id, cause), run in groupby(_in_order(books.entries), key=lambda each: (each.payment_id, each.cause)):
        yield _moved(paid[payment_id], cause, list(run), books, pen)
    for refund in books.refunds:
        payment = paid[refund.payment_id]
        if refund.ended_at is None:
            said, tone = words_money.payment(payment.state)
            asked = f"; asked {count(refund.asks, 'time')}" if refund.asks else ""
            yield pen.step(payment.moved_at, "Refund", f"{said}{asked}", tone)
    for receipt in books.receipts:
        number = receipt_number("", receipt.year, receipt.number)
        yield pen.step(receipt.at, "Receipt", f"number {number}")


def _in_order(entries: Sequence[Row]) -> list[Row]:
    """Payment by payment, cause by cause: what was booked in one moment has no order of its own."""
    return sorted(entries, key=lambda each: (each.payment_id, _CAUSES.get(each.cause, len(_CAUSES)), each.id))


def _moved(payment: Row, cause: str, entries: Sequence[Row], books: Books, pen: Pen) -> Step:
    title, tone = words_money.cause(cause)
    total = rupees(sum(each.paise for each in entries))
    refund = next((each for each in books.refunds if each.payment_id == payment.id), None)
    detail = ""
    match cause:
        case Cause.CAPTURED:
            detail = f"at {payment.gateway}, {payment.gateway_payment_id}"
        case Cause.EARNED:
            detail = ", ".join(f"{words_money.account(each.credit)} {rupees(each.paise)}" for each in entries)
        case Cause.REFUND_DUE:
            detail = words_consults.why(payment.why)
        case Cause.REFUNDED if refund is not None:
            asked = f"asked {count(refund.asks, 'time')}" if refund.asks else "not asked by us"
            detail = f"{asked}{f', {refund.gateway_refund_id}' if refund.gateway_refund_id else ''}"
    return pen.step(entries[0].at, f"{title}: {total}", detail, tone)


def _standing(payment: Row) -> tuple[str, Tone]:
    said, tone = words_money.payment(payment.state)
    why = f": {words_consults.why(payment.why)}" if payment.why else ""
    return f"{rupees(payment.paise)} {said}{why}", tone


def _price(quote: Row | None) -> str:
    if quote is None:
        return "no price was told yet"
    if quote.paise == 0:
        return "nothing: a follow-up"
    return f"{rupees(quote.paise)}, {'first' if quote.first else 'later'} consultation"


def _parts(quote: Row) -> str:
    try:
        parts = [(name, int(paise)) for name, paise in loads(quote.components)]
    except (ValueError, TypeError):  # written by another version
        return "first consultation" if quote.first else "later consultation"
    return ", ".join(f"{words_money.component(name)} {rupees(paise)}" for name, paise in parts if paise) or "it costs nothing"


def _left(entries: Sequence[Row]) -> dict[str, int]:
    """By account, what is there now: at the gateway what it received less what it gave, in the others the other way round."""
    found: dict[str, int] = dict.fromkeys(_ACCOUNTS, 0)
    for each in entries:
        found[each.debit] = found.get(each.debit, 0) + (each.paise if each.debit == Account.GATEWAY else -each.paise)
        found[each.credit] = found.get(each.credit, 0) + (-each.paise if each.credit == Account.GATEWAY else each.paise)
    return found


def _balance(entries: Sequence[Row]) -> str:
    left = _left(entries)
    at_gateway = left.pop(Account.GATEWAY)
    rest = " + ".join(f"{words_money.account(name)} {rupees(paise)}" for name, paise in left.items() if paise > 0)
    return f"{words_money.account(Account.GATEWAY)} {rupees(at_gateway)} = {rest}" if at_gateway > 0 else "nothing is left at the gateway"


def _fits(books: Books) -> bool:
    """Each payment was entered in full for each of the causes that its state has, and for no other."""
    for payment in books.payments:
        entered: dict[str, int] = {}
        for each in books.entries:
            if each.payment_id == payment.id:
                entered[each.cause] = entered.get(each.cause, 0) + each.paise
        expected = EXPECTED.get(payment.state, frozenset())
        if entered != dict.fromkeys((cause.value for cause in expected), payment.paise):
            return False
    return True
