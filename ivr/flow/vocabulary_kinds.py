"""What the tables of the vocabulary are made of."""

from dataclasses import dataclass
from enum import StrEnum


class Slot(StrEnum):
    """How a value is said: `{fee:money}`."""

    NUMBER = "number"
    MONEY = "money"  # in paise
    DIGITS = "digits"
    TIME = "time"  # UTC milliseconds
    DAY = "day"  # UTC milliseconds
    NAME = "name"  # as it is written, in every language: no recording holds it


@dataclass(frozen=True, slots=True)
class EffectKind:
    """`arguments`: what each one names. `screened`: money or a doctor, so only behind the emergency screen.

    `needs`: facts that a flow must have asked for and found true, whichever way a caller took. `asks`: questions that every caller
    must have answered by then. `tells`: values that must be said, just before it or in the same turn. `after`: effects that must have
    been wished for before.
    """

    about: str
    arguments: tuple[str, ...] = ()
    screened: bool = False
    needs: tuple[str, ...] = ()
    asks: tuple[str, ...] = ()
    tells: tuple[str, ...] = ()
    after: tuple[str, ...] = ()
