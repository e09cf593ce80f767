"""What is assumed of callers and doctors, and the strategies that are compared.

Medians of ringing, patience and answering are assumptions, to be replaced by what `consult_event` shows after a month. The spreads of
the three lognormal times are those with which one willing doctor takes 16.6, 26 and 32 s (p50, p95, p99) and the quicker of two 14.5, 20
and 23 s; nothing else is fitted.
"""

from dataclasses import dataclass
from enum import IntEnum
from math import exp, log, sqrt
from random import Random
from typing import NamedTuple

from ivr.routing.fanout import SHIPPED, FanOut
from ivr.routing.rating import RESTS, Rest


@dataclass(frozen=True, slots=True)
class Model:
    """`load`: offered, talk and wrap-up, per doctor. Times in seconds; (median, sigma) of lognormals."""

    doctors: int = 40
    load: float = 0.75
    talk_mean: float = 480.0
    talk_cv: float = 0.6
    wrap: float = 60.0
    patience: float = 240.0  # mean of an exponential
    no_answer: float = 0.275  # mean over doctors of a beta distribution
    concentration: float = 5.0
    rejects: float = 0.3  # of those who do not answer: quickly
    machine: float = 0.04
    dialling: tuple[float, float] = (4.0, 0.35)
    picking_up: tuple[float, float] = (7.0, 0.5)
    pressing: tuple[float, float] = (5.0, 0.25)
    rejecting: float = 3.0
    machine_lasts: float = 16.0  # the prompt twice, each with eight seconds for a key
    warm_up: float = 5 * 3600.0

    @property
    def handle(self) -> float:
        return self.talk_mean + self.wrap

    @property
    def per_second(self) -> float:
        """Arrivals."""
        return self.load * self.doctors / self.handle


@dataclass(frozen=True, slots=True)
class Strategy:
    """`learns` False: every doctor counts as answering alike, so that the longest idle is first, and rests COOL_OFF after a miss."""

    name: str
    fan_out: FanOut
    learns: bool = False
    ring_ms: int = 22_000  # from the dial request


COOL_OFF_MS = RESTS[Rest.MISSED]
RING_1 = Strategy("ring 1", FanOut(hedges_ms=(), ample=None, silent_ms=None))
HEDGE = Strategy("hedge 12 s", FanOut(hedges_ms=(12_000,), ample=None, silent_ms=None))
RING_2 = Strategy("ring 2", FanOut(hedges_ms=(), ample=1, per_caller=0, idle_share=0, silent_ms=None))
AMPLE = Strategy("two if 4 idle", FanOut(hedges_ms=(12_000,), idle_share=0), learns=True, ring_ms=20_000)
POLICY = Strategy("shipped", SHIPPED, learns=True, ring_ms=20_000)
STRATEGIES = (RING_1, HEDGE, RING_2, AMPLE, POLICY)


class Caller(NamedTuple):
    """One arrival, in milliseconds: after the one before, the patience, the talk if it comes to one."""

    after: int
    patience: int
    talk: int


class Outcome(IntEnum):
    WILLING = 0
    NO_ANSWER = 1
    REJECTS = 2
    MACHINE = 3


class Ring(NamedTuple):
    """What a doctor's phone will do: in milliseconds after the dial request. `picked_up` None: never."""

    outcome: Outcome
    picked_up: int | None
    over: int


@dataclass(slots=True)
class Callers:
    """A stream of arrivals that no doctor's luck disturbs: two clinics with one seed see the same people.

    `mirrored`: the opposite luck at every draw, so that of two clinics one is as busy as the other is calm, and their mean is steady.
    """

    model: Model
    random: Random
    mirrored: bool = False

    def next(self) -> Caller:
        model = self.model
        variance = log(1 + model.talk_cv**2)
        side = -1 if self.mirrored else 1
        talk = model.talk_mean * exp(side * sqrt(variance) * self.random.gauss(0, 1) - variance / 2)
        return Caller(_ms(self._exponential(1 / model.per_second)), _ms(self._exponential(model.patience)), _ms(talk))

    def _exponential(self, mean: float) -> float:
        share = self.random.random()
        return -mean * log(1 - share if self.mirrored else share or 1e-12)


@dataclass(slots=True)
class Phone:
    """One doctor's phone, with its own luck. `no_answer`: how often nobody picks up, 0 to 1."""

    model: Model
    random: Random
    no_answer: float

    def ring(self, limit_ms: int) -> Ring:
        draw, model = self.random, self.model
        dialled, picks, presses = (_lognormal(draw, time) for time in (model.dialling, model.picking_up, model.pressing))
        machine, absent, rejects = draw.random(), draw.random(), draw.random()
        picked_up = dialled + picks
        if machine >= model.machine and absent < self.no_answer and rejects < model.rejects:
            return Ring(Outcome.REJECTS, None, min(limit_ms, dialled + _ms(model.rejecting)))
        if picked_up >= limit_ms or (machine >= model.machine and absent < self.no_answer):
            return Ring(Outcome.NO_ANSWER, None, limit_ms)
        if machine < model.machine:
            return Ring(Outcome.MACHINE, picked_up, picked_up + _ms(model.machine_lasts))
        return Ring(Outcome.WILLING, picked_up, picked_up + presses)


def staff(model: Model, seed: str) -> list[Phone]:
    """The doctors' phones: their shares of `no_answer` are evenly spaced quantiles of the beta distribution, so that all clinics are alike.

    A doctor's luck does not depend on how many others there are; whose share is whose does.
    """
    mean, among = model.no_answer, Random("quantiles")  # noqa: S311 - a simulation
    drawn = sorted(among.betavariate(mean * model.concentration, (1 - mean) * model.concentration) for _ in range(200 * model.doctors))
    shares = drawn[100::200]
    Random(f"{seed}/staff").shuffle(shares)  # noqa: S311
    return [Phone(model, Random(f"{seed}/doctor/{number}"), share) for number, share in enumerate(shares)]  # noqa: S311


def _lognormal(draw: Random, time: tuple[float, float]) -> int:
    return _ms(draw.lognormvariate(log(time[0]), time[1]))


def _ms(seconds: float) -> int:
    return round(seconds * 1000)
