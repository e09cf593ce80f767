"""Rows: each box stands below all that lead to it."""

from collections.abc import Sequence

from ivr.flow.layout.model import Box, Item, Line, Rows


def rows_of(boxes: Sequence[Box], lines: Sequence[Line]) -> Rows:
    """By the longest way from above; what nothing leads to stands just above what it leads to."""
    row_of = _ranks([box.name for box in boxes], lines)
    rows: list[list[Item]] = [[] for _ in range(max(row_of.values(), default=-1) + 1)]
    links: dict[Item, dict[Item, None]] = {}
    for box in boxes:
        rows[row_of[box.name]].append(Item(box.name, row_of[box.name]))
    for line in lines:
        here = Item(line.here, row_of[line.here])
        for row in range(row_of[line.here], row_of[line.there]):
            there = Item(line.there, row + 1, trunk=row + 1 < row_of[line.there])
            if there not in rows[row + 1]:
                rows[row + 1].append(there)
            links.setdefault(here, {})[there] = None
            here = there
    return Rows(tuple(map(tuple, rows)), {item: tuple(found) for item, found in links.items()}, row_of)


def _ranks(names: Sequence[str], lines: Sequence[Line]) -> dict[str, int]:
    above: dict[str, list[str]] = {name: [] for name in names}
    below: dict[str, list[str]] = {name: [] for name in names}
    for line in lines:
        above[line.there].append(line.here)
        below[line.here].append(line.there)
    rank: dict[str, int] = {}
    ready = [name for name in names if not above[name]]
    for name in ready:  # grows while we look
        rank[name] = 1 + max((rank[other] for other in above[name]), default=-1)
        ready += [each for each in dict.fromkeys(below[name]) if each not in ready and all(other in ready for other in above[each])]
    if len(rank) < len(names):
        raise ValueError("these lines lead in a circle")
    for name in names:
        if not above[name] and below[name]:
            rank[name] = min(rank[other] for other in below[name]) - 1
    return rank
