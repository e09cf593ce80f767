"""PDFs, written anew with their pages alone: scripts, forms, links, attachments and the author's particulars stay behind."""

import logging
from io import BytesIO
from typing import Any

from pypdf import PageObject, PdfReader, PdfWriter
from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject

from ivr.cards.uploads import Fault, Unfit

log = logging.getLogger(__name__)

MOST_PAGES = 8
_MOST_OBJECTS = 20_000
_BEHIND_A_PAGE = ("/Annots", "/AA", "/Metadata", "/PieceInfo", "/AF", "/Tabs", "/StructParents", "/B")
_ACTIVE = frozenset({"/JS", "/JavaScript", "/Launch", "/EmbeddedFile", "/EmbeddedFiles", "/RichMedia", "/XFA", "/AA", "/OpenAction", "/EF"})


def rewritten(raw: bytes) -> bytes:
    """Its pages, and nothing that acts. Unfit for a PDF with a password, of too many pages, or with scripts within its pages."""
    try:
        reader = PdfReader(BytesIO(raw))
        if reader.is_encrypted:
            raise Unfit(Fault.LOCKED)
        if not 1 <= len(reader.pages) <= MOST_PAGES:
            raise Unfit(Fault.TOO_LONG)
        made = _pages_alone(reader)
        _nothing_acts(PdfReader(BytesIO(made)))
    except Unfit:
        raise
    except Exception as error:  # a broken PDF trips its reader in many ways; none of them is ours
        log.info("a PDF could not be read", extra={"error": type(error).__name__})
        raise Unfit(Fault.BROKEN) from None
    return made


def _pages_alone(reader: PdfReader) -> bytes:
    writer, made = PdfWriter(), BytesIO()
    for page in reader.pages:
        writer.add_page(_stripped(page))
    writer.metadata = None
    writer.write(made)
    return made.getvalue()


def _stripped(page: PageObject) -> PageObject:
    for name in _BEHIND_A_PAGE:
        page.pop(name, None)
    return page


def _nothing_acts(reader: PdfReader) -> None:
    """Look at every object that the file leads to."""
    waiting: list[Any] = [reader.trailer]
    seen: set[int] = set()
    looked_at = 0
    while waiting:
        looked_at += 1
        if looked_at > _MOST_OBJECTS:
            raise Unfit(Fault.TOO_LONG)
        found = waiting.pop()
        if isinstance(found, IndirectObject):
            if found.idnum in seen:
                continue
            seen.add(found.idnum)
            found = found.get_object()
        if isinstance(found, DictionaryObject):
            if _ACTIVE & set(found) or found.get("/S") in _ACTIVE or found.get("/Type") in _ACTIVE:
                raise Unfit(Fault.ACTIVE)
            waiting += [found.raw_get(name) for name in found]
        elif isinstance(found, ArrayObject):
            waiting += list(found)
