"""A flow at a glance: what starts it, how whole it is, what the linter says, what it costs. Pure."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from ivr.consults.telling import rupees
from ivr.flow import spoken
from ivr.flow.model import Book, Flow, Goto, Run
from ivr.flow.usage import words_of_step
from ivr.flow.vocabulary_kinds import Slot
from ivr.lines import Answer, Line, Lines
from ivr.model.values import Language
from ivr.prices import Price, Prices
from ivr.sheet import Fault
from ivr.web.ops import words, words_flows
from ivr.web.ops.flow_shelf import Shelf
from ivr.web.ops.flow_steps import Reader
from ivr.web.ops.words import Tone

_PRICE = "price"


@dataclass(frozen=True, slots=True)
class FlowCard:
    """`starts`: lines and calls of ours. `within`: flows that lead into it.

    `longest`: seconds of speech on its longest way, in the language where that takes most.
    """

    name: str
    about: str
    starts: tuple[str, ...]
    within: tuple[str, ...]
    steps: int
    tongues: tuple[tuple[str, Tone], ...]
    linter: tuple[str, Tone]
    longest: int
    slowest: str


@dataclass(frozen=True, slots=True)
class FaultRow:
    """`step` is "" for what is in no step of this flow."""

    place: str
    step: str
    message: str


@dataclass(frozen=True, slots=True)
class PriceRow:
    name: str
    amount: str
    spoken: tuple[tuple[str, str], ...]  # code of the language, what is said


def flow_card(shelf: Shelf, flow: Flow, lines: Lines, reader: Reader) -> FlowCard:
    longest = shelf.longest[flow.name]
    most = max(longest, key=longest.__getitem__, default=None)
    return FlowCard(
        name=flow.name,
        about=flow.about,
        starts=tuple(_starts(flow.name, lines)),
        within=tuple(leading_into(shelf.book, flow.name)),
        steps=len(flow.steps),
        tongues=tuple(_tongue(shelf, flow.name, language, reader) for language in shelf.languages),
        linter=_linter(shelf, flow.name),
        longest=round(longest[most]) if most else 0,
        slowest=words.language(most) if most else "",
    )


def _starts(name: str, lines: Iterable[Line]) -> Iterator[str]:
    for line in lines:
        if line.flow == name:
            yield f"{line.name} {line.published}, {'dialled' if isinstance(line.action, Answer) else 'by a missed call, called back'}"
    if name in words_flows.CALLED:
        yield words_flows.CALLED[name]


def line_to_dial(name: str, lines: Iterable[Line]) -> Line | None:
    """Of those that begin with this flow, one that answers first."""
    return min((line for line in lines if line.flow == name), key=lambda line: not isinstance(line.action, Answer), default=None)


def leading_into(book: Book, name: str) -> list[str]:
    """Other flows that run this one, or go on to it."""
    return [
        flow.name for flow in book.flows.values() if any(isinstance(step, Run | Goto) and step.flow == name for step in flow.steps.values())
    ]


def _tongue(shelf: Shelf, flow: str, language: Language, reader: Reader) -> tuple[str, Tone]:
    name = words.language(language)
    if missing := len(shelf.unwritten(flow, language)):
        return f"{name}: {words.count(missing, 'word')} missing", Tone.BAD
    if unheard := len(reader.unheard(shelf.book, flow, language)):
        return f"{name}: {words.count(unheard, 'word')} cannot be heard", Tone.BAD
    return name, Tone.GOOD


def _linter(shelf: Shelf, flow: str) -> tuple[str, Tone]:
    if faults := len(shelf.faults_of(flow)):
        return f"{faults} to mend", Tone.BAD
    if unapproved := len(shelf.unapproved(flow)):
        return f"{words.count(unapproved, 'wording')} to be approved", Tone.WAIT
    return "nothing to mend", Tone.GOOD


def fault_rows(flow: Flow | None, faults: Sequence[Fault]) -> list[FaultRow]:
    return [FaultRow(f"{fault.file}:{fault.line}", step_of(flow, fault), fault.message) for fault in faults]


def step_of(flow: Flow | None, fault: Fault) -> str:
    """The step that stands in this row of its flow's file: the last one that begins at or above it."""
    if flow is None or fault.file != f"flows/{flow.name}.yaml":
        return ""
    begun = {flow.lines[name]: name for name in flow.steps if flow.lines.get(name, fault.line + 1) <= fault.line}
    return begun[max(begun)] if begun else ""


def prices_spoken(shelf: Shelf, flow: Flow, prices: Prices) -> list[PriceRow]:
    """Every price, as this flow would say it; none where it speaks of no price."""
    said = {
        slot.name
        for step in flow.steps.values()
        for word in words_of_step(step)
        for slot in shelf.words.slots(word)
        if slot.kind is Slot.MONEY
    }
    if _PRICE not in said:
        return []
    return [_price(price, shelf.languages) for price in prices.rules.values()]


def _price(price: Price, languages: Sequence[Language]) -> PriceRow:
    name = f"{price.speciality.replace('_', ' ')}, {price.tier.replace('_', ' ')}, {'first' if price.first else 'later'}"
    told = ((language.value, spoken.text_of(spoken.say_money(price.total, language))) for language in languages)
    return PriceRow(name, f"Rs {rupees(price.total)}", tuple(told))
