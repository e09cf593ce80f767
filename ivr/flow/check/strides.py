"""Strides: how many steps a caller goes through in one turn. The engine takes too many for a loop, and ends the call.

A stride ends at a step that waits, or returns from its flow with an outcome. Rounds are repeated until nothing grows, and nothing grows
beyond the bound.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import TypeAlias

from ivr.flow.check.case import Case
from ivr.flow.check.edges import edges
from ivr.flow.check.paths import Spot, goes_on_to
from ivr.flow.model import Book, Branch, ChooseLanguage, Do, Goto, Hold, Return, Run, Say
from ivr.flow.walk import MOST_STEPS

LONGEST = MOST_STEPS - 5
_WAITS = ""  # how a stride ends that does not return

Stride: TypeAlias = Mapping[str, int]
"""The most steps, by what they end with: an outcome, or a wait."""
Strides: TypeAlias = dict[Spot, Stride]


def check_strides(case: Case) -> None:
    """Once for each flow, at the first step that too many follow."""
    book, found = case.book, _strides(case.book)
    for flow in book.flows.values():
        for name in flow.steps:
            spot = (flow.name, name)
            if max(_longest([(0, found[spot]), *_after_run(book, spot, found)]).values(), default=0) > LONGEST:
                message = f"more than {LONGEST} steps follow here without a wait for the caller; put a menu or an ask between them"
                case.fault(flow, name, "", message)
                break


def _strides(book: Book) -> Strides:
    found: Strides = {(flow.name, name): {} for flow in book.flows.values() for name in flow.steps}
    changed = True
    while changed:
        changed = False
        for spot in reversed(found):
            stride = _longest(_ways(book, spot, found))
            if stride != found[spot]:
                found[spot], changed = stride, True
    return found


def _longest(ways: Iterable[tuple[int, Stride]]) -> Stride:
    longest: dict[str, int] = {}
    for before, stride in ways:
        for end, steps in stride.items():
            longest[end] = max(longest.get(end, 0), min(before + steps, LONGEST + 1))
    return longest


def _ways(book: Book, spot: Spot, found: Strides) -> Iterator[tuple[int, Stride]]:
    """The ways on from this step: steps that are gone through, and the stride that follows them."""
    flow = book.flows[spot[0]]
    step = flow.steps[spot[1]]
    match step:
        case Say() | Branch() | Do():
            yield from ((1, found[flow.name, edge.to]) for edge in edges(flow, step))
        case Return(outcome):
            yield 0, {outcome: 1}
        case Goto(name):
            yield 1, found[name, book.flows[name].start]
        case Run(name):
            inside = found[name, book.flows[name].start]
            yield 1, {end: steps for end, steps in inside.items() if end == _WAITS}
            yield from ((1 + steps, stride) for steps, stride in _returned(flow.name, step, inside, found))
        case _:
            yield 0, {_WAITS: 1}
            if isinstance(step, ChooseLanguage):  # skipped where there is but one
                yield 1, found[flow.name, step.then]
            elif isinstance(step, Hold) and step.until:
                yield 1, found[flow.name, step.ready]


def _after_run(book: Book, spot: Spot, found: Strides) -> Iterator[tuple[int, Stride]]:
    """Strides that begin behind a wait inside the flow that this step runs, and go on here."""
    step = book.flows[spot[0]].steps[spot[1]]
    if isinstance(step, Run):
        inner = [(name, each) for name in goes_on_to(book, step.flow) for each in book.flows[name].steps]
        ways = [way for each in inner for way in ((0, found[each]), *_after_run(book, each, found))]
        yield from _returned(spot[0], step, _longest(ways), found)


def _returned(flow: str, step: Run, inside: Stride, found: Strides) -> Iterator[tuple[int, Stride]]:
    for outcome, steps in inside.items():
        if outcome in step.outcomes:
            yield steps, found[flow, step.outcomes[outcome]]
