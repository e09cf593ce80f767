"""What is laid out, and what comes of it. Lengths are in pixels of the drawing, from its upper left corner."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

TRUNK = 14.0  # the room that a line takes beside the boxes of a row


@dataclass(frozen=True, slots=True)
class Box:
    name: str
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Line:
    """`label`: the width of what hangs from its upper end, 0 for nothing."""

    here: str
    there: str
    label: float = 0


class Item(NamedTuple):
    """What has a place in a row: a box, or the trunk of all lines that pass this row on their way to a box further down."""

    name: str
    row: int
    trunk: bool = False


@dataclass(frozen=True, slots=True)
class Rows:
    """`links`: from each item to those below that its lines lead to, in the next row, one for each line or trunk."""

    rows: tuple[tuple[Item, ...], ...]
    links: Mapping[Item, tuple[Item, ...]]
    row_of: Mapping[str, int]

    def next_item(self, line: Line, row: int) -> Item:
        """Where `line` is in the row after `row`."""
        last = self.row_of[line.there]
        return Item(line.there, row + 1, trunk=row + 1 < last)


@dataclass(frozen=True, slots=True)
class Place:
    """A rectangle."""

    x: float
    y: float
    width: float
    height: float

    @property
    def right(self) -> float:
        return self.x + self.width

    @property
    def bottom(self) -> float:
        return self.y + self.height

    @property
    def middle(self) -> float:
        return self.x + self.width / 2

    def overlaps(self, other: "Place") -> bool:
        return self.x < other.right and other.x < self.right and self.y < other.bottom and other.y < self.bottom


class Bend(NamedTuple):
    """From one row to the next: where it begins to bend, and where it is straight again."""

    x: float
    y: float
    to_x: float
    to_y: float


@dataclass(frozen=True, slots=True)
class Drawn:
    """A line: from `x`, `y` down, bend by bend, and straight down between them. `label` is where its label hangs."""

    line: Line
    x: float
    y: float
    bends: tuple[Bend, ...]
    label: Place | None


@dataclass(frozen=True, slots=True)
class Layout:
    width: float
    height: float
    boxes: Mapping[str, Place]
    lines: tuple[Drawn, ...]
