"""Parts of a drawing that no line joins: moved together, since nothing else draws them near."""

from collections.abc import Callable, Iterable, Mapping
from itertools import pairwise

from ivr.flow.layout.model import Item, Rows


def closed_up(rows: Rows, at: Mapping[Item, float], width: Callable[[Item], float], beside: float) -> dict[Item, float]:
    """The middle of each item, once every part stands as far to the left as what is left of it allows."""
    moved = dict(at)
    part_of = _parts(rows)
    left = min((at[item] - width(item) / 2 for item in at), default=0)
    neighbour = {right: other for row in rows.rows for other, right in pairwise(row)}
    for part in sorted(set(part_of.values()), key=lambda part: min(at[item] for item in at if part_of[item] == part)):
        mine = [item for item in at if part_of[item] == part]
        shift = _room(mine, moved, part_of, neighbour, width, beside, left)
        for item in mine:
            moved[item] -= shift
    return moved


def _room(
    mine: Iterable[Item],
    at: Mapping[Item, float],
    part_of: Mapping[Item, Item],
    neighbour: Mapping[Item, Item],
    width: Callable[[Item], float],
    beside: float,
    left: float,
) -> float:
    """How far a part can go to the left before one of its items meets one of another part."""
    room = []
    for item in mine:
        other = neighbour.get(item)
        if other is None:
            room.append(at[item] - width(item) / 2 - left)
        elif part_of[other] != part_of[item]:
            room.append(at[item] - width(item) / 2 - at[other] - width(other) / 2 - beside)
    return max(0, min(room, default=0))


def _parts(rows: Rows) -> dict[Item, Item]:
    """The first item of the part that each one belongs to."""
    joined: dict[Item, list[Item]] = {}
    for here, below in rows.links.items():
        for there in below:
            joined.setdefault(here, []).append(there)
            joined.setdefault(there, []).append(here)
    found: dict[Item, Item] = {}
    for row in rows.rows:
        for root in row:
            waiting = [root]
            while waiting:
                item = waiting.pop()
                if item not in found:
                    found[item] = root
                    waiting += joined.get(item, ())
    return found
