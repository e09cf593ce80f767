"""Places: in each row everything as near as can be to what it is joined to, in its order and without touching."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from ivr.flow.layout.model import TRUNK, Bend, Box, Drawn, Item, Layout, Line, Place, Rows
from ivr.flow.layout.parts import closed_up

MARGIN = 12.0
BESIDE = 22.0  # between two boxes of a row
LABEL = 20.0  # the height of a label
_APART = 6.0  # between two labels
_SWEEPS = 14
_LEAST, _MOST = 38.0, 110.0  # between two rows: more where lines run far to the side
_SLOPE = 9.0
_STEADY = 6.0  # how much more a trunk resists a bend than a box does


@dataclass(slots=True)
class _Desk:
    """A layout in the making. `at`: the middle of each item. `leaves`: where a line leaves its box, from the box's middle."""

    boxes: Mapping[str, Box]
    lines: Sequence[Line]
    rows: Rows
    at: dict[Item, float] = field(default_factory=dict)
    leaves: dict[Line, float] = field(default_factory=dict)
    joints: dict[Item, list[tuple[Item, float, float]]] = field(default_factory=dict)  # another item, how far beside it, how strongly

    def width(self, item: Item) -> float:
        return TRUNK if item.trunk else self.boxes[item.name].width


def placed(boxes: Sequence[Box], lines: Sequence[Line], rows: Rows) -> Layout:
    desk = _Desk({box.name: box for box in boxes}, list(dict.fromkeys(lines)), rows)
    _hang_labels(desk)
    _join(desk)
    for row in rows.rows:
        _settle(desk, row, [(0, 1) for _ in row])
    for sweep in range(_SWEEPS):
        towards = None if sweep >= _SWEEPS - 2 else -1 if sweep % 2 == 0 else 1
        for row in rows.rows if sweep % 2 == 0 else rows.rows[::-1]:
            _settle(desk, row, [_wish(desk, item, towards) for item in row])
    desk.at = closed_up(rows, desk.at, desk.width, BESIDE)
    return _drawn(desk)


def _hang_labels(desk: _Desk) -> None:
    """Side by side under their box, in the order in which their lines go on; ValueError when the box is too narrow for them."""
    number = {item: place for row in desk.rows.rows for place, item in enumerate(row)}
    leaving: dict[str, list[Line]] = {}
    for line in desk.lines:
        leaving.setdefault(line.here, []).append(line)
    for name, found in leaving.items():
        found.sort(key=lambda line: number[desk.rows.next_item(line, desk.rows.row_of[name])])
        widths = [line.label or TRUNK for line in found]
        left = -labels_width([line.label for line in found]) / 2
        if -2 * left > desk.boxes[name].width + 0.01:
            raise ValueError(f"the box {name} is narrower than the labels under it")
        for line, width in zip(found, widths, strict=True):
            desk.leaves[line] = left + width / 2
            left += width + _APART


def labels_width(labels: Sequence[float]) -> float:
    """What a box needs for labels so wide under it."""
    return sum(label or TRUNK for label in labels) + _APART * max(0, len(labels) - 1)


def _join(desk: _Desk) -> None:
    for line in desk.lines:
        first = desk.rows.row_of[line.here]
        here, beside = Item(line.here, first), desk.leaves[line]
        for row in range(first, desk.rows.row_of[line.there]):
            there = desk.rows.next_item(line, row)
            strength = _STEADY if here.trunk and there.trunk else 1
            desk.joints.setdefault(here, []).append((there, -beside, strength))
            desk.joints.setdefault(there, []).append((here, beside, strength))
            here, beside = there, 0


def _wish(desk: _Desk, item: Item, towards: int | None) -> tuple[float, float]:
    """Where an item would be nearest to what it is joined to in the row above (-1), below (1) or both, and how strongly it wishes so."""
    found = [(desk.at[other] + beside, strength) for other, beside, strength in desk.joints.get(item, ()) if _is_at(other, item, towards)]
    weight = sum(strength for _, strength in found)
    return (sum(at * strength for at, strength in found) / weight, weight) if found else (desk.at[item], 0.1)


def _is_at(other: Item, item: Item, towards: int | None) -> bool:
    return towards is None or other.row == item.row + towards


def _settle(desk: _Desk, row: Sequence[Item], wishes: Sequence[tuple[float, float]]) -> None:
    """The least sum of squared distances from the wishes that keeps the order: neighbours who would touch move as one block."""
    blocks: list[tuple[float, float, int]] = []  # place, weight, how many items
    offsets = [0.0]
    for left, right in pairwise(row):
        offsets.append(offsets[-1] + (desk.width(left) + desk.width(right)) / 2 + BESIDE)
    for (at, weight), offset in zip(wishes, offsets, strict=False):
        block = (at - offset, weight, 1)
        while blocks and blocks[-1][0] > block[0]:
            place, heavy, many = blocks.pop()
            together = heavy + block[1]
            block = ((place * heavy + block[0] * block[1]) / together, together, many + block[2])
        blocks.append(block)
    starts = [place for place, _, many in blocks for _ in range(many)]
    desk.at.update({item: start + offset for item, start, offset in zip(row, starts, offsets, strict=False)})


def _drawn(desk: _Desk) -> Layout:
    left = min((desk.at[item] - desk.width(item) / 2 for row in desk.rows.rows for item in row), default=0) - MARGIN
    for item in desk.at:
        desk.at[item] = round(desk.at[item] - left, 1)
    labelled = {line.here for line in desk.lines if line.label}
    tops, bottoms = _levels(desk, labelled)
    boxes: dict[str, Place] = {}
    for name, box in desk.boxes.items():
        row = desk.rows.row_of[name]
        boxes[name] = Place(round(desk.at[Item(name, row)] - box.width / 2, 1), tops[row], box.width, box.height)
    lines = tuple(_line(desk, line, boxes[line.here], tops, bottoms) for line in desk.lines)
    right = max((desk.at[item] + desk.width(item) / 2 for item in desk.at), default=0) + MARGIN
    return Layout(round(right, 1), (bottoms[-1] if bottoms else 0) + MARGIN, boxes, lines)


def _levels(desk: _Desk, labelled: set[str]) -> tuple[list[float], list[float]]:
    """The upper and lower edge of each row."""
    tops, bottoms, y = list[float](), list[float](), MARGIN
    for row in desk.rows.rows:
        heights = [desk.boxes[item.name].height + (LABEL if item.name in labelled else 0) for item in row if not item.trunk]
        tops.append(y)
        bottoms.append(y + max(heights, default=0))
        reach = max((abs(desk.at[other] + beside - desk.at[item]) for item in row for other, beside, _ in _below(desk, item)), default=0)
        y = round(bottoms[-1] + min(_MOST, _LEAST + reach / _SLOPE), 1)
    return tops, bottoms


def _below(desk: _Desk, item: Item) -> list[tuple[Item, float, float]]:
    return [joint for joint in desk.joints.get(item, ()) if joint[0].row > item.row]


def _line(desk: _Desk, line: Line, box: Place, tops: Sequence[float], bottoms: Sequence[float]) -> Drawn:
    first = desk.rows.row_of[line.here]
    start = x = round(box.middle + desk.leaves[line], 1)
    bends = []
    for row in range(first, desk.rows.row_of[line.there]):
        to = desk.at[desk.rows.next_item(line, row)]
        bends.append(Bend(x, bottoms[row], to, tops[row + 1]))
        x = to
    label = Place(round(start - line.label / 2, 1), box.bottom, line.label, LABEL) if line.label else None
    return Drawn(line, start, label.bottom if label else box.bottom, tuple(bends), label)
