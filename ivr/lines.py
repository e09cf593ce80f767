"""Lines: the numbers a clinic publishes, and what happens when one rings (`callflows/lines.yaml`)."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from re import compile as regex
from types import MappingProxyType

from ivr.hours import ALWAYS, Hours, read_hours
from ivr.model.values import PROVIDER_NAMES, CallerKind, Language, Phone
from ivr.numbering import identify, line_number, surely_mobile
from ivr.sheet import Cell, Table, read_sheet, shown
from ivr.texts.templates import Templates, load_templates

FILE = "lines.yaml"
MISSED_CALL_SLOTS = frozenset({"link", "hotline"})  # all that a missed call can fill in a template

_REQUIRED = ("number", "name", "when_it_rings", "then", "language")
_OPTIONAL = ("campaign", "provider", "example", "languages", "delay_seconds")
_LONGEST_DELAY_S = 600
_USUAL_DELAY_S = 10  # long enough for the caller to have put the phone down
MISSED_CALL, ANSWER = "missed call", "answer"
_PUBLISHED = regex(r"\+?[0-9]+")
_CAMPAIGN = regex(r"[a-z0-9][a-z0-9-]{0,39}")


@dataclass(frozen=True, slots=True)
class TextApp:
    """Never answer; text the caller this template, with a link to the app."""

    template: str


@dataclass(frozen=True, slots=True)
class OptOut:
    """Never answer; send this caller no more texts."""


@dataclass(frozen=True, slots=True)
class CallBack:
    """Never answer; call the caller back after `delay_s`, and run this flow."""

    flow: str
    delay_s: int


@dataclass(frozen=True, slots=True)
class CancelCall:
    """Never answer; cancel the calls that this caller has coming."""


@dataclass(frozen=True, slots=True)
class OnDuty:
    """Never answer; a doctor who rings it goes on duty, and anybody else has dialled a wrong number."""


@dataclass(frozen=True, slots=True)
class Answer:
    """Answer, and run this flow."""

    flow: str


Action = TextApp | OptOut | CallBack | CancelCall | OnDuty | Answer


_WORDS: Mapping[type, str] = {
    TextApp: "text",
    OptOut: "opt_out",
    CallBack: "call_back_wish",
    CancelCall: "cancel_call",
    OnDuty: "on_duty",
    Answer: "menu",
}


def word_for(action: Action, live: bool) -> str:
    """How the console calls what a call set going. `live`: it could still be answered when we heard of it."""
    return "menu_missed" if isinstance(action, Answer) and not live else _WORDS[type(action)]


@dataclass(frozen=True, slots=True)
class Line:
    """One published number. `published` is how the file writes it: the form registered for call-back numbers in texts.

    `languages`: what its flow offers, in this order. `language`: of its texts, and what is spoken when nothing better can be.
    """

    number: Phone
    published: str
    name: str
    action: Action
    language: Language
    campaign: str  # "" when nobody counts it apart
    provider: str | None  # None: VOICE_PROVIDER
    example: bool  # production refuses to start with it
    languages: tuple[Language, ...] = ()

    @property
    def flow(self) -> str | None:
        """The voice menu that callers of this line may come to hear."""
        return self.action.flow if isinstance(self.action, Answer | CallBack) else None


@dataclass(frozen=True, slots=True)
class Lines:
    """All lines of a clinic, in the file's order. `numbers` is made once: it is part of a cache key.

    `has_hours`: the file says when somebody is there; otherwise the clinic counts as always open.
    """

    by_number: Mapping[Phone, Line]
    numbers: frozenset[Phone]
    hours: Hours = ALWAYS
    has_hours: bool = True

    @classmethod
    def of(cls, *lines: Line, hours: Hours = ALWAYS, has_hours: bool = True) -> "Lines":
        by_number = {line.number: line for line in lines}
        return cls(MappingProxyType(by_number), frozenset(by_number), hours, has_hours)

    def find(self, number: Phone) -> Line | None:
        return self.by_number.get(number)

    @property
    def published(self) -> frozenset[str]:
        """Numbers a text may name for calling back, as published."""
        return frozenset(line.published for line in self)

    @property
    def examples(self) -> tuple[Line, ...]:
        return tuple(line for line in self if line.example)

    def __iter__(self) -> Iterator[Line]:
        return iter(self.by_number.values())

    def __len__(self) -> int:
        return len(self.by_number)


def load_lines(folder: Path, templates: Templates | None = None, flows: Collection[str] = ()) -> Lines:
    """The lines of a `callflows` folder; `templates` are that folder's own unless given, `flows` the names of its voice menus.

    ConfigurationError lists every fault with its place in the file, and what to do. No fault repeats a number.
    """
    known = load_templates(folder) if templates is None else templates
    sheet = read_sheet(folder / FILE)
    cells = sheet.table(required=("lines",), optional=("hours",))
    hours = read_hours(cells["hours"]) if "hours" in cells else ALWAYS
    seen: dict[Phone, int] = {}
    lines = [line for row in _rows(cells.get("lines")) if (line := _line(row, known, flows, seen)) is not None]
    sheet.faults.raise_if_any()
    return Lines.of(*lines, hours=hours, has_hours="hours" in cells)


def _rows(cell: Cell | None) -> list[Cell]:
    if cell is None:
        return []
    rows = cell.rows()
    if not rows:
        cell.fault("no line is listed; a clinic needs one at least")
    return rows


def _line(row: Cell, templates: Templates, flows: Collection[str], seen: dict[Phone, int]) -> Line | None:
    cells = row.table(_REQUIRED, _OPTIONAL)
    name, example = cells.text("name"), cells.flag("example")
    number = _number(cells["number"], seen) if "number" in cells else None
    action = _action(cells, templates, flows) if "then" in cells else None
    language = cells.choice("language", [each.value for each in Language])
    provider = cells.choice("provider", sorted(PROVIDER_NAMES))
    campaign = cells.matching("campaign", _CAMPAIGN, "a campaign is small letters, digits and hyphens, 40 at most, like poster-2026")
    languages = _languages(cells)
    if number is None or action is None or language is None or name is None:
        return None
    spoken = tuple(map(Language, languages or [language]))
    return Line(number, cells.text("number") or "", name, action, Language(language), campaign or "", provider, example, spoken)


def _languages(cells: Table) -> list[str]:
    chosen = [each.choice([one.value for one in Language]) for each in cells["languages"].rows()] if "languages" in cells else []
    named = [each for each in chosen if each]
    if len(set(named)) < len(named):
        cells["languages"].fault("a language is here twice; keep one")
    if named and (own := cells.text("language")) and own not in named:
        cells["languages"].fault(f"the line's own language, {own}, is missing; it is spoken when nothing better can be")
    return named


def _number(cell: Cell, seen: dict[Phone, int]) -> Phone | None:
    text = cell.text()
    if text is None:
        return None
    number = line_number(text) if _PUBLISHED.fullmatch(text) else None
    if number is None:
        cell.fault('not a phone number; write it as it is published, digits only, in quotes, like "08061914343"')
    elif number in seen:
        cell.fault(f"the same number as on row {seen[number]}; a number has one line")
    elif (refusal := _refusal(text, number)) is not None:
        cell.fault(refusal)
    else:
        seen[number] = cell.line
        return number
    return None


def _refusal(text: str, number: Phone) -> str | None:
    """Sources: TCCCPR second amendment, 12 Feb 2025 (no 10-digit mobiles); 140 is promotional, 1600 for government and banks only."""
    kind = identify(text, frozenset()).kind
    if kind is CallerKind.MOBILE and surely_mobile(number):
        return "a mobile number may not be a clinic's line in India; publish a landline (080…) or toll-free number"
    if kind is CallerKind.SPECIAL and not number.e164.startswith("+9118"):
        return "the 140 and 1600 series are not for a clinic; publish a landline (080…) or toll-free number"
    return None


def _action(cells: Table, templates: Templates, flows: Collection[str]) -> Action | None:
    """What follows when it rings. Only `flow` answers, and only `flow` may: anything else would bill the caller for nothing."""
    rings, cell = cells.choice("when_it_rings", [MISSED_CALL, ANSWER]), cells["then"]
    words = (cell.text() or "").split()
    if not words:
        return None
    if rings == ANSWER and words[0] != "flow":
        cell.fault("a line that answers runs a flow; write: flow NAME")
        return None
    if rings == MISSED_CALL and words[0] == "flow":
        cell.fault("a flow is heard by somebody whose call is answered; write when_it_rings: answer, or then: call back NAME")
        return None
    delay_s = cells["delay_seconds"].whole(0, _LONGEST_DELAY_S) if "delay_seconds" in cells else _USUAL_DELAY_S
    match words:
        case ["text", name]:
            return _text(cell, name, templates)
        case ["flow", name]:
            return Answer(name) if _is_flow(cell, name, flows) else None
        case ["call", "back", name]:
            return CallBack(name, delay_s or 0) if _is_flow(cell, name, flows) else None
        case ["cancel", "call"]:
            return CancelCall()
        case ["opt", "out"]:
            return OptOut()
        case ["on", "duty"]:
            return OnDuty()
        case _:
            cell.fault("write one of: text TEMPLATE, call back FLOW, cancel call, opt out, on duty; or flow NAME on a line that answers")
            return None


def _text(cell: Cell, name: str, templates: Templates) -> TextApp | None:
    if name not in templates:
        cell.fault(f"no template {shown(name)} in texts.yaml; known are: {', '.join(templates)}")
        return None
    if needed := templates.slots(name) - MISSED_CALL_SLOTS:
        cell.fault(f"a missed call cannot fill {{{', '.join(sorted(needed))}}} of {name}; use a template with link and hotline only")
    return TextApp(name)


def _is_flow(cell: Cell, name: str, flows: Collection[str]) -> bool:
    if name not in flows:
        cell.fault(f"no flow {shown(name)} in flows/; known are: {', '.join(flows) or 'none'}")
    return name in flows
