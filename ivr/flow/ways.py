"""Ways: how a flow's steps lead to each other, one way from a step to a next one, and which of them lead onward."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from ivr.flow.check.edges import Edge, edges
from ivr.flow.check.paths import closure
from ivr.flow.model import Flow

EVERYWHERE = ""
"""Where the keys of the file are pressed: in any menu of it."""

_UNANSWERED = ("silence", "wrong_key")


@dataclass(frozen=True, slots=True)
class Way:
    """`labels`: keys, outcomes and reasons, none where it simply goes on. `aside`: taken by who presses nothing, or nothing that counts."""

    here: str
    there: str
    labels: tuple[str, ...]
    aside: bool = False


def ways(flow: Flow) -> tuple[Way, ...]:
    """In the order of the file; the file's own keys once, at the end. Steps that are not there are left out."""
    found = [way for name in flow.steps for way in _from(flow, name)]
    keyed: dict[str, list[str]] = {}
    for key, there in flow.keys.items():
        keyed.setdefault(there, []).append(key)
    found += [Way(EVERYWHERE, there, tuple(keys)) for there, keys in keyed.items()]
    return tuple(way for way in found if way.there in flow.steps)


def _from(flow: Flow, name: str) -> Iterator[Way]:
    leading: dict[str, list[Edge]] = {}
    for edge in edges(flow, flow.steps[name]):
        if not edge.part.startswith("keys."):
            leading.setdefault(edge.to, []).append(edge)
    for there, found in leading.items():
        labels = tuple(dict.fromkeys(edge.label for edge in found if edge.label))
        yield Way(name, there, labels, all(edge.part in _UNANSWERED for edge in found))


def onward(flow: Flow, found: Sequence[Way]) -> tuple[Way, ...]:
    """Ways that never lead in a circle: those down the file, and whatever else a step needs to be come to at all.

    A flow is written in the order in which it is heard, so what leads up the file leads back.
    """
    row = {name: number for number, name in enumerate(flow.steps)}
    taken = [way for way in found if way.here in row and not way.aside and row[way.here] < row[way.there]]
    for name in flow.steps:
        if name != flow.start and not any(way.there == name for way in taken):
            ins = sorted(
                (way for way in found if way.there == name and way.here != name), key=lambda way: (way.aside, way.here == EVERYWHERE)
            )
            if straight := [way for way in ins if not _leads(taken, name, way.here)]:
                taken.append(straight[0])
            elif ins:
                taken = _turned(taken, ins[0])
    kept = set(taken)
    return tuple(way for way in found if way in kept)


def _turned(taken: Sequence[Way], way: Way) -> list[Way]:
    """With this way, and without those that would close a circle with it; as before where a step could not be come to then."""
    closing = {each for each in taken if each.here == way.there and _leads(taken, each.there, way.here)}
    rest = [each for each in taken if each not in closing]
    still = {each.there for each in rest}
    return [*rest, way] if all(each.there in still for each in closing) else list(taken)


def _leads(taken: Iterable[Way], here: str, there: str) -> bool:
    after: dict[str, list[str]] = {}
    for way in taken:
        after.setdefault(way.here, []).append(way.there)
    return there in closure(here, lambda name: after.get(name, ()))
