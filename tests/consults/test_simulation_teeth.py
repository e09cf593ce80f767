"""The simulation notices: one rule is broken each, and the verdict says so."""

import logging
from collections.abc import Callable
from dataclasses import dataclass, fields, replace
from itertools import count
from pathlib import Path
from time import sleep
from typing import Any

import pytest

from ivr.consults.booking import Bookings
from ivr.consults.lifecycle import ConsultEvent, ConsultState
from ivr.consults.moves import Moves
from ivr.model.gateway import Captured, Ok, RefundWish
from ivr.settings import Settings
from ivr.store import consults as consult_store
from ivr.store import outbox
from ivr.store import payments as payment_store
from ivr.store.tx import Row, Tx
from tests.consults.simulation import Rig, Simulation
from tests.consults.simulation_verdict import Verdict

pytestmark = pytest.mark.unmeasured

SEED = 7
_ON_THE_WAY_S = 0.06
_keys = count(1)


@dataclass
class NewKeyEachTime:
    """Asks for a refund with another key at every try. `blind`: without seeing what an earlier try came to."""

    real: Any
    blind: bool = False

    def refund(self, wish: RefundWish) -> Any:
        sleep(_ON_THE_WAY_S)  # long enough for a job that runs twice to look, and see nothing yet
        return self.real.refund(replace(wish, key=f"another-key-{next(_keys)}"))

    def refunds_of(self, payment_id: str) -> Any:
        return Ok(()) if self.blind else self.real.refunds_of(payment_id)

    def __getattr__(self, called: str) -> Any:
        return getattr(self.real, called)


class Forgetful(Bookings):
    """Takes the second word of a payment for a second payment."""

    def captured(self, tx: Tx, fact: Captured, at: int, *, fetched: bool) -> str:
        if payment_store.at_gateway(tx, "razorpay", fact.payment_id) is not None:
            fact = replace(fact, payment_id=f"{fact.payment_id}again")
        return Bookings.captured(self, tx, fact, at, fetched=fetched)


class Timeless(Moves):
    """Sets no clock for who has paid."""

    def move(self, tx: Tx, consult: Row, event: ConsultEvent, at: int, **columns: object) -> ConsultState | None:
        following = Moves.move(self, tx, consult, event, at, **columns)
        moved = consult_store.get(tx, consult.id)
        if following is ConsultState.PAID and moved is not None:
            outbox.done(tx, moved.clock_id)
            consult_store.change(tx, consult.id, clock_id=None)
        return following


def forgetful(real: Bookings) -> Bookings:
    return Forgetful(**{each.name: getattr(real, each.name) for each in fields(real)})


def timeless(real: Bookings) -> Bookings:
    return replace(real, moves=Timeless(real.moves.settings))


BROKEN = {
    "a refund key that is another at every try": (Rig(gateway=NewKeyEachTime, guards=False), "was refunded 2 times"),
    "no look before a refund is asked for again": (
        Rig(gateway=lambda real: NewKeyEachTime(real, blind=True), guards=False),
        "was refunded 2 times",
    ),
    "no check whether a payment is known": (Rig(bookings=forgetful), "is in our books, and was not captured"),
    "no clock for a paid consult": (Rig(bookings=timeless), "no clock will ever end that"),
}


@pytest.mark.parametrize("rule", BROKEN)
@pytest.mark.timeout(180)
def test_a_broken_rule_is_seen(
    rule: str, sqlite_url: str, make_settings: Callable[..., Settings], tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.CRITICAL)
    rig, told = BROKEN[rule]
    simulation = Simulation(make_settings(database_url=sqlite_url), tmp_path, SEED, consults=50, rig=rig, twice=40, days=2)
    try:
        faults = Verdict(simulation.run()).faults()
    finally:
        simulation.close()

    assert any(told in fault for fault in faults), f"SEED={SEED}\n" + "\n".join(faults[:10])
