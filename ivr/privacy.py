"""The privacy notice: what `/privacy` says, in every language of the clinic (`callflows/privacy.yaml`). DPDP Rules 2025, rule 3."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from difflib import get_close_matches
from pathlib import Path
from re import Match
from re import compile as regex
from types import MappingProxyType

from ivr.model.values import Language
from ivr.sheet import Cell, read_sheet, shown

FILE = "privacy.yaml"

_LATEST_VERSION = 999_999
_BRACES = regex(r"\{([^{}]*)\}")
_NEEDED = frozenset({"grievance_name", "grievance_email", "grievance_phone"})  # whom to ask and complain to is part of the law's notice
_LANGUAGES = [language.value for language in Language]


@dataclass(frozen=True, slots=True)
class Particulars:
    """What the notice says of this clinic: each field is a place like {clinic} in the file. Numbers as published."""

    clinic: str
    grievance_name: str
    grievance_email: str
    grievance_phone: str
    opt_out_line: str


_PLACES = tuple(field.name for field in fields(Particulars))


@dataclass(frozen=True, slots=True)
class Section:
    """Plain text, never markup."""

    heading: str
    paragraphs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Page:
    """The notice in one language."""

    title: str
    sections: tuple[Section, ...]

    @property
    def texts(self) -> tuple[str, ...]:
        """All that is written, from the top."""
        return (self.title, *(text for section in self.sections for text in (section.heading, *section.paragraphs)))

    @property
    def places(self) -> frozenset[str]:
        """The names in braces."""
        return frozenset(name for text in self.texts for name in _BRACES.findall(text))

    def filled(self, particulars: Particulars) -> "Page":
        sections = tuple(
            Section(_fill(section.heading, particulars), tuple(_fill(text, particulars) for text in section.paragraphs))
            for section in self.sections
        )
        return Page(_fill(self.title, particulars), sections)


@dataclass(frozen=True, slots=True)
class PrivacyNotice:
    """`version` is kept with every call that was told of the notice. `example`: production refuses to start with it."""

    version: int
    example: bool
    pages: Mapping[Language, Page]  # English always among them

    @property
    def languages(self) -> tuple[Language, ...]:
        return tuple(self.pages)

    def page(self, language: Language, particulars: Particulars) -> Page:
        """Ready to be shown, once escaped; in English when the notice has no such language."""
        return self.pages.get(language, self.pages[Language.ENGLISH]).filled(particulars)


def load_privacy(folder: Path) -> PrivacyNotice | None:
    """The notice of a `callflows` folder; None when it has none. ConfigurationError lists every fault with its line."""
    path = folder / FILE
    if not path.exists():
        return None
    sheet = read_sheet(path)
    cells = sheet.table(("version", "languages"), ("example",))
    version = cells["version"].whole(1, _LATEST_VERSION) if "version" in cells else None
    example = cells.flag("example")
    pages = _pages(cells["languages"]) if "languages" in cells else {}
    sheet.faults.raise_if_any()
    return PrivacyNotice(version or 0, example, MappingProxyType(pages))


def _pages(cell: Cell) -> dict[Language, Page]:
    english = Language.ENGLISH
    cells = cell.table((english.value,), _LANGUAGES)
    pages = {language: _page(cells[language]) for language in Language if language in cells}
    if english not in pages:
        return pages
    if missing := _NEEDED - pages[english].places:
        cells[english].fault(f"say whom to ask and complain to; {_listed(missing)} must be in the notice")
    for language, page in pages.items():
        if len(page.sections) != len(pages[english].sections):
            cells[language].fault(f"{len(page.sections)} sections here and {len(pages[english].sections)} in en; each needs the same")
        if page.places != pages[english].places:
            cells[language].fault(f"{_listed(page.places)} here and {_listed(pages[english].places)} in en; each needs the same")
    return pages


def _page(entry: Cell) -> Page:
    cells = entry.table(("title", "sections"))
    rows = cells["sections"].rows() if "sections" in cells else []
    if "sections" in cells and cells["sections"].is_list and not rows:
        cells["sections"].fault("no section is listed; start from the example in callflows/")
    title = _words(cells["title"]) if "title" in cells else ""
    return Page(title, tuple(_section(row) for row in rows))


def _section(row: Cell) -> Section:
    cells = row.table(("heading", "text"))
    heading, text = (_words(cells[key]) if key in cells else "" for key in ("heading", "text"))
    return Section(heading, tuple(line.strip() for line in text.splitlines() if line.strip()))


def _words(cell: Cell) -> str:
    text = cell.text() or ""
    for name in _BRACES.findall(text):
        if name not in _PLACES:
            near = get_close_matches(name, _PLACES, n=1)
            remedy = f"did you mean {{{near[0]}}}?" if near else f"known are: {_listed(_PLACES)}"
            cell.fault(f"nothing fills {shown('{' + name + '}')}; {remedy}")
    if {"{", "}"} & set(_BRACES.sub("", text)):
        cell.fault("a brace has no partner; a place is written {clinic}, and the notice cannot hold other braces")
    return text


def _fill(text: str, particulars: Particulars) -> str:
    def value(found: Match[str]) -> str:
        return str(getattr(particulars, found[1]))

    return _BRACES.sub(value, text)


def _listed(names: frozenset[str] | tuple[str, ...]) -> str:
    return ", ".join(f"{{{name}}}" for name in sorted(names)) or "no place in braces"
