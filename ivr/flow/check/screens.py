"""Emergency screens: only answers let a caller pass, and how a screen ended is written down. And what comes before the first word."""

from collections.abc import Iterator

from ivr.flow.check.case import Case
from ivr.flow.check.edges import edges
from ivr.flow.check.paths import Spot, closure, goes_on_to, silently
from ivr.flow.check.promises import NOT_CLEAR, RECORDED, Promises, begun
from ivr.flow.model import Ask, Book, Branch, Do, Flow, Goto, Menu, Return, Run, Step
from ivr.flow.vocabulary import CLEAR, FOR_STAFF, RECORD_SCREEN, STATUS_FIRST

_UNANSWERED = ("silence", "wrong_key", "any_key")


def check_screens(case: Case, promises: Promises) -> None:
    """Money and doctors stand behind a screen: so a silent caller is never taken for well, nor one who presses anything."""
    sells = any(kind.screened for name, kind in case.vocabulary.effects.items() if name in _wished(case.book))
    for flow in case.book.flows.values():
        if flow.screen:
            _check_answered(case, flow)
            _check_yes(case, flow)
        if flow.screen and sells:
            _check_recorded(case, flow, promises)


def _check_answered(case: Case, flow: Flow) -> None:
    """At the step that lets somebody pass who answered nothing, or nothing that makes sense."""
    for name in _passing(case.book, closure((flow.name, flow.start), lambda spot: silently(case.book, spot)), flow):
        case.fault(flow, name, "return", f"a caller who presses nothing comes to `return: {CLEAR}`; let only answers lead here")
    for name, step in flow.steps.items():
        for part, to in _unanswered(case.book, flow, step):
            found = closure((flow.name, to), lambda spot: _any_way(flow, spot))
            if _passing(case.book, found, flow):
                message = f"{part.replace('_', ' ')} leads on to `return: {CLEAR}`; only an answer lets a caller pass, so lead it elsewhere"
                case.fault(flow, name, part, message)


def _check_yes(case: Case, flow: Flow) -> None:
    """A screen asks for signs of an emergency: whoever says yes to one is not let pass, whatever they answer after it."""
    for name, step in flow.steps.items():
        if isinstance(step, Ask) and "yes" in step.then:
            found = closure((flow.name, step.then["yes"]), lambda spot: _any_way(flow, spot))
            if _passing(case.book, found, flow):
                message = f"`yes` leads on to `return: {CLEAR}`; in an emergency screen yes is a sign of danger, so lead it to the advice"
                case.fault(flow, name, "yes", message)


def _unanswered(book: Book, flow: Flow, step: Step) -> Iterator[tuple[str, str]]:
    """Ways on from a step that waits which tell nothing about the caller."""
    for edge in edges(flow, step):
        if edge.part in _UNANSWERED and (edge.part != "any_key" or isinstance(step, Menu)):
            yield edge.part, edge.to


def _any_way(flow: Flow, spot: Spot) -> Iterator[Spot]:
    for edge in edges(flow, flow.steps[spot[1]]):
        yield flow.name, edge.to


def _passing(book: Book, spots: dict[Spot, Spot | None], flow: Flow) -> list[str]:
    """Steps of the screen among these that return `clear`."""
    steps = ((name, book.flows[of].steps[name]) for of, name in spots if of == flow.name)
    return [name for name, step in steps if isinstance(step, Return) and step.outcome == CLEAR]


def _check_recorded(case: Case, flow: Flow, promises: Promises) -> None:
    for each in goes_on_to(case.book, flow.name):
        for name, step in case.book.flows[each].steps.items():
            passed = promises.get((each, name))
            if passed is None or not isinstance(step, Return):
                continue
            clear = step.outcome == CLEAR
            if (f"{RECORDED}{CLEAR}" if clear else NOT_CLEAR) not in passed:
                results = CLEAR if clear else "red` or `unclear"
                message = f"a screen ends here without `do: {RECORD_SCREEN}` of `{results}`; write it down, whichever way a caller took"
                case.fault(case.book.flows[each], name, "return", message)


def check_status_first(case: Case) -> None:
    """Who has something under way with us hears of it before the first word, whichever line they ring."""
    wished = _wished(case.book)
    for effect, fact in STATUS_FIRST.items():
        for name in sorted(begun(case) - _for_staff(case.book)) if effect in wished else ():
            for of, step in _before(case.book, name, fact):
                message = f"{step} comes before `branch: {fact}`; where flows {effect}, who has one hears of it first: branch on it before"
                case.fault(case.book.flows[of], step, "", message)


def _before(book: Book, start: str, fact: str) -> Iterator[Spot]:
    """Steps at which something is heard, wished for or over, on the ways on which nobody has asked for the fact yet."""

    def following(spot: Spot) -> Iterator[Spot]:
        flow = book.flows[spot[0]]
        step = flow.steps[spot[1]]
        match step:
            case Branch(asked) if asked != fact:
                yield from ((flow.name, edge.to) for edge in edges(flow, step))
            case Run(name) | Goto(name):
                yield name, book.flows[name].start

    for of, name in closure((start, book.flows[start].start), following):
        if not isinstance(book.flows[of].steps[name], Branch | Run | Goto):
            yield of, name


def _for_staff(book: Book) -> set[str]:
    """Flows that somebody on call hears, or a doctor who is rung for a patient: they are no callers."""
    return {
        flow.name for flow in book.flows.values() if any(isinstance(step, Do) and step.effect in FOR_STAFF for step in flow.steps.values())
    }


def _wished(book: Book) -> set[str]:
    return {step.effect for flow in book.flows.values() for step in flow.steps.values() if isinstance(step, Do)}
