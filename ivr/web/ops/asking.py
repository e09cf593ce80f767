"""The page that comes before a deed: what will happen, and why it should."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask import Response

from ivr.oversight import LONGEST_REASON
from ivr.web.ops.pages import Pages
from ivr.web.ops.words_deeds import sentence


@dataclass(frozen=True, slots=True)
class Asking:
    """`says`: what will happen, a sentence each. `grave`: it hurts somebody when it is done by mistake."""

    title: str
    says: Sequence[str]
    button: str
    grave: bool = False


def ask(pages: Pages, asking: Asking, *, path: str, back: str, fault: str, reason: str) -> Response:
    """A form that is sent to `path`. `fault`: of the reason that was given; `back`: where whoever leaves it comes to."""
    return pages.show(
        "deed.html",
        400 if fault else 200,
        asking=asking,
        path=path,
        back=back,
        fault=sentence(fault) if fault else "",
        reason=reason[:LONGEST_REASON],
        longest=LONGEST_REASON,
    )
