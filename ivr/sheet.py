"""Sheets: the YAML files of `callflows/`, read so that every value knows its line and every fault is told at once."""

from collections.abc import Collection
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from re import Pattern
from re import compile as regex

import yaml

from ivr.model.errors import ConfigurationError

_MOST_BRACKETS, _LONGEST_ROW = 4_000, 2_000
_FAST = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_TEXT = "tag:yaml.org,2002:str"
_DIGITS = regex(r"[0-9]{7,}")
_BOOL = "tag:yaml.org,2002:bool"
_INT = "tag:yaml.org,2002:int"
_WHOLE = regex(r"0|[1-9][0-9]{0,8}")


@dataclass(frozen=True, slots=True, order=True)
class Fault:
    """One thing to mend: the file as its folder knows it, the line counted from 1, what to do."""

    file: str
    line: int
    message: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.message}"


@dataclass(slots=True)
class Faults:
    """What is wrong with one sheet, gathered so that a person can mend all of it in one go."""

    file: str
    found: list[tuple[int, str]] = field(default_factory=list)

    def add(self, line: int, message: str) -> None:
        self.found.append((line, message))

    @property
    def all(self) -> list[Fault]:
        """Each fault once, from the top of the sheet to its end."""
        return [Fault(self.file, line, message) for line, message in dict.fromkeys(sorted(self.found))]

    def raise_if_any(self) -> None:
        """ConfigurationError with one row for each fault, `lines.yaml:12: what to do`, from the top of the sheet to its end."""
        if self.found:
            raise ConfigurationError("\n".join(map(str, self.all)))


class Table(dict[str, "Cell"]):
    """The known keys of a mapping. A key that is absent reads as None: `Cell.table` has told of it where it is needed."""

    def text(self, key: str) -> str | None:
        return self[key].text() if key in self else None

    def matching(self, key: str, pattern: Pattern[str], remedy: str) -> str | None:
        """Text of this shape; `remedy` is the fault otherwise."""
        text = self.text(key)
        if text is None or pattern.fullmatch(text):
            return text
        self[key].fault(remedy)
        return None

    def choice(self, key: str, options: Collection[str]) -> str | None:
        return self[key].choice(options) if key in self else None

    def flag(self, key: str) -> bool:
        return key in self and self[key].flag()


@dataclass(frozen=True, slots=True)
class Cell:
    """One value of a sheet, at a line counted from 1. Reading it as what it is not records a fault and gives None or nothing."""

    node: yaml.Node
    faults: Faults
    line: int

    def fault(self, message: str) -> None:
        self.faults.add(self.line, message)

    def table(self, required: Collection[str] = (), optional: Collection[str] = ()) -> Table:
        """A mapping with these keys. Missing and unknown ones are faults; a misspelt one is told what it may have meant."""
        cells = self.entries()
        if not isinstance(self.node, yaml.MappingNode):
            return cells
        known = [*required, *optional]
        for key in [key for key in cells if key not in known]:
            near = get_close_matches(key, known, n=1)
            remedy = f"did you mean {near[0]}?" if near else f"known are: {', '.join(known)}"
            cells.pop(key).fault(f"unknown key {shown(key)}; {remedy}")
        for key in required:
            if key not in cells:
                self.fault(f"{key} is missing; add it")
        return cells

    def entries(self) -> Table:
        """A mapping whose keys the clinic chooses, in the file's order."""
        cells = Table()
        if not isinstance(self.node, yaml.MappingNode):
            self.fault("here should be `key: value` rows")
            return cells
        for key, value in self.node.value:
            cell = Cell(value, self.faults, _line(key))
            name = str(key.value) if isinstance(key, yaml.ScalarNode) else ""
            if not name:
                cell.fault("a key must be a word")
            elif name in cells:
                cell.fault(f"{shown(name)} is here twice; keep one")
            else:
                cells[name] = cell
        return cells

    @property
    def is_list(self) -> bool:
        return isinstance(self.node, yaml.SequenceNode)

    @property
    def is_table(self) -> bool:
        return isinstance(self.node, yaml.MappingNode)

    def rows(self) -> list["Cell"]:
        if not isinstance(self.node, yaml.SequenceNode):
            self.fault("here should be a list, each entry beginning with `- `")
            return []
        return [Cell(node, self.faults, _line(node)) for node in self.node.value]

    def text(self) -> str | None:
        """Text that is not blank. A number, date or yes/no without quotes is a fault, for YAML would change it (an octal 0226…)."""
        if not isinstance(self.node, yaml.ScalarNode):
            self.fault("here should be one piece of text")
        elif self.node.tag != _TEXT:
            self.fault("YAML does not read this as text; put it in quotes" if self.node.value else "this is empty; write something")
        elif not str(self.node.value).strip():
            self.fault("this is empty; write something")
        else:
            return str(self.node.value)
        return None

    def choice(self, options: Collection[str]) -> str | None:
        text = self.text()
        if text is None or text in options:
            return text
        self.fault(f"{shown(text)} is not known here; write one of: {', '.join(options)}")
        return None

    def whole(self, least: int, most: int) -> int | None:
        """A whole number from `least` to `most`, written without quotes."""
        if isinstance(self.node, yaml.ScalarNode) and self.node.tag == _INT and _WHOLE.fullmatch(self.node.value):
            number = int(self.node.value)
            if least <= number <= most:
                return number
        self.fault(f"write a whole number from {least} to {most}")
        return None

    def flag(self) -> bool:
        if isinstance(self.node, yaml.ScalarNode) and self.node.tag == _BOOL:
            return str(self.node.value).lower() in {"true", "yes", "on"}
        self.fault("write true or false")
        return False


def read_sheet(path: Path, folder: str = "") -> Cell:
    """The sheet at `path`, which faults call by its name below `folder`.

    ConfigurationError when it is missing, is not UTF-8 or is not YAML; its faults are the caller's to raise.
    """
    name = folder + path.name
    try:
        node = _compose(path.read_text(encoding="utf-8"))
    except OSError as why:
        raise ConfigurationError(f"{name}: cannot read it in {path.parent} ({why.strerror}); CALLFLOWS_DIR must name its folder") from why
    except UnicodeDecodeError as why:
        raise ConfigurationError(f"{name}: not UTF-8 text; save it as UTF-8") from why
    except yaml.MarkedYAMLError as why:
        line = why.problem_mark.line + 1 if why.problem_mark else 1
        raise ConfigurationError(f"{name}:{line}: not YAML ({why.problem}); {_remedy(str(why.problem))}") from why
    except (yaml.YAMLError, RecursionError) as why:
        raise ConfigurationError(f"{name}: not YAML; it has characters or nesting that YAML does not allow") from why
    if not isinstance(node, yaml.Node):
        raise ConfigurationError(f"{name}: the file is empty; start from the example in callflows/")
    return Cell(node, Faults(name), _line(node))


def _compose(text: str) -> yaml.Node | None:
    """By libyaml, twelve times as fast. What it finds fault with is read again in Python, which words it better.

    libyaml's reader recurses on C's stack and ends the process when nested too deeply: it gets nothing that could be.
    """
    if text.count("[") + text.count("{") > _MOST_BRACKETS or max(map(len, text.splitlines()), default=0) > _LONGEST_ROW:
        return yaml.compose(text, Loader=yaml.SafeLoader)
    try:
        return yaml.compose(text, Loader=_FAST)
    except yaml.YAMLError:
        return yaml.compose(text, Loader=yaml.SafeLoader)


def _remedy(problem: str) -> str:
    if "\\t" in problem:
        return "there is a tab; use blanks to indent"
    if "mapping values" in problem or "block mapping" in problem:
        return "indent this line and the one above alike, and put text that holds a colon in quotes"
    return "look at indentation, colons and quotes, in the line above too"


def _line(node: yaml.Node) -> int:
    return int(node.start_mark.line) + 1


def shown(text: str) -> str:
    """What the file says, quoted and cut, for a fault; a run of digits may be somebody's number and is left out."""
    text = _DIGITS.sub("…", text)
    return f'"{text if len(text) <= 40 else text[:39] + "…"}"'
