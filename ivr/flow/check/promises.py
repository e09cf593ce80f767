"""Promises: what a caller has surely passed at a step, whichever way they came. Money and doctors stand behind the emergency screen.

A must-analysis: of all ways to a step only what is common to them counts. Rounds are repeated until nothing changes; each only takes
promises away, so they end.
"""

from collections.abc import Iterator

from ivr.flow.check.case import Case
from ivr.flow.check.edges import edges
from ivr.flow.check.paths import Spot
from ivr.flow.check.speech import said
from ivr.flow.model import Ask, Book, Do, Goto, Return, Run
from ivr.flow.vocabulary import CLEAR, Vocabulary

_SCREENED = "*screened"  # no answer can be called so

Promises = dict[Spot, frozenset[str]]


def check_promises(case: Case) -> None:
    promises = _promises(case)
    for flow in case.book.flows.values():
        for name, step in flow.steps.items():
            passed = promises.get((flow.name, name))
            if passed is None or not isinstance(step, Do) or step.effect not in case.vocabulary.effects:
                continue
            if case.vocabulary.effects[step.effect].screened and _SCREENED not in passed:
                message = f"{step.effect} can be come to without the emergency screen; `run` it before, and lead only `{CLEAR}:` here"
                case.fault(flow, name, "do", message)
    _check_answers(case, promises)


def _check_answers(case: Case, promises: Promises) -> None:
    """A word may say an answer only where the question was asked."""
    answers = {step.name for flow in case.book.flows.values() for step in flow.steps.values() if isinstance(step, Ask)}
    needed = answers - set(case.vocabulary.values)
    for flow in case.book.flows.values():
        for each in said(flow):
            passed = promises.get((flow.name, each.step), frozenset() if not each.step else None)
            for word in each.words if passed is not None else ():
                for slot in case.words.slots(word):
                    if slot.name in needed and slot.name not in (passed or ()):
                        message = f"{word} says {slot.name}, which some callers were not asked before they come here; ask first"
                        case.fault(flow, each.step, each.part, message)


def _promises(case: Case) -> Promises:
    book = case.book
    found: Promises = {}
    for name in _begun(case):
        found[name, book.flows[name].start] = frozenset()
    changed = True
    while changed:
        changed = False
        for spot in list(found):
            for then, passed in _onward(book, case.vocabulary, spot, found):
                common = found[then] & passed if then in found else passed
                if found.get(then) != common:
                    found[then] = common
                    changed = True
    return found


def _begun(case: Case) -> set[str]:
    """Flows that a call begins with: those of lines, and those that no other flow leads to."""
    book = case.book
    inner = {step.flow for flow in book.flows.values() for step in flow.steps.values() if isinstance(step, Run | Goto)}
    return (set(book.flows) - inner) | (set(case.starts) & set(book.flows))


def _onward(book: Book, vocabulary: Vocabulary, spot: Spot, found: Promises) -> Iterator[tuple[Spot, frozenset[str]]]:
    """The steps that follow, and what is passed on the way to each. A detour leads back, so it takes nothing away."""
    flow, passed = book.flows[spot[0]], found[spot]
    step = flow.steps[spot[1]]
    if isinstance(step, Run | Goto):
        yield (step.flow, book.flows[step.flow].start), passed
    for edge in edges(flow, step):
        if edge.detour:
            continue
        if isinstance(step, Run):
            inside = _returned(book, step.flow, edge.label, found)
            if inside is not None:
                screened = {_SCREENED} if book.flows[step.flow].screen and edge.label == CLEAR else set()
                yield (flow.name, edge.to), passed | inside | screened
        elif isinstance(step, Ask) and edge.part not in ("silence", "wrong_key"):
            yield (flow.name, edge.to), passed | {step.name}
        else:
            yield (flow.name, edge.to), passed


def _returned(book: Book, name: str, outcome: str, found: Promises) -> frozenset[str] | None:
    """What is passed wherever this flow returns that outcome; None while no way to it is known."""
    flows = [name]
    for each in flows:
        flows += [step.flow for step in book.flows[each].steps.values() if isinstance(step, Goto) and step.flow not in flows]
    common: frozenset[str] | None = None
    for each in flows:
        for step_name, step in book.flows[each].steps.items():
            passed = found.get((each, step_name))
            if passed is not None and isinstance(step, Return) and step.outcome == outcome:
                common = passed if common is None else common & passed
    return common
