"""The doctors' sheet: a CSV file, read so that every fault is told with its line, and written so that no spreadsheet runs what is in it."""

import csv
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from io import StringIO

from ivr.doctors.plausible import looks_private
from ivr.model.errors import ConfigurationError
from ivr.sheet import Faults, shown

COLUMNS = (
    "name",
    "qualification",
    "council",
    "registration",
    "verified_by",
    "verified_on",
    "valid_until",
    "specialities",
    "languages",
    "tier",
    "fee_tier",
    "city",
    "pin_code",
    "phone",
    "follow_ups",
    "routable",
    "shifts",
)
_FORMULA = ("=", "+", "-", "@", "\t", "\r")  # OWASP, CSV injection: a spreadsheet may run a cell that begins with one of these

_SEPARATORS = {",": "comma", ";": "semicolon", "\t": "tab"}
_NO_CSV = "not CSV from here on: a quotation mark is not closed, or stands in the middle of a cell; write it twice there"
_TOO_LONG = f"a cell is longer than {csv.field_size_limit()} characters; shorten it, or close the quotation mark that begins it"


@dataclass(frozen=True, slots=True)
class Record:
    """One row below the header, its cells without blanks around them, at the line where it begins."""

    line: int
    cells: Mapping[str, str]
    faults: Faults

    def fault(self, column: str, message: str) -> None:
        self.faults.add(self.line, f"{column}: {message}")


def decoded(content: bytes, file: str) -> str:
    """The sheet's text, without a spreadsheet's mark in front. ConfigurationError when it is not UTF-8, or no text at all."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise ConfigurationError(f"{file}: not UTF-8 text; save it as “CSV UTF-8”") from None
    if "\0" in text:
        raise ConfigurationError(f"{file}: this is no text, for it has NUL characters; save the sheet as “CSV UTF-8”")
    return text


def records(text: str, faults: Faults) -> list[Record]:
    """All rows that have the header's cells. A sheet without the header that it needs has no rows; faults are the caller's to raise."""
    separator = _separator(text)
    lines = _lines(text, separator, faults)
    line, header = next(lines, (1, []))
    names = [_column(name) for name in header]
    if not _is_header(line, names, faults):
        return []
    return [Record(line, _cells(names, row), faults) for line, row in lines if _fits(line, names, row, separator, faults)]


def written(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """CSV in which no cell begins a formula; `records` reads it back the same."""
    file = StringIO(newline="")
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(header)
    writer.writerows([_escaped(cell) for cell in row] for row in rows)
    return file.getvalue()


def quoted(text: str) -> str:
    """What the sheet says, for a fault; nothing that could be somebody's number."""
    return "this" if looks_private(text) else shown(text)


def _escaped(cell: str) -> str:
    return f"'{cell}" if cell.startswith((*_FORMULA, "'")) else cell


def _unescaped(cell: str) -> str:
    return cell[1:] if cell.startswith("'") and cell[1:].startswith((*_FORMULA, "'")) else cell


def _cells(names: Sequence[str], row: Sequence[str]) -> dict[str, str]:
    return {name: _unescaped(cell.strip()).strip() for name, cell in zip(names, row, strict=True)}


def _separator(text: str) -> str:
    """What stands between cells: where a comma is the decimal point, Excel writes semicolons. The header tells; no column has one in it."""
    header = next((line for line in StringIO(text) if line.strip()), "")
    return max(_SEPARATORS, key=lambda each: sum(_column(name.strip().strip('"')) in COLUMNS for name in header.split(each)))


def _column(name: str) -> str:
    return name.strip().lower()


def _lines(text: str, separator: str, faults: Faults) -> Iterator[tuple[int, list[str]]]:
    """Rows that are not blank, each with the line that it begins on."""
    reader = csv.reader(StringIO(text, newline=""), delimiter=separator, strict=True)
    while True:
        line = reader.line_num + 1
        try:
            row = next(reader, None)
        except csv.Error as why:
            faults.add(line, _TOO_LONG if "field limit" in str(why) else _NO_CSV)
            return
        if row is None:
            return
        if any(cell.strip() for cell in row):
            yield line, row


def _is_header(line: int, names: Sequence[str], faults: Faults) -> bool:
    if not names:
        faults.add(line, f"the sheet is empty; its first row names the columns: {','.join(COLUMNS)}")
        return False
    missing, unknown = [each for each in COLUMNS if each not in names], [each for each in names if each not in COLUMNS]
    for name in unknown:
        near = get_close_matches(name, missing, n=1)
        faults.add(line, f"no column is called {quoted(name)}; {f'did you mean {near[0]}?' if near else 'take it out'}")
    for name in missing:
        faults.add(line, f"the column {name} is missing; add it, though it may be empty")
    for name in {each for each in names if names.count(each) > 1 and each in COLUMNS}:
        faults.add(line, f"the column {name} is here twice; keep one")
    return not missing and not unknown and len(set(names)) == len(names)


def _fits(line: int, names: Sequence[str], row: Sequence[str], separator: str, faults: Faults) -> bool:
    if len(row) != len(names):
        called = _SEPARATORS[separator]
        advice = f"put a cell that holds a {called} in quotation marks" if len(row) > len(names) else f"an empty cell keeps its {called}"
        faults.add(line, f"{len(row)} cells, where the header has {len(names)}; {advice}")
    return len(row) == len(names)
