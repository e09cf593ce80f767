"""Reads `callflows/flows/*.yaml` and `callflows/words/*.yaml`, and lets nothing pass that the linter finds fault with."""

from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass, field
from hashlib import sha256
from json import dumps
from pathlib import Path
from types import MappingProxyType

from ivr.flow.check import check, unused_words
from ivr.flow.model import Book, Flow, Policy, Step
from ivr.flow.shapes import POLICY, read_key_table, read_name
from ivr.flow.steps import Defaults, read_step
from ivr.flow.vocabulary import Vocabulary
from ivr.flow.words import Words
from ivr.flow.words_sheet import NAME, NAME_REMEDY, Report, read_words, sheets
from ivr.model.values import Language
from ivr.sheet import Cell, Fault, Faults, Table, shown

FOLDER = "flows"
AUDIO = "audio"

_SHIPPED = Vocabulary()
_MOST_REMEMBERED = 8
_REMEMBERED: dict[str, tuple[Book, Words]] = {}
"""What was read and found right, by what the files say: a process that loads them again (tests, tools) checks nothing twice."""
_REQUIRED = ("flow", "about", "start", "steps")
_OPTIONAL = ("resume", "screen", "keys", "silence", "wrong_key")


@dataclass(slots=True)
class Examined(Report):
    """A folder's flows and words, what is wrong with them, and what is merely odd (`warnings`)."""

    book: Book = field(default_factory=lambda: Book({}, {}))
    words: Words = field(default_factory=Words)
    warnings: list[Fault] = field(default_factory=list)


def load_book(
    folder: Path,
    vocabulary: Vocabulary = _SHIPPED,
    *,
    templates: Mapping[str, Collection[str]] | None = None,
    languages: Collection[Language] | None = None,
    starts: Collection[str] = (),
) -> tuple[Book, Words]:
    """All flows and words of a `callflows` folder; an empty book when it has no folder `flows`.

    `templates`: those of texts.yaml, with the slots of each (None: any will do).
    `languages`: those that lines greet in (none: those with a file of words).
    `starts`: flows that lines begin with. ConfigurationError lists every fault of every file, and what to do.
    """
    told = [sorted((name, sorted(slots)) for name, slots in (templates or {}).items()), templates is None, languages, sorted(starts)]
    key = f"{_contents(folder)} {told} {id(vocabulary)}"
    if key not in _REMEMBERED:
        found = examine(folder, vocabulary, templates=templates, languages=languages, starts=starts)
        found.raise_if_any()
        if len(_REMEMBERED) >= _MOST_REMEMBERED:
            _REMEMBERED.clear()
        _REMEMBERED[key] = found.book, found.words
    return _REMEMBERED[key]


def _contents(folder: Path) -> str:
    """A fingerprint of every file that a book is made of; of recordings and music, that they are there."""
    digest = sha256()
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            digest.update(f"{path.relative_to(folder)}\0".encode())
            digest.update(path.read_bytes() if path.suffix == ".yaml" else b"")
    return digest.hexdigest()


def examine(
    folder: Path,
    vocabulary: Vocabulary = _SHIPPED,
    *,
    templates: Mapping[str, Collection[str]] | None = None,
    languages: Collection[Language] | None = None,
    starts: Collection[str] = (),
) -> Examined:
    """As `load_book`, for people: faults are handed back, with warnings, and with what could be read."""
    said = read_words(folder)
    found = Examined([*said.faults], [*said.unreadable], words=said.words)
    flows: dict[str, Flow] = {}
    broken: set[str] = set()
    for stem, sheet in sheets(folder / FOLDER, found):
        flows[stem] = _flow(stem, sheet)
        found.faults += sheet.faults.all
        if sheet.faults.found:
            broken.add(stem)
    slots = {word: tuple(dict.fromkeys(slot.name for slot in said.words.slots(word))) for word in said.words.names}
    found.book = Book(MappingProxyType(flows), MappingProxyType(slots))
    found.faults += check(
        found.book,
        said.words,
        vocabulary,
        templates=templates,
        languages=tuple(languages or said.words.languages),
        starts=starts,
        music=frozenset(path.name for path in (folder / AUDIO).glob("*") if path.is_file()),
        broken=broken,
        whole=not found.unreadable,
    )
    found.warnings = unused_words(found.book, said.words)
    return found


def _flow(stem: str, sheet: Cell) -> Flow:
    cells = sheet.table(_REQUIRED, _OPTIONAL)
    if cells.text("flow") not in (None, stem):
        cells["flow"].fault(f"the file is called {stem}.yaml; write `flow: {stem}`, or rename it")
    if not NAME.fullmatch(stem):
        sheet.fault(f"{shown(stem)} is no name of a flow; {NAME_REMEDY}")
    defaults = Defaults(*(POLICY.read(cells[name]) if name in cells else None for name in ("silence", "wrong_key")))
    lines = _parts(cells)
    steps = _steps(cells, defaults, lines)
    return Flow(
        name=stem,
        about=cells.text("about") or "",
        start=_name(cells, "start"),
        steps=MappingProxyType(steps),
        keys=read_key_table(cells["keys"]) if "keys" in cells else MappingProxyType({}),
        version=fingerprint(steps),
        resume=_name(cells, "resume"),
        screen=cells.flag("screen"),
        lines=MappingProxyType(lines),
    )


def _steps(cells: Table, defaults: Defaults, lines: dict[str, int]) -> dict[str, Step]:
    entries = cells["steps"].entries() if "steps" in cells else {}
    if "steps" in cells and not entries:
        cells["steps"].fault("no step is listed; a flow needs one at least, like `bye: {hang_up: goodbye}`")
    steps: dict[str, Step] = {}
    for name, cell in entries.items():
        if not NAME.fullmatch(name):
            cell.fault(f"{shown(name)} is no name of a step; {NAME_REMEDY}")
            continue
        lines[name] = cell.line
        if (step := read_step(cell, defaults)) is not None:
            steps[name] = step
            lines |= {f"{name}.{part}": row for part, row in _rows(cell).items()}
    return steps


def _parts(cells: Table) -> dict[str, int]:
    """Rows of what is not a step: `.start`, `.keys.9`."""
    lines = {f".{name}": cell.line for name, cell in cells.items()}
    if "keys" in cells:
        lines |= {f".keys.{key}": row for key, row in _rows(cells["keys"]).items()}
    return lines


def _rows(cell: Cell) -> Mapping[str, int]:
    """Rows of a mapping's keys; its faults were told by whoever read it."""
    return {name: entry.line for name, entry in Cell(cell.node, Faults(""), cell.line).entries().items()}


def _name(cells: Table, key: str) -> str:
    return read_name(cells[key]) if key in cells else ""


def fingerprint(steps: Mapping[str, Step]) -> str:
    """Sixteen hex digits that change when a step does: a caller who stands in a flow that was changed is not led astray."""
    told = {name: [type(step).__name__, {field: getattr(step, field) for field in step.__slots__}] for name, step in steps.items()}
    return sha256(dumps(told, sort_keys=True, default=_plain).encode()).hexdigest()[:16]


def _plain(value: Policy | Mapping[str, str]) -> dict[str, object]:
    """What JSON has no word for."""
    return dict(value) if isinstance(value, Mapping) else asdict(value)
