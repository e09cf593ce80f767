"""Lines: the numbers a clinic publishes, and what happens when one rings (`callflows/lines.yaml`)."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from re import compile as regex
from types import MappingProxyType

from ivr.model.values import PROVIDER_NAMES, CallerKind, Language, Phone
from ivr.numbering import identify, line_number, surely_mobile
from ivr.sheet import Cell, read_sheet, shown
from ivr.texts.templates import Templates, load_templates

FILE = "lines.yaml"
MISSED_CALL_SLOTS = frozenset({"link", "hotline"})  # all that a missed call can fill in a template

_REQUIRED = ("number", "name", "when_it_rings", "then", "language")
_OPTIONAL = ("campaign", "provider", "example")
_PUBLISHED = regex(r"\+?[0-9]+")
_CAMPAIGN = regex(r"[a-z0-9][a-z0-9-]{0,39}")


@dataclass(frozen=True, slots=True)
class TextApp:
    """Never answer; text the caller this template, with a link to the app."""

    template: str


@dataclass(frozen=True, slots=True)
class OptOut:
    """Never answer; send this caller no more texts."""


Action = TextApp | OptOut


@dataclass(frozen=True, slots=True)
class Line:
    """One published number. `published` is how the file writes it: the form registered for call-back numbers in texts."""

    number: Phone
    published: str
    name: str
    action: Action
    language: Language
    campaign: str  # "" when nobody counts it apart
    provider: str | None  # None: VOICE_PROVIDER
    example: bool  # production refuses to start with it


@dataclass(frozen=True, slots=True)
class Lines:
    """All lines of a clinic, in the file's order. `numbers` is made once: it is part of a cache key."""

    by_number: Mapping[Phone, Line]
    numbers: frozenset[Phone]

    @classmethod
    def of(cls, *lines: Line) -> "Lines":
        by_number = {line.number: line for line in lines}
        return cls(MappingProxyType(by_number), frozenset(by_number))

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


def load_lines(folder: Path, templates: Templates | None = None) -> Lines:
    """The lines of a `callflows` folder; `templates` are that folder's own unless given.

    ConfigurationError lists every fault with its place in the file, and what to do. No fault repeats a number.
    """
    known = load_templates(folder) if templates is None else templates
    sheet = read_sheet(folder / FILE)
    seen: dict[Phone, int] = {}
    lines = [line for row in _rows(sheet) if (line := _line(row, known, seen)) is not None]
    sheet.faults.raise_if_any()
    return Lines.of(*lines)


def _rows(sheet: Cell) -> list[Cell]:
    cell = sheet.table(required=("lines",)).get("lines")
    if cell is None:
        return []
    rows = cell.rows()
    if not rows:
        cell.fault("no line is listed; a clinic needs one at least")
    return rows


def _line(row: Cell, templates: Templates, seen: dict[Phone, int]) -> Line | None:
    cells = row.table(_REQUIRED, _OPTIONAL)
    name, example = cells.text("name"), cells.flag("example")
    number = _number(cells["number"], seen) if "number" in cells else None
    action = _action(cells["then"], templates) if "then" in cells else None
    language = cells.choice("language", [each.value for each in Language])
    provider = cells.choice("provider", sorted(PROVIDER_NAMES))
    campaign = cells.matching("campaign", _CAMPAIGN, "a campaign is small letters, digits and hyphens, 40 at most, like poster-2026")
    cells.choice("when_it_rings", ["missed call"])
    if number is None or action is None or language is None or name is None:
        return None
    return Line(number, cells.text("number") or "", name, action, Language(language), campaign or "", provider, example)


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


def _action(cell: Cell, templates: Templates) -> Action | None:
    match (cell.text() or "").split():
        case ["text", name] if name in templates:
            needed = templates.slots(name) - MISSED_CALL_SLOTS
            if needed:
                cell.fault(
                    f"a missed call cannot fill {{{', '.join(sorted(needed))}}} of {name}; use a template with link and hotline only"
                )
            return TextApp(name)
        case ["text", name]:
            cell.fault(f"no template {shown(name)} in texts.yaml; known are: {', '.join(templates)}")
        case ["opt", "out"]:
            return OptOut()
        case []:
            pass
        case _:
            cell.fault("write one of: text TEMPLATE, opt out")
    return None
