"""Consults by the hundred among loss, doubling, delay, refusal and death: what was paid is earned or refunded, once, and nobody waits."""

import logging
from collections.abc import Callable
from pathlib import Path

import pytest

from ivr.settings import Settings
from tests.consults.simulation import Simulation
from tests.consults.simulation_verdict import Verdict

pytestmark = pytest.mark.unmeasured

SEED = 2026


@pytest.mark.halved  # `make soak ONLY=money` plays it on both, and at length
@pytest.mark.timeout(300)
def test_every_captured_payment_ends_once_whatever_happens_on_the_way(
    database_url: str, make_settings: Callable[..., Settings], tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.CRITICAL)  # alarms by the hundred
    simulation = Simulation(make_settings(database_url=database_url, database_pool=24), tmp_path, SEED, consults=180)
    try:
        verdict = Verdict(simulation.run())
        faults, done = verdict.faults(), verdict.done()
    finally:
        simulation.close()

    assert faults == [], f"SEED={SEED}\n" + "\n".join(faults[:20])
    much = {"asked to pay": 120, "payments earned": 25, "payments refunded": 50, "events lost": 10, "left to a person": 1}
    deaths = dict.fromkeys(("died after the gateway did it", "died in mid-transaction", "died after the commit"), 1)
    assert {what: done.get(what, 0) for what, least in (much | deaths).items() if done.get(what, 0) < least} == {}, str(done)
