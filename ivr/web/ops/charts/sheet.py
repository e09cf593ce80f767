"""A chart's table as CSV. Pure."""

import csv
from io import StringIO

from ivr.web.ops.charts.tables import Cell, Grid

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "|", "%")


def as_csv(grid: Grid) -> str:
    """RFC 4180, the columns' names first. What a spreadsheet would take for a formula is marked as text."""
    out = StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([_safe(name) for name in grid.columns])
    writer.writerows([_safe(cell) for cell in row] for row in grid.rows)
    return out.getvalue()


def _safe(cell: Cell) -> Cell:
    """Only words can be formulas: numbers are ours."""
    if not isinstance(cell, str):
        return "" if cell is None else cell
    return f"'{cell}" if cell.startswith(_FORMULA) else cell
