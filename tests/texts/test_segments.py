"""What a text costs: 160 and 153 septets, 70 and 67 units."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.texts.segments import Encoding, Segments, count

GSM, UCS = Encoding.GSM_7, Encoding.UCS_2


@pytest.mark.parametrize(
    ("body", "encoding", "units", "parts"),
    [
        ("", GSM, 0, 1),
        ("a" * 160, GSM, 160, 1),
        ("a" * 161, GSM, 161, 2),
        ("a" * 306, GSM, 306, 2),
        ("a" * 307, GSM, 307, 3),
        ("a" * 459, GSM, 459, 3),
        ("a" * 460, GSM, 460, 4),
        ("@£$¥èéùìòÇØøÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ¤¡ÄÖÑÜ§¿äöñüà\n\r", GSM, 44, 1),
        ("€", GSM, 2, 1),
        ("[x]", GSM, 5, 1),
        ("^{}\\[~]|€\f", GSM, 20, 1),
        ("€" * 80, GSM, 160, 1),
        ("€" * 81, GSM, 162, 2),
        ("a" * 152 + "€" * 10, GSM, 172, 2),
        ("€" * 152, GSM, 304, 2),  # 76 pairs in each part: 152 of 153 septets
        ("€" * 153, GSM, 306, 3),  # 306 septets would fit two parts if a pair could be split
        ("`", UCS, 1, 1),
        ("ç", UCS, 1, 1),
        ("it’s", UCS, 4, 1),  # a typographer's apostrophe more than doubles the price
        ("₹", UCS, 1, 1),
        ("Rs 249" + " " * 154, GSM, 160, 1),
        ("₹249" + " " * 156, UCS, 160, 3),
        ("न" * 70, UCS, 70, 1),
        ("न" * 71, UCS, 71, 2),
        ("ನ" * 134, UCS, 134, 2),
        ("ನ" * 135, UCS, 135, 3),
        ("नमस्ते", UCS, 6, 1),
        ("😀", UCS, 2, 1),
        ("😀" * 35, UCS, 70, 1),
        ("😀" * 36, UCS, 72, 2),
        ("😀" * 66, UCS, 132, 2),  # 33 pairs in each part
        ("😀" * 67, UCS, 134, 3),  # 134 units would fit two parts if a pair could be split
        ("[न]", UCS, 3, 1),  # the extension table is GSM-7's only
        ("\x1b", UCS, 1, 1),
        ("\ud800", UCS, 1, 1),
    ],
)
def test_a_body_costs_what_the_network_counts(body: str, encoding: Encoding, units: int, parts: int) -> None:
    assert count(body) == Segments(encoding, units, parts)


@given(st.text(max_size=500))
def test_segments_hold_the_units_and_waste_at_most_one_each(body: str) -> None:
    found = count(body)
    alone, each = (160, 153) if found.encoding is GSM else (70, 67)
    assert (found.parts == 1) == (found.units <= alone)
    if found.parts > 1:
        assert (each - 1) * (found.parts - 1) < found.units <= each * found.parts


@given(st.text(max_size=200))
def test_units_of_ucs_2_are_those_of_utf_16(body: str) -> None:
    found = count("₹" + body)
    assert found.units == len(("₹" + body).encode("utf-16-le", "surrogatepass")) // 2
