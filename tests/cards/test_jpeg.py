"""JPEGs, cut without being decoded."""

from io import BytesIO

import pytest
from PIL import Image

from ivr.cards.jpeg import bare, line_by_line, segments
from tests.cards.pictures import SECRET, film, with_a_place


def beside(marker: int, content: bytes) -> bytes:
    """A photo with this segment after its start."""
    raw = film((8, 8))
    return raw[:2] + bytes((0xFF, marker)) + (len(content) + 2).to_bytes(2, "big") + content + raw[2:]


def pixels(raw: bytes) -> bytes:
    return Image.open(BytesIO(raw)).tobytes()


@pytest.mark.parametrize("marker", [*range(0xE0, 0xF0), 0xF0, 0xFD, 0xFE])
def test_no_segment_for_people_or_programs_stays(marker: int) -> None:
    raw = beside(marker, b"Anything\x00" + SECRET)

    assert SECRET not in bare(raw)
    assert pixels(bare(raw)) == pixels(film((8, 8)))


@pytest.mark.parametrize(
    ("marker", "content", "kept"),
    [
        (0xE0, b"JFIF\x00\x01\x02\x01\x00\x48\x00\x48\x01\x01" + SECRET[:3], b"JFIF\x00\x01\x02\x01\x00\x48\x00\x48\x00\x00\xff"),
        (0xE0, b"JFXX\x00\x10" + SECRET, b""),
        (0xE2, b"ICC_PROFILE\x00\x01\x01" + SECRET, b"ICC_PROFILE\x00\x01\x01" + SECRET),
        (0xE2, b"MPF\x00" + SECRET, b""),
        (0xEE, b"Adobe\x00\x64\x00\x00\x00\x00\x01" + SECRET, b"Adobe\x00\x64\x00\x00\x00\x00\x01\xff"),
    ],
)
def test_what_a_decoder_needs_for_the_colours_stays_and_no_more(marker: int, content: bytes, kept: bytes) -> None:
    made = bare(beside(marker, content))

    assert kept in made
    assert (SECRET in made) == (SECRET in kept)


@pytest.mark.parametrize("options", [{}, {"progressive": True}, {"restart_marker_blocks": 1}, {"keep_rgb": True}])
@pytest.mark.parametrize("mode", ["RGB", "L", "CMYK"])
def test_the_picture_stays_bit_by_bit(mode: str, options: dict[str, object]) -> None:
    made = BytesIO()
    Image.effect_noise((90, 70), 80).convert(mode).save(made, "JPEG", comment=SECRET, **options)  # type: ignore[arg-type]
    raw = made.getvalue()

    assert SECRET not in bare(raw + SECRET)
    assert pixels(bare(raw)) == pixels(raw)
    assert bare(bare(raw)) == bare(raw)


@pytest.mark.parametrize(
    "rest",
    [
        b"",
        b"\xff",
        b"\xff\xff\xff",
        b"\xff\xe1",
        b"\xff\xe1\x00\x01",
        b"\xff\xe1\x00\x09" + SECRET[:3],
        b"\xff\xd9",
        SECRET,
        b"\xff\xd0" * 9,
        b"\xff\xfe\x00\x02" * 9000,
    ],
)
def test_what_is_no_jpeg_is_not_passed_on(rest: bytes) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - each says it otherwise
        bare(b"\xff\xd8" + rest)


@pytest.mark.parametrize("raw", [b"", SECRET, SECRET + film()])
def test_what_does_not_start_as_a_jpeg_is_not_passed_on(raw: bytes) -> None:
    with pytest.raises(ValueError, match="start"):
        bare(raw)


def test_wherever_a_photo_is_cut_off_nothing_is_told() -> None:
    raw = with_a_place()[: -len(SECRET)]
    for end in range(0, len(raw), 7):
        try:
            told = bare(raw[:end])
        except ValueError:
            continue
        assert b"Exif" not in told
        assert b"xmpmeta" not in told


def test_a_long_run_of_ff_takes_no_longer_than_other_bytes() -> None:
    """8 MB, which would never end if the run was gone through from each of its places."""
    raw = film((8, 8))
    scan = next(each for each in segments(raw) if each.marker == 0xDA)
    assert bare(raw.replace(scan.drawing, b"\xff" * 8_000_000 + b"\x00")).endswith(b"\xff\x00\xff\xd9")


@pytest.mark.parametrize(
    ("raw", "flows"),
    [
        (film(), True),
        (film(mode="L"), True),
        (film(mode="CMYK"), True),
        (film(progressive=True), False),
        (b"", False),
        (b"\xff\xd8\xff\xda", False),
    ],
)
def test_a_photo_in_one_pass_is_known(raw: bytes, flows: bool) -> None:
    assert line_by_line(raw) is flows


def test_a_photo_whose_layers_come_one_after_the_other_is_not_in_one_pass() -> None:
    raw = film()
    scan = next(each for each in segments(raw) if each.marker == 0xDA)
    assert not line_by_line(raw.replace(scan.content, b"\x01\x01\x00\x00\x3f\x00"))
