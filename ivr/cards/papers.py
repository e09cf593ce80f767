"""PDFs, written anew with their pages alone: scripts, forms, links, attachments and the author's particulars stay behind.

So does what cameras and programs wrote beside the pictures within the pages.
"""

import logging
from collections.abc import Iterator, Sequence
from io import BytesIO
from typing import Any

from pypdf import PageObject, PdfReader, PdfWriter
from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject, NameObject, StreamObject

from ivr.cards.jpeg import bare
from ivr.cards.uploads import MOST_BYTES, Fault, Unfit

log = logging.getLogger(__name__)

MOST_PAGES = 8
_MOST_OBJECTS = 20_000
_BEHIND_A_PAGE = ("/Annots", "/AA", "/Metadata", "/PieceInfo", "/LastModified", "/AF", "/Tabs", "/StructParents", "/B")
_TELLING = frozenset({"/Metadata", "/PieceInfo", "/LastModified"})  # by whom, when and with what an object was made
_JPEG = frozenset({"/DCTDecode", "/DCT"})
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
    pages = [_stripped(page) for page in reader.pages]
    _nothing_tells(pages)  # before they are copied: what nothing leads to any more is not copied
    for page in pages:
        writer.add_page(page)
    writer.metadata = None
    writer.write(made)
    return made.getvalue()


def _stripped(page: PageObject) -> PageObject:
    for name in _BEHIND_A_PAGE:
        page.pop(name, None)
    return page


def _nothing_tells(pages: Sequence[PageObject]) -> None:
    """Take away what is written beside the drawing. Unfit; ValueError for a JPEG that cannot be gone through, for it might tell."""
    within = [page.raw_get(name) for page in pages for name in page if name != "/Parent"]  # which leads to all pages as they came
    room = MOST_BYTES  # a few bytes, deflated, can be as many as they please; pictures cannot
    for found in _dictionaries(within):
        for name in _TELLING & set(found):
            del found[name]
        if isinstance(found, StreamObject):
            room -= _bare_picture(found)
        if room < 0:
            raise Unfit(Fault.TOO_LARGE)


def _bare_picture(stream: StreamObject) -> int:
    """How many bytes are left of it; 0 for what is no JPEG, which stays as it is."""
    filters = _each(stream.get("/Filter"))
    if not _JPEG & {*filters}:
        return 0
    settings = _each(stream.get("/DecodeParms"))
    picture = bare(stream.get_data())  # pypdf undoes the filters before it, and not that one
    StreamObject.set_data(stream, picture)
    stream.decoded_self = None
    stream[NameObject("/Filter")] = NameObject("/DCTDecode")
    stream.pop("/DecodeParms", None)
    if len(settings) == len(filters) and isinstance(settings[-1], DictionaryObject):
        stream[NameObject("/DecodeParms")] = settings[-1]  # whether its colours are to be converted
    return len(picture)


def _each(value: Any) -> list[Any]:
    """Of one or of several, in order."""
    found = value.get_object() if value is not None else []
    return [each.get_object() for each in found] if isinstance(found, list) else [found]


def _nothing_acts(reader: PdfReader) -> None:
    for found in _dictionaries([reader.trailer]):
        if _ACTIVE & set(found) or found.get("/S") in _ACTIVE or found.get("/Type") in _ACTIVE:
            raise Unfit(Fault.ACTIVE)


def _dictionaries(starts: Sequence[Any]) -> Iterator[DictionaryObject]:
    """Every one that these lead to, streams among them; what is taken from one before the next is asked for is not followed. Unfit."""
    waiting: list[Any] = list(starts)
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
            yield found
            waiting += [found.raw_get(name) for name in found]
        elif isinstance(found, ArrayObject):
            waiting += list(found)
