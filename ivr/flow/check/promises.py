"""Promises: what a caller has surely passed at a step, whichever way they came. Money and doctors stand behind the emergency screen.

A must-analysis: of all ways to a step only what is common to them counts. A step is looked at again whenever less is promised there than
before; promises are only ever taken away, so that ends.
"""

from collections.abc import Iterator

from ivr.flow.check.case import Case
from ivr.flow.check.edges import edges
from ivr.flow.check.paths import Spot, closure, goes_on_to
from ivr.flow.check.speech import said, surely_said
from ivr.flow.model import (
    Ask,
    Book,
    Branch,
    ChooseLanguage,
    Do,
    Flow,
    Goto,
    Hold,
    JoinRoom,
    Menu,
    Return,
    RingPhone,
    Run,
    Say,
    Settle,
    Step,
    VoiceNote,
)
from ivr.flow.vocabulary import CLEAR, FOR_WHOM, OFFERED, PERISHABLE, RECORD_SCREEN
from ivr.flow.vocabulary_kinds import EffectKind, Slot
from ivr.flow.words import SlotRef

# No answer can be called as these are.
_SCREENED = "*screened"
_TRUE = "*true "
_TOLD = "*told "
_DONE = "*done "
RECORDED = f"{_DONE}{RECORD_SCREEN} "
NOT_CLEAR = f"{RECORDED}*"  # with whatever result, save clear

Promises = dict[Spot, frozenset[str]]


def check_promises(case: Case, promises: Promises) -> None:
    for flow in case.book.flows.values():
        for name, step in flow.steps.items():
            passed = promises.get((flow.name, name))
            if passed is not None and isinstance(step, Do) and step.effect in case.vocabulary.effects:
                for message in _broken(case, flow, step, passed):
                    case.fault(flow, name, "do", message)
    _check_answers(case, promises)


def _broken(case: Case, flow: Flow, step: Do, passed: frozenset[str]) -> Iterator[str]:
    """What somebody may come to this effect without."""
    yield from (f"{step.effect} can be come to without {lack}" for lack in _lacks(case.vocabulary.effects[step.effect], passed))
    yield from (f"{' '.join([step.effect, *step.arguments])} can be come to without {lack}" for lack in _untold(case, flow, step, passed))


def _lacks(kind: EffectKind, passed: frozenset[str]) -> Iterator[str]:
    if kind.screened and _SCREENED not in passed:
        yield f"the emergency screen; `run` it before, and lead only `{CLEAR}:` here"
    for fact in kind.needs:
        if _TRUE + fact not in passed:
            yield f"{fact}; `branch` on it before, and lead only `yes:` here"
    for answer in kind.asks:
        if answer not in passed:
            yield f"an answer to {answer}; `ask` for it before, and lead only an answer here"
    for effect in kind.after:
        if _DONE + effect not in passed:
            yield f"{effect}; `do` that before, whichever way a caller takes"


def _untold(case: Case, flow: Flow, step: Do, passed: frozenset[str]) -> Iterator[str]:
    """Values that are heard in the step whose key leads here; those that an effect tells may be heard right after it as well."""
    kind = case.vocabulary.effects[step.effect]
    for value in kind.tells:
        if _TOLD + value not in passed and not _told_next(case, flow, step.then, value):
            yield f"its {value}; say {{{value}:…}} right after it, or in the step whose key leads here"
    for argument in step.arguments:
        if argument in OFFERED and "slot" in kind.arguments and _TOLD + argument not in passed:
            yield f"its time; say {{{argument}:time}} in the step whose key leads here"


def _told_next(case: Case, flow: Flow, then: str, value: str) -> bool:
    """Whether everybody hears this value from here on, before they are waited for."""

    def says(name: str) -> bool:
        step = flow.steps[name]
        at_once = not (isinstance(step, Hold) and step.until)  # what is waited for may be there before a word is said
        return at_once and any(slot.name == value for slot in _surely_told(case, step))

    def goes_on(name: str) -> bool:
        return isinstance(flow.steps[name], Say | Branch | Do)

    def following(name: str) -> Iterator[str]:
        if goes_on(name) and not says(name):
            yield from (edge.to for edge in edges(flow, flow.steps[name]))

    return all(says(name) or goes_on(name) for name in closure(then, following))


def _check_answers(case: Case, promises: Promises) -> None:
    """A word may say an answer only where the question was asked."""
    answers = {step.name for flow in case.book.flows.values() for step in flow.steps.values() if isinstance(step, Ask)}
    needed = answers - set(case.vocabulary.values)
    for flow in case.book.flows.values():
        for each in said(flow):
            passed = promises.get((flow.name, each.step))
            for word in each.words if passed is not None else ():
                for slot in case.words.slots(word):
                    if (fact := PERISHABLE.get(slot.name)) and _TRUE + fact not in (passed or ()):
                        message = (
                            f"{word} says {slot.name}, which not every caller has; `branch` on {fact} before, and lead only `yes:` here"
                        )
                        case.fault(flow, each.step, each.part, message)
                    if slot.name in needed and slot.name not in (passed or ()):
                        message = f"{word} says {slot.name}, which some callers were not asked before they come here; ask first"
                        case.fault(flow, each.step, each.part, message)


def find_promises(case: Case) -> Promises:
    """Of each step that a call comes to: what every caller has passed who stands there."""
    book = case.book
    found: Promises = {}
    for name in begun(case):
        found[name, book.flows[name].start] = frozenset()
    runs = [(flow.name, name) for flow in book.flows.values() for name, step in flow.steps.items() if isinstance(step, Run)]
    waiting = dict.fromkeys(found)  # in order; those from where something new may follow
    while waiting:
        spot = next(iter(waiting))
        del waiting[spot]
        for then, passed in list(_onward(case, spot, found)):
            common = found[then] & passed if then in found else passed
            if found.get(then) != common:
                found[then] = common
                waiting[then] = None
                if isinstance(book.flows[then[0]].steps[then[1]], Return):  # whatever runs this flow goes on from here
                    waiting |= dict.fromkeys(run for run in runs if run in found)
    return found


def begun(case: Case) -> set[str]:
    """Flows that a call begins with: those of lines, and those that no other flow leads to."""
    book = case.book
    inner = {step.flow for flow in book.flows.values() for step in flow.steps.values() if isinstance(step, Run | Goto)}
    return (set(book.flows) - inner) | (set(case.starts) & set(book.flows))


def _onward(case: Case, spot: Spot, found: Promises) -> Iterator[tuple[Spot, frozenset[str]]]:
    """The steps that follow, and what is passed on the way to each. A detour leads back, so it takes nothing away."""
    book, flow = case.book, case.book.flows[spot[0]]
    step = flow.steps[spot[1]]
    passed = _heard(case, step, found[spot])
    if isinstance(step, Run | Goto):
        first = book.flows[step.flow]
        if first.screen:  # which is passed anew, or not
            passed = _without(_without(passed, RECORDED), _SCREENED)
        yield (first.name, first.start), passed
    for edge in edges(flow, step):
        if edge.detour:
            continue
        if isinstance(step, Run):
            inside = _returned(book, step.flow, edge.label, found)
            if inside is not None:
                screened = {_SCREENED} if book.flows[step.flow].screen and edge.label == CLEAR else set()
                yield (flow.name, edge.to), _remembered(case, passed) | inside | screened
        elif isinstance(step, Ask) and edge.part not in ("silence", "wrong_key"):
            yield (flow.name, edge.to), (passed - {_SCREENED} if step.answer == FOR_WHOM else passed) | {step.name}
        elif isinstance(step, Branch):
            fact = frozenset({_TRUE + step.fact})
            yield (flow.name, edge.to), passed | fact if edge.part == "yes" else passed - fact
        elif isinstance(step, Hold) and edge.part == "ready":  # before a word is said, it may be
            yield (flow.name, edge.to), _remembered(case, found[spot]) | {_TRUE + step.until}
        else:
            yield (flow.name, edge.to), passed


def _heard(case: Case, step: Step, passed: frozenset[str]) -> frozenset[str]:
    """With what this step tells, a day without its time aside, and the effect that it wishes for."""
    if isinstance(step, Do):
        return _wished(step, passed)
    if isinstance(step, Menu | Ask | ChooseLanguage | Hold | VoiceNote | RingPhone | Settle | JoinRoom):
        passed = _remembered(case, passed)
    return passed | {_TOLD + slot.name for slot in _surely_told(case, step) if slot.kind is not Slot.DAY}


def _surely_told(case: Case, step: Step) -> list[SlotRef]:
    """The values that everybody hears who comes to this step. Words that speak of what may have ceased to be may be left unsaid."""
    slots = [slot for word in surely_said(step) for slot in case.words.slots(word)]
    return [] if any(slot.name in PERISHABLE for slot in slots) else slots


def _wished(step: Do, passed: frozenset[str]) -> frozenset[str]:
    """Of the ends of a screen that are written down, the last one holds."""
    done = {f"{_DONE}{' '.join([step.effect, *step.arguments])}"}
    if step.effect == RECORD_SCREEN:
        passed = _without(passed, RECORDED)
        done |= {NOT_CLEAR} if CLEAR not in step.arguments else set()
    return passed | done


def _without(passed: frozenset[str], mark: str) -> frozenset[str]:
    return frozenset(each for each in passed if not each.startswith(mark))


def _remembered(case: Case, passed: frozenset[str]) -> frozenset[str]:
    """Who was cut off goes on where they were, and what was told before does not count any more."""
    if any(flow.resume for flow in case.book.flows.values()):
        return _without(passed, _TOLD)
    return passed


def _returned(book: Book, name: str, outcome: str, found: Promises) -> frozenset[str] | None:
    """What is passed wherever this flow returns that outcome; None while no way to it is known."""
    common: frozenset[str] | None = None
    for each in goes_on_to(book, name):
        for step_name, step in book.flows[each].steps.items():
            passed = found.get((each, step_name))
            if passed is not None and isinstance(step, Return) and step.outcome == outcome:
                common = passed if common is None else common & passed
    return common
