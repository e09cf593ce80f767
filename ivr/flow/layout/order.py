"""The order within each row: everything near what it is joined to, with as few lines crossing as some sweeps find."""

from bisect import bisect_right, insort
from collections.abc import Mapping, Sequence
from itertools import pairwise

from ivr.flow.layout.model import Item, Rows

_SWEEPS = 16

_Row = tuple[Item, ...]
_Links = Mapping[Item, Sequence[Item]]


def ordered(rows: Rows) -> Rows:
    """The rows of the sweep whose lines cross least; the earliest of those that are as good."""
    above = _turned(rows.links)
    now = _as_written(rows)
    best, fewest = now, _crossings(now, rows.links)
    for sweep in range(_SWEEPS):
        now = _swept(now, above) if sweep % 2 == 0 else _swept(now[::-1], rows.links)[::-1]
        if (count := _crossings(now, rows.links)) < fewest:
            best, fewest = now, count
    return Rows(best, rows.links, rows.row_of)


def _turned(links: _Links) -> _Links:
    found: dict[Item, list[Item]] = {}
    for here, below in links.items():
        for there in below:
            found.setdefault(there, []).append(here)
    return found


def _as_written(rows: Rows) -> tuple[_Row, ...]:
    """As somebody comes to them who follows every line, the first one first: what belongs together stands together."""
    seen: dict[Item, None] = {}
    for row in rows.rows:
        for root in row:
            waiting = [root]
            while waiting:
                item = waiting.pop()
                if item not in seen:
                    seen[item] = None
                    waiting += reversed(rows.links.get(item, ()))
    number = {item: place for place, item in enumerate(seen)}
    return tuple(tuple(sorted(row, key=number.__getitem__)) for row in rows.rows)


def _swept(rows: tuple[_Row, ...], joined: _Links) -> tuple[_Row, ...]:
    """Each row by the mean place of what its items are joined to in the row before; who is joined to nothing keeps their place."""
    done: list[_Row] = []
    before: Mapping[Item, float] = {}
    for row in rows:
        wish: dict[Item, float] = {}
        for place, item in enumerate(row):
            found = [before[other] for other in joined.get(item, ()) if other in before]
            wish[item] = sum(found) / len(found) if found else (place + 0.5) / len(row)
        done.append(tuple(sorted(row, key=wish.__getitem__)))
        before = {item: (place + 0.5) / len(row) for place, item in enumerate(done[-1])}
    return tuple(done)


def _crossings(rows: tuple[_Row, ...], links: _Links) -> int:
    count = 0
    for upper, lower in pairwise(rows):
        place = {item: number for number, item in enumerate(lower)}
        ends: list[int] = []
        for item in upper:
            mine = sorted(place[there] for there in links.get(item, ()))
            count += sum(len(ends) - bisect_right(ends, end) for end in mine)
            for end in mine:
                insort(ends, end)
    return count
