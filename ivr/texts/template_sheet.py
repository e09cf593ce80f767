"""Reads `callflows/texts.yaml` into templates, telling every fault by its line."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from re import compile as regex
from types import MappingProxyType

from ivr.model.values import PROVIDER_NAMES, Language
from ivr.sheet import Cell, read_sheet, shown
from ivr.texts.bodies import Body

CATEGORIES = ("service", "promotional", "transactional")

_NAME = regex(r"[a-z][a-z0-9_]{0,39}")
_VERSION = regex(r"[1-9][0-9]{0,5}")
_ID = regex(r"[0-9]{19}")
_HEADER = regex(r"[A-Za-z0-9]{6}")
_LANGUAGES = [language.value for language in Language]


@dataclass(frozen=True, slots=True)
class Wording:
    """One language of one version; `template_ids` by provider, for those that can carry it."""

    body: Body
    template_ids: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Version:
    """What was registered at one time; it never changes, so that a text already queued goes out as it was registered."""

    number: int
    wordings: Mapping[Language, Wording]  # English always among them; the same slots in each
    example: bool


@dataclass(frozen=True, slots=True)
class Template:
    name: str
    category: str
    versions: Mapping[int, Version]
    fallback: tuple[Language, ...]  # tried in order before English
    entity_id: str | None
    header: str | None


def read_templates(path: Path) -> Mapping[str, Template]:
    sheet = read_sheet(path)
    cell = sheet.table(required=("templates",)).get("templates")
    entries = cell.entries() if cell else {}
    if cell and not entries:
        cell.fault("no template is listed; start from the example in callflows/")
    found = {name: template for name, entry in entries.items() if (template := _template(name, entry)) is not None}
    sheet.faults.raise_if_any()
    return MappingProxyType(found)


def _template(name: str, entry: Cell) -> Template | None:
    if not _NAME.fullmatch(name):
        entry.fault(f"{shown(name)} is no template name; use small letters, digits and _, 40 at most")
    cells = entry.table(("category", "versions"), ("fallback", "entity_id", "header"))
    category = cells.choice("category", CATEGORIES)
    fallback = [row.choice(_LANGUAGES) for row in cells["fallback"].rows()] if "fallback" in cells else []
    entity_id = cells.matching("entity_id", _ID, "a DLT entity id is 19 digits, in quotes")
    header = cells.matching("header", _HEADER, "a DLT header is 6 letters or digits, without the operator's prefix or suffix")
    versions = _versions(cells["versions"], category or "service") if "versions" in cells else {}
    languages = tuple(Language(language) for language in fallback if language)
    return Template(name, category, MappingProxyType(versions), languages, entity_id, header) if category else None


def _versions(cell: Cell, category: str) -> dict[int, Version]:
    entries = cell.entries()
    if not entries:
        cell.fault("no version is listed; begin with `1:`")
    versions: dict[int, Version] = {}
    for number, entry in entries.items():
        if not _VERSION.fullmatch(number):
            entry.fault(f"{shown(number)} is no version; count 1, 2, 3 …")
        elif (version := _version(int(number), entry, category)) is not None:
            versions[version.number] = version
    return versions


def _version(number: int, entry: Cell, category: str) -> Version | None:
    cells = entry.table(required=(Language.ENGLISH.value,), optional=(*_LANGUAGES, "example"))
    example = cells.flag("example")
    wordings: dict[Language, Wording] = {}
    for language in Language:
        if language in cells and (wording := _wording(cells[language], category)) is not None:
            wordings[language] = wording
    if (english := wordings.get(Language.ENGLISH)) is None:
        return None
    for language, wording in wordings.items():
        if wording.body.slots != english.body.slots:
            cells[language].fault("its slots differ from the English ones; every language needs the same names and types")
    return Version(number, MappingProxyType(wordings), example)


def _wording(entry: Cell, category: str) -> Wording | None:
    cells = entry.table(("body", "template_id"))
    ids = _template_ids(cells["template_id"]) if "template_id" in cells else {}
    text = cells.text("body")
    if text is None:
        return None
    try:
        body = Body.parse(text)
    except ValueError as why:
        cells["body"].fault(str(why))
        return None
    for fault in body.faults(category):
        cells["body"].fault(fault)
    return Wording(body, MappingProxyType(ids))


def _template_ids(cell: Cell) -> dict[str, str]:
    cells = cell.table(optional=sorted(PROVIDER_NAMES))
    if not cells:
        cell.fault("no id here; write `plivo:` or `twilio:` with the 19 digits of the DLT template id, in quotes")
    remedy = "a DLT template id is 19 digits, in quotes"
    ids = {provider: cells.matching(provider, _ID, remedy) for provider in cells}
    return {provider: template_id for provider, template_id in ids.items() if template_id}
