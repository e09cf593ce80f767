"""A layered drawing of boxes and the lines between them: every line leads down, and nothing lies on anything else.

model.py    what is laid out, and what comes of it     ranks.py    who stands in which row
order.py    the order within each row                  places.py   how far to the right, and where the lines run
parts.py    what no line joins, moved together

The lines may not lead in a circle. What leads to the same box shares one trunk on its way down, so a box that many lead to stays quiet.
Lines bend only between rows, where there is neither box nor label; a label hangs from its box, and its line leaves from it.
"""

from collections.abc import Sequence

from ivr.flow.layout.model import Box, Layout, Line
from ivr.flow.layout.order import ordered
from ivr.flow.layout.places import placed
from ivr.flow.layout.ranks import rows_of

__all__ = ["Box", "Layout", "Line", "lay_out"]


def lay_out(boxes: Sequence[Box], lines: Sequence[Line]) -> Layout:
    """The same boxes and lines, the same layout. ValueError when the lines lead in a circle."""
    return placed(boxes, lines, ordered(rows_of(boxes, lines)))
