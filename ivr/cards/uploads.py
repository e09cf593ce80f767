"""What people upload, judged by its content and never by its name, and made anew, so that nothing but pictures and pages remains."""

import logging
from dataclasses import dataclass
from enum import StrEnum
from threading import Semaphore

MOST_BYTES = 8 * 1024 * 1024
"""Of one file."""
MOST_FILMS = 6
MOST_PAPERS = 4
"""Files of a prescription."""

JPEG, PDF = "image/jpeg", "application/pdf"

log = logging.getLogger(__name__)
_one_at_once = Semaphore(1)  # a large picture takes up to 200 MB for a moment (ivr/cards/pictures.py)


class Fault(StrEnum):
    """Why a file was not taken. Each is a row of `film_words` and of `card_words`."""

    EMPTY = "empty"
    TOO_LARGE = "too_large"
    NO_PICTURE = "no_picture"  # neither JPEG, PNG nor WebP, nor a PDF where one may be
    BROKEN = "broken"
    TOO_MANY_PIXELS = "too_many_pixels"
    LOCKED = "locked"  # a PDF with a password
    ACTIVE = "active"  # a PDF with scripts or files inside
    TOO_LONG = "too_long"  # a PDF
    FULL = "full"  # there are as many as may be


class Unfit(Exception):
    """This file is not taken."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault)
        self.fault = fault


@dataclass(frozen=True, slots=True)
class Clean:
    """A file that we made ourselves from what was uploaded."""

    media_type: str
    content: bytes


def clean_film(raw: bytes) -> Clean:
    """A photo of a film. Unfit."""
    from ivr.cards.pictures import redrawn  # Pillow is loaded when the first file comes

    _weigh(raw)
    with _one_at_once:
        return Clean(JPEG, redrawn(raw))


def clean_paper(raw: bytes) -> Clean:
    """A page of a prescription: a photo or a PDF. Unfit."""
    if not raw.startswith(b"%PDF-"):
        return clean_film(raw)
    from ivr.cards.papers import rewritten

    _weigh(raw)
    with _one_at_once:
        return Clean(PDF, rewritten(raw))


def _weigh(raw: bytes) -> None:
    if not raw:
        raise Unfit(Fault.EMPTY)
    if len(raw) > MOST_BYTES:
        raise Unfit(Fault.TOO_LARGE)
