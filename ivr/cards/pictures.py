"""Photos, decoded and drawn anew as plain JPEG: no place, no camera, no names and nothing hidden behind the picture comes along."""

import logging
from collections.abc import Iterator
from io import BytesIO
from math import ceil, floor

from PIL import Image, ImageOps, UnidentifiedImageError

from ivr.cards.jpeg import line_by_line
from ivr.cards.uploads import Fault, Unfit

log = logging.getLogger(__name__)

MOST_PIXELS, MOST_PIXELS_PNG, MOST_PIXELS_IN_PASSES, MOST_PIXELS_WEBP = 50_000_000, 25_000_000, 16_000_000, 12_000_000
"""Looked at before anything is decoded, so that no picture takes more than 200 MB of memory (measured: tests/cards/test_memory.py).

The largest cameras of common phones have 50 million, and write JPEGs that are decoded line by line, at a half of their size or less.
A PNG is decoded as a whole, a JPEG in several passes is kept as a whole beside that, and the decoder of WebP keeps a picture four times.
"""
LONGEST_SIDE = 3072
"""Pixels: what a film on a light box shows, and a doctor's telephone can load."""
_LONGEST_TAKEN = 32_768  # pixels; what is longer is a line and no picture
_STRIP = 500_000  # pixels, about
_QUALITY = 88
_FORMATS = ("JPEG", "PNG", "WEBP")


def redrawn(raw: bytes) -> bytes:
    """A JPEG of what the picture shows, upright, on white, 3072 pixels at its longest side. Unfit."""
    try:
        picture = _reduced(raw)
        ImageOps.exif_transpose(picture, in_place=True)
        picture.info = {}  # the encoder would copy a comment
        made = BytesIO()
        picture.save(made, "JPEG", quality=_QUALITY)
    except Unfit:
        raise
    except UnidentifiedImageError:
        raise Unfit(Fault.NO_PICTURE) from None
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise Unfit(Fault.TOO_MANY_PIXELS) from None
    except Exception as error:  # decoders trip over broken files in many ways; none of them is ours
        log.info("a picture could not be read", extra={"error": type(error).__name__})
        raise Unfit(Fault.BROKEN) from None
    return made.getvalue()


def _reduced(raw: bytes) -> Image.Image:
    """Small and plain, not yet upright. Unfit."""
    with Image.open(BytesIO(raw), formats=_FORMATS) as opened:
        if opened.width * opened.height > _most_pixels(opened.format, raw) or max(opened.size) > _LONGEST_TAKEN:
            raise Unfit(Fault.TOO_MANY_PIXELS)
        opened.draft("RGB", _fitting(opened.size))  # a large JPEG is decoded at a half, a quarter or an eighth of its size
        opened.load()
        picture = _plain_and_small(opened, _fitting(opened.size))
        picture.info = dict(opened.info)  # which way is up
        return picture


def _most_pixels(kind: str | None, raw: bytes) -> int:
    if kind == "WEBP":
        return MOST_PIXELS_WEBP
    if kind == "PNG":
        return MOST_PIXELS_PNG
    return MOST_PIXELS if line_by_line(raw) else MOST_PIXELS_IN_PASSES


def _fitting(size: tuple[int, int]) -> tuple[int, int]:
    """As large as this in its shape, and no longer than what we keep."""
    longest = max(LONGEST_SIDE, *size)
    return max(1, round(size[0] * LONGEST_SIDE / longest)), max(1, round(size[1] * LONGEST_SIDE / longest))


def _plain_and_small(picture: Image.Image, size: tuple[int, int]) -> Image.Image:
    """Strip by strip: Pillow copies what it converts, lays on a ground or makes smaller, with four bytes for a pixel each time."""
    brightest = _brightest(picture)
    shrunk, made = picture.height / size[1], None
    for top, bottom in _strips(picture.width, size[1], shrunk):
        first = max(0, floor(top * shrunk) - _seen_beyond(shrunk))
        last = min(picture.height, ceil(bottom * shrunk) + _seen_beyond(shrunk))
        strip = _plain(picture.crop((0, first, picture.width, last)), brightest)
        box = (0, top * shrunk - first, picture.width, min(bottom * shrunk - first, strip.height))
        made = made or Image.new(strip.mode, size)
        made.paste(strip.resize((size[0], bottom - top), Image.Resampling.BICUBIC, box), (0, top))
    assert made is not None  # noqa: S101 - there is a strip at least
    return made


def _strips(width: int, height: int, shrunk: float) -> Iterator[tuple[int, int]]:
    """From which line to which, of the small picture."""
    lines = max(1, int(_STRIP / (width * shrunk)))
    for top in range(0, height, lines):
        yield top, min(top + lines, height)


def _seen_beyond(shrunk: float) -> int:
    """How many lines above and below have a part in a line: two of the small picture's."""
    return ceil(2 * shrunk) + 1


def _brightest(picture: Image.Image) -> float:
    """Of 16 bits of grey, as scanners of films write them, which seldom use them all."""
    high = picture.getextrema()[1] if picture.mode.startswith("I") else 1
    return high if isinstance(high, int | float) and high > 0 else 1


def _plain(picture: Image.Image, brightest: float) -> Image.Image:
    """In grey or in red, green and blue; what is transparent becomes white."""
    if picture.mode in ("L", "RGB"):
        return picture
    if picture.mode.startswith("I"):
        return picture.convert("I").point(lambda value: value * (255 / brightest)).convert("L")
    if picture.has_transparency_data:
        layered = picture.convert("RGBA")
        ground = Image.new("RGB", layered.size, "white")
        ground.paste(layered, mask=layered.getchannel("A"))
        return ground
    return picture.convert("L" if picture.mode in ("1", "LA") else "RGB")
