"""What operators did to a thing, as it stands in its story. Pure."""

from ivr.store.tx import Row
from ivr.web.ops.steps import Pen, Step
from ivr.web.ops.words import Tone
from ivr.web.ops.words_deeds import did


def step(row: Row, pen: Pen) -> Step:
    """`row`: of the audit."""
    return pen.step(row.at, f"{row.operator} {did(row.action)}", row.reason, Tone.WAIT)
