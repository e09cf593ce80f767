"""Events of the gateway: stored once with the commit that answers them, looked at by a job, and never more than one of two inputs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from json import dumps, loads
from typing import Any

from ivr.consults.booking import Bookings
from ivr.consults.desk import hurry
from ivr.consults.refunding import Refunding
from ivr.model.gateway import Captured, GatewayFact, GatewayHooks, GatewayRefund, LinkClosed, LinkState, RefundState
from ivr.model.ports import Clock
from ivr.model.values import Paise
from ivr.store import outbox
from ivr.store import payments as store
from ivr.store.database import Database
from ivr.store.tx import Tx
from ivr.store.vault import Vault

GATEWAY_EVENT = "gateway_event"
_BODY_LASTS_MS = 30 * 24 * 60 * 60_000
_WAIT_S = 2.0


def keep_facts(facts: Sequence[GatewayFact]) -> str:
    """As JSON: the body beside them is kept without what it says of the payer."""
    return dumps([_plain(fact) for fact in facts])


def read_facts(kept: str) -> list[GatewayFact]:
    return [_fact(each) for each in loads(kept)]


def _plain(fact: GatewayFact) -> list[object]:
    match fact:
        case Captured(reference, payment_id, amount):
            return ["captured", reference, payment_id, amount.amount]
        case LinkClosed(reference, state):
            return ["link", reference, state.value]
        case GatewayRefund(refund_id, payment_id, amount, refund_state):
            return ["refund", refund_id, payment_id, amount.amount, refund_state.value]


def _fact(kept: list[Any]) -> GatewayFact:
    match kept:
        case ["captured", reference, payment_id, paise]:
            return Captured(reference, payment_id, Paise(paise))
        case ["link", reference, state]:
            return LinkClosed(reference, LinkState(state))
        case ["refund", refund_id, payment_id, paise, state]:
            return GatewayRefund(refund_id, payment_id, Paise(paise), RefundState(state))
        case _:
            raise ValueError("no fact of a gateway's event")


@dataclass(frozen=True, slots=True)
class GatewayInbox:
    """The web's side."""

    database: Database
    vault: Vault
    hooks: GatewayHooks
    clock: Clock

    def receive(self, body: bytes, headers: Mapping[str, str]) -> None:
        """Store a verified event, once, with a wish to look at it. BadRequest for what is no event; DatabaseAway."""
        event = self.hooks.read(body, headers)
        now = self.clock.now()
        kept = self.vault.seal(self.hooks.strip(body))
        columns = {"id": event.event_id, "gateway": self.hooks.name, "name": event.name[:60], "body": kept}

        def keep(tx: Tx) -> None:
            if store.add_event(tx, **columns, facts=keep_facts(event.facts), received_at=now):
                outbox.add(tx, GATEWAY_EVENT, event.event_id, now, now)

        self.database.write(keep, _WAIT_S)


@dataclass(frozen=True, slots=True)
class GatewayEvents:
    """The worker's side."""

    database: Database
    vault: Vault
    hooks: GatewayHooks
    bookings: Bookings
    refunding: Refunding
    clock: Clock

    def look_at(self, outbox_id: str) -> None:
        """Book what a stored event tells. Twice is once."""
        now = self.clock.now()
        self.database.write(lambda tx: self._look_at(tx, outbox_id, now))

    def forget(self) -> int:
        """Bodies older than thirty days: nobody disputes a payment with them any more. How many."""
        before = self.clock.now() - _BODY_LASTS_MS
        return self.database.write(lambda tx: store.forget_bodies(tx, before))

    def _look_at(self, tx: Tx, outbox_id: str, now: int) -> None:
        event_id = outbox.peek(tx, outbox_id)
        kept = store.event(tx, event_id) if event_id else None
        outbox.done(tx, outbox_id)
        if kept is None or kept.came_to is not None:
            return
        came_to = [self._book(tx, fact, now) for fact in read_facts(kept.facts)]
        store.event_done(tx, kept.id, "; ".join(came_to) or "nothing for us")

    def _book(self, tx: Tx, fact: GatewayFact, now: int) -> str:
        match fact:
            case Captured(reference):
                came_to = self.bookings.captured(tx, fact, now, fetched=False)
                if came_to == "another amount" and (link := store.link_by_reference(tx, reference)) is not None:
                    hurry(tx, link.consult_id, now)
                return came_to
            case LinkClosed(reference):
                found = store.link_by_reference(tx, reference)
                link = store.link(tx, found.id, lock=True) if found is not None else None
                if link is None:
                    return "no link of ours"
                if link.state in ("open", "closing"):
                    store.change_link(tx, link.id, state="closed")
                return f"link {fact.state}"
            case GatewayRefund(_, payment_id):
                payment = store.at_gateway(tx, self.hooks.name, payment_id)
                return "no payment of ours" if payment is None else self.refunding.told(tx, payment.id, fact, now)
