"""Shapes: what may stand in one field of a flow file: how it is read, and how a JSON Schema says the same."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from types import MappingProxyType
from typing import Generic, TypeAlias, TypeVar

from ivr.flow.model import Policy
from ivr.flow.vocabulary import Vocabulary
from ivr.flow.words_sheet import NAME, NAME_REMEDY
from ivr.sheet import Cell, shown

Json: TypeAlias = Mapping[str, object]
T = TypeVar("T")

MOST_TRIES = 5
KEYS = "0123456789*"

_NAMED: Json = {"$ref": "#/$defs/name"}


@dataclass(frozen=True, slots=True)
class Shape(Generic[T]):
    """`absent`: what reads as nothing, or as a fault that was told already."""

    read: Callable[[Cell], T]
    absent: T
    schema: Callable[[Vocabulary], Json]


@dataclass(frozen=True, slots=True)
class Field(Generic[T]):
    """One key of a step."""

    name: str
    shape: Shape[T]
    about: str
    required: bool = True


def read_name(cell: Cell) -> str:
    text = cell.text() or ""
    if text and not NAME.fullmatch(text):
        cell.fault(f"{shown(text)} is no name; {NAME_REMEDY}")
        return ""
    return text


def read_words(cell: Cell, *, least: int = 1) -> tuple[str, ...]:
    """A word, or a list of them."""
    if not cell.is_list:
        return tuple(filter(None, [read_name(cell)]))
    rows = cell.rows()
    if len(rows) < least:
        cell.fault("nothing is said here; name a word of callflows/words")
    return tuple(filter(None, map(read_name, rows)))


def read_key_table(cell: Cell) -> Mapping[str, str]:
    """Keys of the phone and the steps they lead to."""
    return MappingProxyType({key: read_name(entry) for key, entry in cell.table(optional=KEYS).items()})


def _read_outcomes(cell: Cell) -> Mapping[str, str]:
    entries = cell.entries()
    for name, entry in entries.items():
        if not NAME.fullmatch(name):
            entry.fault(f"{shown(name)} is no name of an outcome; {NAME_REMEDY}")
    return MappingProxyType({name: read_name(entry) for name, entry in entries.items() if NAME.fullmatch(name)})


def _read_policy(cell: Cell) -> Policy:
    cells = cell.table(("then",), ("say", "prompt", "tries"))
    say, prompt = (read_words(cells[name]) if name in cells else () for name in ("say", "prompt"))
    tries = cells["tries"].whole(0, MOST_TRIES) if "tries" in cells else None
    then = read_name(cells["then"]) if "then" in cells else ""
    return Policy(then, Policy("").tries if tries is None else tries, say, prompt)


def _read_whole(least: int, most: int, cell: Cell) -> int:
    return cell.whole(least, most) or 0


def whole(least: int, most: int, absent: int = 0) -> Shape[int]:
    return Shape(partial(_read_whole, least, most), absent, lambda _: {"type": "integer", "minimum": least, "maximum": most})


def _one_of(names: Callable[[Vocabulary], Iterable[str]]) -> Shape[str]:
    return Shape(read_name, "", lambda vocabulary: {"enum": sorted(names(vocabulary))})


def _effect_schema(vocabulary: Vocabulary) -> Json:
    """One pattern: each effect with as many arguments as it takes."""
    forms = [" ".join([name, *["[a-z][a-z0-9_]*"] * len(kind.arguments)]) for name, kind in sorted(vocabulary.effects.items())]
    return {"type": "string", "pattern": f"^({'|'.join(forms)})$"}


NAME_OF_ANY: Shape[str] = Shape(read_name, "", lambda _: _NAMED)
STEP: Shape[str] = Shape(read_name, "", lambda _: {**_NAMED, "description": "a step of this file"})
FLOW: Shape[str] = Shape(read_name, "", lambda _: {**_NAMED, "description": "another flow"})
WORDS: Shape[tuple[str, ...]] = Shape(read_words, (), lambda _: {"$ref": "#/$defs/words"})
LAST_WORDS: Shape[tuple[str, ...]] = Shape(
    partial(read_words, least=0), (), lambda _: {"oneOf": [{"$ref": "#/$defs/words"}, {"type": "array", "maxItems": 0}]}
)
FACT = _one_of(lambda vocabulary: vocabulary.yes_or_no)
ANSWER = _one_of(lambda vocabulary: vocabulary.answers)
WHO = _one_of(lambda vocabulary: vocabulary.who)
EFFECT: Shape[str] = Shape(lambda cell: cell.text() or "", "", _effect_schema)
FILE: Shape[str] = Shape(lambda cell: cell.text() or "", "", lambda _: {"type": "string", "pattern": r"^[A-Za-z0-9._-]+\.(mp3|wav)$"})
POLICY: Shape[Policy | None] = Shape(_read_policy, None, lambda _: {"$ref": "#/$defs/policy"})
OUTCOMES: Shape[Mapping[str, str]] = Shape(
    _read_outcomes,
    MappingProxyType({}),
    lambda _: {"type": "object", "minProperties": 1, "propertyNames": {"pattern": f"^{NAME.pattern}$"}, "additionalProperties": _NAMED},
)
