"""What a saying is made of: short recordings, played one after another, or one text for a voice that reads."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Protocol

from ivr.flow.spoken.grouping import Grouped

Keys = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Fragment:
    """A piece that always sounds the same. A word that changes its form in company has a key for each form."""

    key: str  # names its recording: lower case letters, digits and hyphens
    text: str


@dataclass(frozen=True, slots=True)
class Coins:
    """The keys for money: one rupee, several rupees, one paisa, several paise, and what stands between rupees and paise."""

    rupee: str
    rupees: str
    paisa: str
    paise: str
    between: Keys = ()


class Tongue(Protocol):
    """One language: its words, and the order they come in. A module each."""

    WORDS: Mapping[str, str]  # every key of the language and its text: the recording list
    COINS: Coins
    DAY_FIRST: bool  # of a day and a clock

    def number(self, value: Grouped) -> Keys: ...

    def clock(self, hour: int, minute: int) -> Keys:
        """`hour` 0 to 23, `minute` 0 to 59, in India."""
        ...

    def date(self, weekday: int, day: int, month: int) -> Keys:
        """`weekday` 1 (Monday) to 7."""
        ...


def words(table: str) -> Keys:
    """The words of a table written as running text, in their order."""
    return tuple(table.split())


def text_of(fragments: Iterable[Fragment]) -> str:
    """The fragments as one text for a voice that reads: a space between any two."""
    return " ".join(fragment.text for fragment in fragments)
