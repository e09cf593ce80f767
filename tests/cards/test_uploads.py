"""What people upload: judged by its content, made anew, and never a danger to whoever looks at it."""

from io import BytesIO
from math import sin

import pytest
from PIL import Image, ImageChops
from PIL.ExifTags import Base
from pypdf import PdfReader
from pypdf.generic import StreamObject

from ivr.cards.papers import MOST_PAGES
from ivr.cards.pictures import LONGEST_SIDE
from ivr.cards.uploads import JPEG, MOST_BYTES, PDF, Fault, Unfit, clean_film, clean_paper
from tests.cards import pictures
from tests.cards.pictures import SECRET, film, pdf


def fault_of(raw: bytes, clean=clean_film) -> Fault:  # type: ignore[no-untyped-def]
    with pytest.raises(Unfit) as refused:
        clean(raw)
    return refused.value.fault


def seen(raw: bytes) -> Image.Image:
    return Image.open(BytesIO(clean_film(raw).content), formats=["JPEG"])


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize("mode", ["RGB", "L"])
def test_a_photo_becomes_a_plain_jpeg(kind: str, mode: str) -> None:
    clean = clean_film(film(mode=mode, colour=0, kind=kind))

    assert clean.media_type == JPEG
    assert seen(clean.content).size == (300, 400)


@pytest.mark.parametrize("raw", [pictures.with_a_place(), pictures.png_with_words()])
def test_nothing_comes_along_but_the_picture(raw: bytes) -> None:
    assert SECRET in raw

    clean = clean_film(raw)

    assert SECRET not in clean.content
    assert b"Exif" not in clean.content
    assert dict(seen(raw).getexif()) == {}
    assert {*seen(raw).info} <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}


def test_a_photo_that_was_taken_sideways_is_upright() -> None:
    assert seen(pictures.with_a_place()).size == (200, 300)


def test_a_large_photo_is_made_smaller_and_keeps_its_shape() -> None:
    assert seen(film((6000, 4000))).size == (LONGEST_SIDE, LONGEST_SIDE * 2 // 3)


@pytest.mark.parametrize("turn", [1, 6])
def test_a_picture_that_is_drawn_strip_by_strip_shows_no_seams(turn: int) -> None:
    wave = Image.new("L", (1, 3100))
    wave.putdata([int(128 + 100 * sin(line / 9)) for line in range(3100)])
    waves = wave.resize((4000, 3100))
    exif = Image.Exif()
    exif[Base.Orientation] = turn
    made = BytesIO()
    waves.save(made, "PNG", exif=exif)

    drawn = seen(made.getvalue())

    whole = waves.resize((3072, 2381), Image.Resampling.BICUBIC)
    difference = ImageChops.difference(drawn, whole.transpose(Image.Transpose.ROTATE_270) if turn == 6 else whole)
    assert difference.getextrema()[1] < 8  # what JPEG costs; a line in the wrong place makes 11


def test_a_picture_with_few_colours_is_made_smaller_softly() -> None:
    lines = Image.effect_noise((4000, 4000), 100).convert("1")
    made = BytesIO()
    lines.save(made, "PNG")

    drawn = seen(made.getvalue())

    assert drawn.size == (LONGEST_SIDE, LONGEST_SIDE)
    assert sum(drawn.histogram()[60:200]) > 100_000  # greys, which the original has not


def test_sixteen_bits_of_grey_stay_a_picture() -> None:
    deep = Image.new("I;16", (2, 1))
    deep.putpixel((1, 0), 4000)
    made = BytesIO()
    deep.resize((80, 40), Image.Resampling.NEAREST).save(made, "PNG")

    picture = seen(made.getvalue())

    assert picture.getpixel((5, 20)) == 0
    assert picture.getpixel((75, 20)) == 255


@pytest.mark.parametrize(("mode", "colour"), [("RGBA", (0, 0, 0, 0)), ("LA", (0, 0))])
def test_what_is_transparent_becomes_white(mode: str, colour: tuple[int, ...]) -> None:
    pixel = seen(film(mode=mode, colour=colour, kind="PNG")).convert("L").getpixel((10, 10))
    assert pixel == 255


@pytest.mark.parametrize("mode", ["1", "P", "CMYK"])
def test_every_kind_of_colour_is_read(mode: str) -> None:
    assert seen(film(mode=mode, colour=1, kind="JPEG" if mode == "CMYK" else "PNG")).size == (300, 400)


@pytest.mark.parametrize(
    ("raw", "fault"),
    [
        (b"", Fault.EMPTY),
        (b"\xff\xd8\xff" + bytes(MOST_BYTES), Fault.TOO_LARGE),
        (b"GIF89a" + bytes(100), Fault.NO_PICTURE),
        (b"BM" + bytes(100), Fault.NO_PICTURE),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", Fault.NO_PICTURE),
        (b"<!doctype html><script>alert(1)</script>", Fault.NO_PICTURE),
        (b"%!PS-Adobe-3.0 EPSF-3.0\n", Fault.NO_PICTURE),
        (b"\x00\x00\x00\x18ftypheic", Fault.NO_PICTURE),
        (pdf(), Fault.NO_PICTURE),
        (film()[: len(film()) // 2], Fault.BROKEN),
        (film(kind="PNG")[:60], Fault.BROKEN),
        (pictures.bomb(), Fault.TOO_MANY_PIXELS),
        (pictures.bomb(8000), Fault.TOO_MANY_PIXELS),
        (pictures.bomb(5001), Fault.TOO_MANY_PIXELS),
        (film((40_000, 10), "1", 0, "PNG"), Fault.TOO_MANY_PIXELS),
        (film((4001, 4000), progressive=True), Fault.TOO_MANY_PIXELS),
        (film((4000, 3001), kind="WEBP"), Fault.TOO_MANY_PIXELS),
    ],
)
def test_what_is_no_fit_photo_is_refused_with_its_reason(raw: bytes, fault: Fault) -> None:
    assert fault_of(raw) is fault


def test_a_film_in_several_formats_that_pillow_knows_is_refused_all_the_same() -> None:
    for kind in ("GIF", "BMP", "TIFF", "PPM", "ICO"):
        assert fault_of(film((64, 64), kind=kind)) is Fault.NO_PICTURE


def test_a_prescription_is_a_photo_or_a_pdf() -> None:
    assert clean_paper(film()).media_type == JPEG
    assert clean_paper(pdf(2)).media_type == PDF


def test_a_pdf_keeps_its_pages_and_nothing_else() -> None:
    raw = pictures.scripted_pdf()
    assert SECRET in raw

    clean = clean_paper(raw).content

    assert len(PdfReader(BytesIO(clean)).pages) == 1
    for gone in (SECRET, b"alert", b"JavaScript", b"elsewhere.example", b"more.exe"):
        assert gone not in clean


@pytest.mark.parametrize("deflated", [False, True])
def test_what_is_written_beside_the_pictures_of_a_pdf_stays_behind(deflated: bool) -> None:
    photo = film((60, 40), exif=_exif(), comment=SECRET, xmp=SECRET) + SECRET
    raw = pictures.pdf_with_a_photo(photo, deflated=deflated)
    assert SECRET in raw

    clean = clean_paper(raw).content

    for gone in (SECRET, b"/Metadata", b"/PieceInfo", b"/LastModified", b"D:19990101"):
        assert gone not in clean
    kept = _photo_of(clean)
    assert (kept["/Filter"], kept["/DecodeParms"]["/ColorTransform"]) == ("/DCTDecode", 1)
    assert b"Exif" not in kept.get_data()
    assert _pixels(kept.get_data()) == _pixels(photo)


@pytest.mark.parametrize("spoilt", [SECRET, b"", b"\xff\xd8" + SECRET, b"\xff\xd8\xff\xe1\xff\xffExif" + SECRET, b"\xff\xd8\xff\xd9"])
def test_a_pdf_with_a_photo_that_cannot_be_gone_through_is_refused(spoilt: bytes) -> None:
    assert fault_of(pictures.pdf_with_a_photo(spoilt), clean_paper) is Fault.BROKEN


def test_a_pdf_with_a_photo_that_swells_is_refused() -> None:
    scan = b"\xff\xda\x00\x02"
    swelling = film((8, 8)).replace(b"\xff\xda", scan + bytes(MOST_BYTES) + b"\xff\xda")
    raw = pictures.pdf_with_a_photo(swelling, deflated=True)
    assert len(raw) < 20_000

    assert fault_of(raw, clean_paper) is Fault.TOO_LARGE


def _exif() -> bytes:
    exif = Image.Exif()
    exif[Base.Artist] = SECRET.decode()
    return exif.tobytes()


def _photo_of(raw: bytes) -> StreamObject:
    form = PdfReader(BytesIO(raw)).pages[0]["/Resources"]["/XObject"]["/Form"]  # type: ignore[index]
    return form["/Resources"]["/XObject"]["/Photo"]  # type: ignore[no-any-return]


def _pixels(raw: bytes) -> bytes:
    return Image.open(BytesIO(raw)).tobytes()


@pytest.mark.parametrize(
    ("raw", "fault"),
    [
        (pictures.locked_pdf(), Fault.LOCKED),
        (pdf(MOST_PAGES + 1), Fault.TOO_LONG),
        (pictures.pdf_with_a_script_in_its_page(), Fault.ACTIVE),
        (b"%PDF-1.7\n" + bytes(200), Fault.BROKEN),
        (pdf()[:80], Fault.BROKEN),
        (b"%PDF-1.7\n" + bytes(MOST_BYTES), Fault.TOO_LARGE),
    ],
)
def test_a_pdf_that_is_no_prescription_is_refused_with_its_reason(raw: bytes, fault: Fault) -> None:
    assert fault_of(raw, clean_paper) is fault
