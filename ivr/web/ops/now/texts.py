"""Texts of the last minutes: how many, how many arrived, how fast by provider. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from ivr.store.tx import Row
from ivr.texts.lifecycle import TextState
from ivr.web.ops.percentiles import percentile
from ivr.web.ops.when import lasted

MINUTES = 10
_DAY_MS = 24 * 60 * 60 * 1000
_TOOK = (TextState.SENT, TextState.DELIVERED, TextState.UNDELIVERED, TextState.FAILED)


@dataclass(frozen=True, slots=True)
class Carrier:
    """One provider. Times from hand-over to the phone, as said to people; "" without any."""

    provider: str
    took: int
    delivered: int
    share: str
    p50: str
    p95: str


@dataclass(frozen=True, slots=True)
class TextsNow:
    """`minutes`: texts asked for, minute by minute, the latest last."""

    minutes: Sequence[int]
    per_minute: str
    waiting: int
    carriers: Sequence[Carrier]


def texts_now(counted: Sequence[Row], handed_over: Sequence[Row]) -> TextsNow:
    asked = [row for row in counted if row.state != TextState.DROPPED]
    minutes = [sum(row.n for row in asked if row.minutes_ago == ago) for ago in reversed(range(MINUTES))]
    waiting = sum(row.n for row in asked if row.state in (TextState.ASKED, TextState.SENDING))
    providers = sorted({row.provider for row in handed_over})
    carriers = [_carrier(provider, [row for row in handed_over if row.provider == provider]) for provider in providers]
    return TextsNow(minutes, f"{sum(minutes) / MINUTES:.1f}".removesuffix(".0"), waiting, carriers)


def _carrier(provider: str, rows: Sequence[Row]) -> Carrier:
    took = [row for row in rows if row.state in _TOOK]
    arrived = [row for row in took if row.state == TextState.DELIVERED]
    times = sorted(row.ended_at - row.sent_at for row in arrived if row.sent_at is not None and row.ended_at is not None)
    share = f"{100 * len(arrived) / len(took):.0f} %" if took else ""
    return Carrier(provider, len(took), len(arrived), share, _said(percentile(times, 50)), _said(percentile(times, 95)))


def _said(ms: int | None) -> str:
    return "" if ms is None else f"{ms / 1000:.1f} s" if ms < 10_000 else lasted(ms)
