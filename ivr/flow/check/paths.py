"""Paths: steps that nobody reaches, callers who go round for ever, flows that run themselves, outcomes that lead nowhere."""

from collections.abc import Callable, Iterable, Iterator
from typing import TypeAlias, TypeVar

from ivr.flow.check.case import Case
from ivr.flow.check.edges import edges
from ivr.flow.model import Ask, Book, ChooseLanguage, Flow, Goto, Hold, JoinRoom, Menu, Return, RingPhone, Run, VoiceNote
from ivr.flow.vocabulary import CLEAR

N = TypeVar("N")
Spot: TypeAlias = tuple[str, str]
"""A step of a flow."""


def closure(first: N, following: Callable[[N], Iterable[N]]) -> dict[N, N | None]:
    """Everything that `first` leads to, itself included, and what each was first come to from."""
    found: dict[N, N | None] = {first: None}
    queue = [first]
    for here in queue:
        for then in following(here):
            if then not in found:
                found[then] = here
                queue.append(then)
    return found


def check_flow_paths(case: Case, flow: Flow) -> None:
    """Steps of this file that no caller comes to."""
    straight = closure(flow.start, lambda name: [edge.to for edge in edges(flow, flow.steps[name]) if not edge.detour])
    beside = {edge.to for name in straight for edge in edges(flow, flow.steps[name]) if edge.detour}
    for name in flow.steps:
        if name not in straight and name not in beside:
            case.fault(flow, name, "", f"no step leads to {name}; lead one here, or leave it out")


def goes_on_to(book: Book, name: str) -> Iterable[str]:
    """The flow itself, and those that stand in its place after a `goto`."""
    return closure(name, lambda each: _named(book, each, Goto))


def outcomes(book: Book, name: str) -> set[str]:
    """What the flow may return, itself or by way of flows it goes on to."""
    return {step.outcome for each in goes_on_to(book, name) for step in book.flows[each].steps.values() if isinstance(step, Return)}


def _named(book: Book, name: str, kind: type[Goto] | type[Run]) -> Iterator[str]:
    """The flows that this one goes to, or runs."""
    for step in book.flows[name].steps.values():
        if isinstance(step, Goto | Run) and isinstance(step, kind):
            yield step.flow


def check_runs(case: Case) -> None:
    """Flows within flows: they come back, with outcomes that lead on, and never run themselves."""
    book = case.book
    for flow in book.flows.values():
        for name, step in flow.steps.items():
            if isinstance(step, Run):
                _check_run(case, flow, name, step)
        if flow.screen and CLEAR not in outcomes(book, flow.name):
            case.fault(flow, "", "screen", f"an emergency screen lets callers pass by `return: {CLEAR}`, and none is here; add it")
    for start in case.starts:
        if start in book.flows:
            _check_start(case, book.flows[start])


def _check_run(case: Case, flow: Flow, name: str, step: Run) -> None:
    book = case.book
    inside = closure(step.flow, lambda each: [*_named(book, each, Run), *_named(book, each, Goto)])
    if flow.name in inside:
        way = " → ".join([flow.name, *_way(inside, flow.name)])
        case.breaks(flow, name, "run", f"a flow that runs itself never comes back ({way}); use goto somewhere on this way")
        return
    returned = outcomes(book, step.flow)
    for outcome in sorted(returned - set(step.outcomes)):
        case.breaks(flow, name, "on", f"{step.flow} may return {outcome}, and nothing is said of it here; add `{outcome}:` under `on`")
    for outcome in sorted(set(step.outcomes) - returned):
        case.fault(flow, name, "on", f"{step.flow} never returns {outcome}; leave it out, or add `return: {outcome}` there")


def _check_start(case: Case, flow: Flow) -> None:
    for each in goes_on_to(case.book, flow.name):
        for name, step in case.book.flows[each].steps.items():
            if isinstance(step, Return):
                message = f"a line begins with {flow.name}, so nobody is there to return to; use hang_up, or run it from another flow"
                case.fault(case.book.flows[each], name, "return", message)


def _way(found: dict[N, N | None], to: N) -> list[N]:
    way = [to]
    while (before := found[way[-1]]) is not None:
        way.append(before)
    return way[::-1]


def check_silence(case: Case) -> bool:
    """A caller who presses nothing must come to an end: a phone off the hook would be paid for by the minute, and a machine never tires.

    Whether they do.
    """
    book, told = case.book, set[Spot]()
    for flow in book.flows.values():
        for name in flow.steps:
            spot = (flow.name, name)
            if spot not in told and (circle := _circle(book, spot)):
                told.update(circle)
                case.fault(flow, name, "", _of_circle(book, circle))
    return not told


def _circle(book: Book, spot: Spot) -> list[Spot]:
    """The shortest way from this step back to itself without a key, first and last the same; empty when there is none."""
    for first in silently(book, spot):
        found = closure(first, lambda each: silently(book, each))
        if spot in found:
            return [spot, *_way(found, spot)]
    return []


def silently(book: Book, spot: Spot) -> Iterator[Spot]:
    """Where a caller who presses nothing comes from here."""
    flow = book.flows[spot[0]]
    step = flow.steps[spot[1]]
    if isinstance(step, Goto | Run):
        yield step.flow, book.flows[step.flow].start
    back = _silent_outcomes(book, step.flow) if isinstance(step, Run) else set()
    for edge in edges(flow, step):
        if edge.silent and (not isinstance(step, Run) or edge.label in back):
            yield flow.name, edge.to


def _silent_outcomes(book: Book, name: str) -> set[str]:
    """What this flow returns for a caller who presses nothing. No flow runs itself: that was checked before."""
    spots = closure((name, book.flows[name].start), lambda each: [then for then in silently(book, each) if not _into_run(book, each, then)])
    steps = (book.flows[flow].steps[step] for flow, step in spots)
    return {step.outcome for step in steps if isinstance(step, Return)}


def _into_run(book: Book, spot: Spot, then: Spot) -> bool:
    """Whether this goes down into a flow that comes back, whose returns are not those of the flow around it."""
    step = book.flows[spot[0]].steps[spot[1]]
    return isinstance(step, Run) and then == (step.flow, book.flows[step.flow].start)


def _of_circle(book: Book, circle: list[Spot]) -> str:
    own = circle[0][0]
    way = " → ".join(step if flow == own else f"{flow}.{step}" for flow, step in circle)
    waits = any(
        isinstance(book.flows[flow].steps[step], Menu | ChooseLanguage | Ask | Hold | VoiceNote | RingPhone | JoinRoom)
        for flow, step in circle
    )
    if waits:
        return f"a caller who presses nothing never gets out of {way}; lead a `silence:` or `then:` of it to a `hang_up`"
    return f"{way} goes round without ever waiting for the caller; lead one of these steps elsewhere"
