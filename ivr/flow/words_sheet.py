"""Reads `callflows/words/<language>.yaml` into words, telling every fault by its line."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from re import compile as regex
from types import MappingProxyType

from ivr.flow.words import Phrase, SlotRef, Words
from ivr.model.errors import ConfigurationError
from ivr.model.values import Language
from ivr.sheet import Cell, Fault, read_sheet, shown

FOLDER = "words/"
NAME = regex(r"[a-z][a-z0-9_]{0,39}")
NAME_REMEDY = "use small letters, digits and _, beginning with a letter, 40 at most"

_Place = tuple[Language, str]
_KNOWN = ", ".join(f"{language.value}.yaml" for language in Language)


@dataclass(slots=True)
class Report:
    """What reading found. `unreadable`: whole files, each in one row."""

    faults: list[Fault] = field(default_factory=list)
    unreadable: list[str] = field(default_factory=list)

    def rows(self) -> list[str]:
        return [*self.unreadable, *map(str, sorted(set(self.faults)))]

    def raise_if_any(self) -> None:
        if rows := self.rows():
            raise ConfigurationError("\n".join(rows))


@dataclass(slots=True)
class WordsFound(Report):
    words: Words = field(default_factory=Words)


def sheets(folder: Path, found: Report) -> list[tuple[str, Cell]]:
    """The YAML files of a folder, by name: (name without ending, its sheet)."""
    opened: list[tuple[str, Cell]] = []
    for path in sorted(folder.glob("*.y*ml")):
        if path.suffix != ".yaml":
            found.unreadable.append(f"{folder.name}/{path.name}: files here end in .yaml; rename it")
            continue
        try:
            opened.append((path.stem, read_sheet(path, f"{folder.name}/")))
        except ConfigurationError as why:
            found.unreadable.append(str(why))
    return opened


def read_words(folder: Path) -> WordsFound:
    """Every word of every file below `folder`, and what is wrong with them. No folder `words`, no words."""
    found = WordsFound()
    lines: dict[_Place, int] = {}
    phrases: dict[Language, Mapping[str, Phrase]] = {}
    approvals: dict[_Place, str] = {}
    for stem, sheet in sheets(folder / FOLDER, found):
        if stem in set(Language):
            language = Language(stem)
            phrases[language] = MappingProxyType(_language(sheet, language, lines, approvals))
        else:
            sheet.fault(f"no language is called {shown(stem)} here; known are: {_KNOWN}")
        found.faults += sheet.faults.all
    ordered = {language: phrases[language] for language in Language if language in phrases}
    found.words = Words(MappingProxyType(ordered), MappingProxyType(lines), MappingProxyType(approvals))
    found.faults += _differences(found.words)
    return found


def _language(sheet: Cell, language: Language, lines: dict[_Place, int], approvals: dict[_Place, str]) -> dict[str, Phrase]:
    cells = sheet.table(("language", "words"), ("clinician",))
    if cells.text("language") not in (None, language.value):
        cells["language"].fault(f"the file is called {language.value}.yaml; write `language: {language.value}`, or rename it")
    phrases: dict[str, Phrase] = {}
    for name, cell in cells["words"].entries().items() if "words" in cells else ():
        if not NAME.fullmatch(name):
            cell.fault(f"{shown(name)} is no name of a word; {NAME_REMEDY}")
        else:
            lines[language, name] = cell.line
            if (phrase := _phrase(cell, language)) is not None:
                phrases[name] = phrase
    for name, cell in cells["clinician"].entries().items() if "clinician" in cells else ():
        if "words" in cells and name not in cells["words"].entries():
            cell.fault(f"there is no word {shown(name)} above; a clinician approves words of this file")
        elif (approval := cell.text()) is not None:
            approvals[language, name] = approval
    return phrases


def _phrase(cell: Cell, language: Language) -> Phrase | None:
    text = cell.text()
    if text is None:
        return None
    try:
        phrase = Phrase.parse(text)
    except ValueError as why:
        cell.fault(str(why))
        return None
    for fault in phrase.faults(language):
        cell.fault(fault)
    return phrase


def _differences(words: Words) -> list[Fault]:
    """A value is found once, then said in whichever language the caller speaks: so every language has the same slots."""
    faults: list[Fault] = []
    for (language, word), line in words.lines.items():
        phrase = words.find(word, language)
        own, first = set(phrase.slots if phrase else ()), set(words.slots(word))
        if phrase and own != first:
            reference = next(each for each in words.languages if word in words.phrases[each])
            message = f"{word} has {_listed(own)} here and {_listed(first)} in {reference.value}.yaml; each needs the same slots"
            faults.append(Fault(f"{FOLDER}{language.value}.yaml", line, message))
    return faults


def _listed(slots: set[SlotRef]) -> str:
    return ", ".join(sorted(f"{{{slot.name}:{slot.kind}}}" for slot in slots)) or "no slot"
