"""What a photo takes in memory while it is drawn anew: in a process of its own, as a ratio to its pixels."""

import sys
from pathlib import Path
from subprocess import run

import pytest

from ivr.cards.pictures import MOST_PIXELS_IN_PASSES, MOST_PIXELS_PNG, MOST_PIXELS_WEBP
from tests.cards.pictures import film

MOST_OF_ONE = 200_000_000
"""Bytes, of the largest that is taken."""
_CHILD = """
import sys
from os import fork, waitstatus_to_exitcode, wait
from pathlib import Path
from resource import RUSAGE_SELF, getrusage
from ivr.cards.uploads import clean_film
from tests.cards.pictures import film

for kind in ("JPEG", "PNG", "WEBP"):
    clean_film(film((64, 64), kind=kind))
raw = Path(sys.argv[1]).read_bytes()
if not fork():  # the most that a child has used starts with what its parent had used before it became Python; a grandchild's does not
    before = getrusage(RUSAGE_SELF).ru_maxrss
    clean_film(raw)
    print((getrusage(RUSAGE_SELF).ru_maxrss - before) * 1024, flush=True)
else:
    sys.exit(waitstatus_to_exitcode(wait()[1]))
"""

pytestmark = [pytest.mark.unmeasured, pytest.mark.skipif(sys.platform != "linux", reason="kilobytes there, and bytes elsewhere")]


def taken(tmp_path: Path, raw: bytes) -> int:
    """Bytes, at the most, beside what a process that has drawn small ones has."""
    path = tmp_path / "photo"
    path.write_bytes(raw)
    return int(run([sys.executable, "-c", _CHILD, str(path)], check=True, capture_output=True, text=True, timeout=100).stdout)


@pytest.mark.parametrize(
    ("raw", "pixels", "bytes_a_pixel"),
    [
        pytest.param(film((6000, 4000), "RGBA", (0, 0, 0, 0), "PNG"), 24_000_000, 6.5, id="transparent"),  # 16 before, all copies whole
        pytest.param(film((6000, 4000), "P", 0, "PNG"), 24_000_000, 4, id="palette"),
        pytest.param(film((6000, 4000), "I;16", 0, "PNG"), 24_000_000, 4, id="deep grey"),
        pytest.param(film((32_000, 750), "RGBA", (0, 0, 0, 0), "PNG"), 24_000_000, 6.5, id="strip of a screen"),
        pytest.param(film((8000, 6000)), 48_000_000, 2.5, id="large camera"),  # decoded at a half
        pytest.param(film((6100, 6100)), 37_200_000, 5.6, id="just too small for a half"),
        pytest.param(film((4000, 4000), "CMYK", progressive=True, subsampling=0), 16_000_000, 13, id="in passes"),
        pytest.param(film((4000, 3000), "RGBA", (0, 0, 0, 0), "WEBP"), 12_000_000, 17, id="webp"),
    ],
)
def test_the_largest_photos_take_little_for_a_pixel(tmp_path: Path, raw: bytes, pixels: int, bytes_a_pixel: float) -> None:
    measured = taken(tmp_path, raw)

    assert measured / pixels < bytes_a_pixel
    assert measured / pixels > 1  # it was measured at all
    assert bytes_a_pixel * pixels < 1.05 * MOST_OF_ONE


def test_nothing_larger_than_what_was_measured_is_taken() -> None:
    assert 6.5 * MOST_PIXELS_PNG < 1.05 * MOST_OF_ONE
    assert 13 * MOST_PIXELS_IN_PASSES <= 1.05 * MOST_OF_ONE
    assert 17 * MOST_PIXELS_WEBP <= 1.05 * MOST_OF_ONE
