"""Photos, decoded and drawn anew as plain JPEG: no place, no camera, no names and nothing hidden behind the picture comes along."""

import logging
from io import BytesIO

from PIL import Image, ImageOps, UnidentifiedImageError

from ivr.cards.uploads import Fault, Unfit

log = logging.getLogger(__name__)

MOST_PIXELS = 50_000_000
"""The largest cameras of common phones; a picture of so many takes 150 MB in memory. Looked at before anything is decoded."""
LONGEST_SIDE = 3072
"""Pixels: what a film on a light box shows, and a doctor's telephone can load."""
_QUALITY = 88
_FORMATS = ("JPEG", "PNG", "WEBP")


def redrawn(raw: bytes) -> bytes:
    """A JPEG of what the picture shows, upright, on white, 3072 pixels at its longest side. Unfit."""
    try:
        with Image.open(BytesIO(raw), formats=_FORMATS) as opened:
            if opened.width * opened.height > MOST_PIXELS:
                raise Unfit(Fault.TOO_MANY_PIXELS)
            opened.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))  # a large JPEG is decoded at a half, a quarter or an eighth of its size
            picture = _plain(ImageOps.exif_transpose(opened))
        picture.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
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


def _plain(picture: Image.Image) -> Image.Image:
    """In grey or in red, green and blue; what is transparent becomes white."""
    if picture.mode in ("L", "RGB"):
        return picture.copy()
    if picture.mode.startswith("I"):  # 16 bits of grey, as scanners of films write them
        deep = picture.convert("I")
        high = deep.getextrema()[1]
        brightest = high if isinstance(high, int | float) and high > 0 else 1
        return deep.point(lambda value: value * (255 / brightest)).convert("L")
    if picture.has_transparency_data:
        layered = picture.convert("RGBA")
        ground = Image.new("RGB", layered.size, "white")
        ground.paste(layered, mask=layered.getchannel("A"))
        return ground
    return picture.convert("L" if picture.mode in ("1", "LA") else "RGB")
