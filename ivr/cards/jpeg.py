"""JPEGs as rows of segments: told apart, and cut, without decoding the picture. Source: ITU-T T.81, annex B."""

from collections.abc import Iterator
from dataclasses import dataclass
from re import DOTALL
from re import compile as regex

_START, _END, _SCAN = b"\xff\xd8", 0xD9, 0xDA
_MOST_SEGMENTS = 2000  # cameras write a hundred at the most; millions would take their time
_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_LINE_BY_LINE = frozenset({0xC0, 0xC1})  # of the frames
_DRAWN_WITH = frozenset({*range(0xC0, 0xD0), _SCAN, 0xDB, 0xDC, 0xDD})  # frames, tables, scans, DNL, DRI
_FILL = regex(rb"\xff+")
_NEXT = regex(rb"\xff[^\x00\xff\xd0-\xd7]", DOTALL)  # a run of FF is gone through once, however long


@dataclass(frozen=True, slots=True)
class Segment:
    """`content`: of the announced length. `drawing`: the coded picture, which follows a scan's content alone."""

    marker: int
    content: bytes
    drawing: bytes = b""


def segments(raw: bytes) -> Iterator[Segment]:
    """Until the end that the picture says, or the bytes'. ValueError: this is no JPEG, or cut off within a segment."""
    if not raw.startswith(_START):
        raise ValueError("it does not start as a JPEG")
    at = len(_START)
    for _ in range(_MOST_SEGMENTS):
        if at == len(raw):
            return
        marker, at = _marker(raw, at)
        if marker == _END:
            return
        start, end = at + 2, at + int.from_bytes(raw[at : at + 2], "big")
        if end < start or end > len(raw):
            raise ValueError("a segment is cut off")
        at = _next(raw, end) if marker == _SCAN else end
        yield Segment(marker, raw[start:end], raw[end:at])
    raise ValueError("no picture has so many segments")


def _marker(raw: bytes, at: int) -> tuple[int, int]:
    """The marker here, and where what belongs to it begins. Any number of FF may stand before it."""
    found = _FILL.match(raw, at)
    if found is None or found.end() == len(raw):
        raise ValueError("no marker where one must be")
    return raw[found.end()], found.end() + 1


def _next(raw: bytes, at: int) -> int:
    found = _NEXT.search(raw, at)
    return found.start() if found else len(raw)


def line_by_line(raw: bytes) -> bool:
    """Whether a decoder can draw it from the top to the bottom, with a few lines in memory. False for what cannot be read, too."""
    layers = 0
    try:
        for each in segments(raw):
            if each.marker in _FRAMES and (each.marker not in _LINE_BY_LINE or len(each.content) < 6):
                return False
            if each.marker in _FRAMES:
                layers = each.content[5]
            if each.marker == _SCAN:
                return each.content[:1] == bytes((layers,))  # all layers come in the first scan
    except ValueError:
        return False
    return False


def bare(raw: bytes) -> bytes:
    """The same picture, bit by bit, without what cameras and programs write beside it. ValueError: this is no JPEG.

    Named is what stays, so everything else goes: EXIF, XMP, IPTC, comments, previews, and what follows the picture's end.
    """
    made, drawn = [_START], False
    for each in segments(raw):
        drawn = drawn or each.marker == _SCAN
        content = each.content if each.marker in _DRAWN_WITH else _needed(each)
        if content is not None:
            made += [bytes((0xFF, each.marker)), (len(content) + 2).to_bytes(2, "big"), content, each.drawing]
    if not drawn:
        raise ValueError("there is no picture in it")
    return b"".join([*made, bytes((0xFF, _END))])


def _needed(segment: Segment) -> bytes | None:
    """What a decoder must know of a segment beside the picture, to give the right colours; None: nothing."""
    match segment.marker, segment.content:
        case (0xE0, content) if content.startswith(b"JFIF\x00") and len(content) >= 14:
            return content[:12] + b"\x00\x00"  # it may hold a small preview, which goes
        case (0xE2, content) if content.startswith(b"ICC_PROFILE\x00"):
            return content
        case (0xEE, content) if content.startswith(b"Adobe") and len(content) >= 12:
            return content[:12]
        case _:
            return None
