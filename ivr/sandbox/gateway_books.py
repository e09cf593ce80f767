"""The gateway's books: every link, payment and refund, found by what people ask for. Whoever writes holds the gateway's lock."""

from bisect import insort
from collections.abc import Iterator
from secrets import choice
from string import ascii_letters, digits

from ivr.sandbox.gateway_records import Link, Payment, Refund

_LETTERS = digits + ascii_letters


def new_gateway_id(prefix: str) -> str:
    """14 letters and digits behind the prefix, as the vendor's are; "" for none."""
    return prefix + "".join([choice(_LETTERS) for _ in range(14)])


class Books:
    """Nothing is ever forgotten: these are accounts."""

    def __init__(self) -> None:
        self.links: dict[str, Link] = {}
        self.payments: dict[str, Payment] = {}
        self.refunds: dict[str, Refund] = {}
        self._by_reference: dict[str, str] = {}
        self._by_order: dict[str, str] = {}
        self._of_link: dict[str, list[str]] = {}
        self._of_payment: dict[str, list[str]] = {}
        self._in_time: list[tuple[int, int, str]] = []  # payments: when made, which came first, id

    def put_link(self, link: Link) -> Link:
        if link.id not in self.links:
            self._by_order[link.order_id] = link.id
            if link.reference:
                self._by_reference[link.reference] = link.id
        self.links[link.id] = link
        return link

    def put_payment(self, payment: Payment) -> Payment:
        if payment.id not in self.payments:
            self._of_link.setdefault(payment.link_id, []).append(payment.id)
            insort(self._in_time, (payment.created_at, len(self._in_time), payment.id))
        self.payments[payment.id] = payment
        return payment

    def put_refund(self, refund: Refund) -> Refund:
        if refund.id not in self.refunds:
            self._of_payment.setdefault(refund.payment_id, []).append(refund.id)
        self.refunds[refund.id] = refund
        return refund

    def find_link(self, written: str) -> Link | None:
        """By its id, or by its address."""
        return self.links.get(written.rstrip("/").rpartition("/")[2])

    def by_reference(self, reference: str) -> Link | None:
        link_id = self._by_reference.get(reference)
        return self.links[link_id] if link_id else None

    def by_order(self, order_id: str) -> Link | None:
        link_id = self._by_order.get(order_id)
        return self.links[link_id] if link_id else None

    def payments_of(self, link_id: str) -> list[Payment]:
        """Every attempt, oldest first."""
        return [self.payments[payment_id] for payment_id in self._of_link.get(link_id, ())]

    def captured_of(self, link_id: str) -> list[Payment]:
        return [payment for payment in self.payments_of(link_id) if payment.captured]

    def refunds_of(self, payment_id: str) -> list[Refund]:
        """Newest first."""
        return [self.refunds[refund_id] for refund_id in reversed(self._of_payment.get(payment_id, ()))]

    def newest_payments(self) -> Iterator[Payment]:
        """By the time they were begun, not captured."""
        for _, _, payment_id in reversed(self._in_time):
            yield self.payments[payment_id]
