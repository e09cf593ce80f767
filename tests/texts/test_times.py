"""Times in texts: a clock alone is of today, and never a moment that the reader would take for past."""

from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest

from ivr.model.values import Language
from ivr.texts.templates import load_templates
from ivr.texts.times import clock_time

SHIPPED = Path(__file__).parents[2] / "callflows"
INDIA = timezone(timedelta(hours=5, minutes=30))


def india(clock: str) -> int:
    return int(datetime.fromisoformat(clock).replace(tzinfo=INDIA).timestamp() * 1000)


@pytest.mark.parametrize(
    ("at", "now", "told"),
    [
        ("2026-11-23 18:30", "2026-11-23 06:10", "6:30 pm"),
        ("2026-11-24 06:10", "2026-11-23 06:10", "24 Nov, 6:10 am"),
        ("2026-11-24 00:10", "2026-11-23 23:50", "24 Nov, 12:10 am"),
        ("2026-11-23 05:20", "2026-11-23 00:10", "5:20 am"),  # in Greenwich, it is the 22nd
        ("2026-11-24 00:00", "2026-11-23 18:00", "12:00 am"),  # the midnight that ends today
        ("2026-11-25 00:00", "2026-11-23 18:00", "25 Nov, 12:00 am"),
        ("2026-12-01 22:59", "2026-11-30 22:59", "1 Dec, 10:59 pm"),
    ],
)
def test_another_day_is_told_with_its_day(at: str, now: str, told: str) -> None:
    assert clock_time(india(at), india(now)) == told


def test_samples_of_texts_have_a_time_alone_where_a_time_stands() -> None:
    samples = {each.template: each.sample for each in load_templates(SHIPPED).describe() if each.language is Language.ENGLISH}

    assert "You are on duty until 22 Nov, 10:30 am, doctor." in samples["duty_on"]
    assert "we will call you on 22 Nov, 10:30 am from 08061914343" in samples["call_booked"]
    assert "You talked to Dr Asha Rao, reg. KMC 123456, 12 min" in samples["consult_done"]
    assert "Reference 38562334." in samples["pay_link"]
