"""Erlang's formulas, against figures that were computed elsewhere (540 s of handling, patience of 240 s)."""

import pytest

from ivr.routing.erlang import Queue, abandonment, doctors_needed

TABLE = [
    # doctors, load each, waiting, mean wait s, p95 s, within 20 s, abandoned
    (20, 0.60, 0.024, 1.6, 0, 0.982, 0.003),
    (20, 0.75, 0.160, 17, 126, 0.867, 0.021),
    (20, 0.85, 0.385, 69, 367, 0.655, 0.047),
    (20, 0.90, 0.551, 149, 648, 0.489, 0.064),
    (40, 0.60, 0.002, 0.1, 0, 0.999, 0.000),
    (40, 0.75, 0.055, 3, 5, 0.962, 0.005),
    (40, 0.85, 0.235, 21, 139, 0.812, 0.021),
    (40, 0.90, 0.412, 56, 285, 0.645, 0.035),
    (60, 0.75, 0.021, 0.8, 0, 0.988, 0.002),
    (60, 0.85, 0.155, 9, 68, 0.889, 0.011),
    (60, 0.90, 0.325, 29, 168, 0.740, 0.023),
]


@pytest.mark.parametrize(("doctors", "load", "waiting", "mean", "p95", "within", "abandoned"), TABLE)
def test_the_table(doctors: int, load: float, waiting: float, mean: float, p95: float, within: float, abandoned: float) -> None:
    queue = Queue(doctors, doctors * load, 540)

    assert queue.waiting_share == pytest.approx(waiting, abs=0.0006)
    assert queue.mean_wait_s == pytest.approx(mean, abs=0.55)
    assert queue.percentile_s(0.95) == pytest.approx(p95, abs=0.6)
    assert queue.within(20) == pytest.approx(within, abs=0.0006)
    assert abandonment(doctors, doctors * load, 540, 240) == pytest.approx(abandoned, abs=0.0006)


@pytest.mark.parametrize(("doctors", "share", "most"), [(20, 0.8, 100), (20, 0.95, 85), (40, 0.8, 216), (60, 0.8, 336)])
def test_how_many_doctors_a_forecast_needs(doctors: int, share: float, most: int) -> None:
    """With 28 s of ringing added to each consult: what so many doctors sustain, and one percent more."""
    assert doctors_needed(most * 0.99, 568, share=share) <= doctors
    assert doctors_needed(most * 1.02, 568, share=share) > doctors


def test_more_work_than_doctors_is_a_wait_without_end_and_only_impatience_ends_it() -> None:
    queue = Queue(10, 12.0, 540)

    assert (queue.waiting_share, queue.mean_wait_s, queue.percentile_s(0.5)) == (1.0, float("inf"), float("inf"))
    assert queue.within(3600) == 0
    assert abandonment(10, 12.0, 540, 240) > 1 - 10 / 12
    assert 0.4 < abandonment(500, 1000.0, 540, 240) < 0.6  # no overflow
