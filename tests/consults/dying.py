"""Workers that die: as `kill -9` does it, between any two things they do. What died is forgotten, what was committed stands."""

from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, fields, is_dataclass, replace
from functools import cached_property
from random import Random
from typing import Any, TypeVar

from ivr.store.database import Database
from ivr.store.tx import Addition, Tx
from ivr.wiring import App
from ivr.wiring.consults import Money

T = TypeVar("T")

_CHANCES = {
    "before the gateway was asked": 0.01,
    "after the gateway did it": 0.02,
    "in mid-transaction": 0.004,
    "after the commit": 0.004,
}


class Killed(BaseException):
    """No code of ours catches it, and nothing after it happens."""


@dataclass
class Fate:
    """Decides who dies where. `kills` counts."""

    dice: Random
    kills: Counter[str] = field(default_factory=Counter)

    def is_due(self, where: str) -> bool:
        return self.dice.random() < _CHANCES[where]

    def strike(self, where: str) -> None:
        if self.is_due(where):
            self.kill(where)

    def kill(self, where: str) -> None:
        self.kills[where] += 1
        raise Killed(where)


@dataclass
class MortalGateway:
    """Whoever asks the gateway may die before it is asked, or when it has done it and the answer is on its way."""

    real: Any
    fate: Fate
    name: str = "razorpay"

    def __getattr__(self, called: str) -> Callable[..., object]:
        def ask(*arguments: object) -> object:
            self.fate.strike("before the gateway was asked")
            answer: object = getattr(self.real, called)(*arguments)
            self.fate.strike("after the gateway did it")
            return answer

        return ask


@dataclass
class MortalDatabase:
    """Whoever writes may die in mid-transaction, or when it is committed and nobody knows yet."""

    real: Database
    fate: Fate

    def write(self, work: Callable[[Tx], T], wait_s: float = 10.0) -> T:
        if self.fate.is_due("in mid-transaction"):

            def dies(tx: Tx) -> T:
                work(tx)
                self.fate.kill("in mid-transaction")
                raise AssertionError("somebody survived")

            return self.real.write(dies, wait_s)
        result = self.real.write(work, wait_s)
        self.fate.strike("after the commit")
        return result

    def add_at_once(self, additions: Callable[[], Sequence[Addition] | None]) -> bool:
        return self.real.add_at_once(additions)

    def read(self) -> AbstractContextManager[Tx]:
        return self.real.read()

    def changes(self) -> Callable[[], int] | None:
        return self.real.changes()

    def close(self) -> None:
        self.real.close()


@dataclass(frozen=True)
class MortalApp(App):
    """The application of a worker: real, but that its jobs can die. `rig` may put something broken in the gateway's place."""

    fate: Fate
    rig: Callable[[Any], Any]

    @cached_property
    def money(self) -> Money:
        real = super().money
        gateway = real.collecting.gateway
        return swapped(real, gateway, MortalGateway(self.rig(gateway), self.fate))


def swapped(part: T, old: object, new: object) -> T:
    """`part` with `new` wherever `old` is in it."""
    if part is old:
        return new  # type: ignore[return-value]
    if not is_dataclass(part) or isinstance(part, type):
        return part
    inner = {each.name: getattr(part, each.name) for each in fields(part) if each.init}
    changed = {name: made for name, value in inner.items() if (made := swapped(value, old, new)) is not value}
    return replace(part, **changed) if changed else part
