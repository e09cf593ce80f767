"""Who rang, from whatever a provider sends."""

import phonenumbers
import pytest
from hypothesis import given
from hypothesis import strategies as st
from phonenumbers import PhoneNumberType

from ivr.model.values import CallerKind, Phone
from ivr.numbering import Party, identify, line_number

HOTLINE = Phone("+918061914343")
OWN = frozenset({HOTLINE, Phone("+15005550006")})
NOBODY: frozenset[Phone] = frozenset()

WITHHELD, SPECIAL, INVALID = CallerKind.WITHHELD, CallerKind.SPECIAL, CallerKind.INVALID
MOBILE, LANDLINE, FOREIGN, OWN_LINE = CallerKind.MOBILE, CallerKind.LANDLINE, CallerKind.FOREIGN, CallerKind.OWN_LINE


@pytest.mark.parametrize(
    ("text", "e164"),
    [
        ("+919845012345", "+919845012345"),
        ("919845012345", "+919845012345"),
        ("09845012345", "+919845012345"),
        ("9845012345", "+919845012345"),
        ("00919845012345", "+919845012345"),
        ("0919845012345", "+919845012345"),
        (" 919845012345", "+919845012345"),  # an unquoted + in a query string
        ("+91 98450-12345", "+919845012345"),
        ("++919845012345", "+919845012345"),
        ("6000000000", "+916000000000"),
        ("7012345678", "+917012345678"),
        ("9119845012", "+919119845012"),  # begins with 91, and is ten digits all the same
        ("8001234567", "+918001234567"),
        ("+918076667211", "+918076667211"),  # a range of Delhi mobiles and Bengaluru landlines both
        ("08130736936", "+918130736936"),
        ("+917378742833", "+917378742833"),  # with its country it is a number, without it RESTRICTED on a keypad
    ],
)
def test_a_valid_indian_mobile_is_a_mobile_in_every_form(text: str, e164: str) -> None:
    assert identify(text, OWN) == Party(MOBILE, Phone(e164))


@pytest.mark.parametrize(
    ("text", "kind", "e164"),
    [
        ("08061914344", LANDLINE, "+918061914344"),  # Bengaluru, though it looks like a mobile
        ("8061914344", LANDLINE, "+918061914344"),
        ("918061914344", LANDLINE, "+918061914344"),
        ("+918061914344", LANDLINE, "+918061914344"),
        ("02222704545", LANDLINE, "+912222704545"),
        ("08061914343", OWN_LINE, "+918061914343"),
        ("8061914343", OWN_LINE, "+918061914343"),
        ("+918061914343", OWN_LINE, "+918061914343"),
        ("15005550006", OWN_LINE, "+15005550006"),
        ("+12025550123", FOREIGN, "+12025550123"),
        ("12025550123", FOREIGN, "+12025550123"),  # E.164 without its plus sign
        ("+447911123456", FOREIGN, "+447911123456"),
        ("00447911123456", FOREIGN, "+447911123456"),
        ("447911123456", FOREIGN, "+447911123456"),
        ("+26652123456", FOREIGN, "+26652123456"),  # Lesotho, the country that ANONYMOUS seems to ring from
        ("+881612345678", FOREIGN, "+881612345678"),  # a satellite phone
    ],
)
def test_other_real_numbers_are_known_but_are_no_mobiles(text: str, kind: CallerKind, e164: str) -> None:
    assert identify(text, OWN) == Party(kind, Phone(e164))


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        *[
            (text, WITHHELD)
            for text in ("", " ", "\t", "anonymous", "Anonymous", "ANONYMOUS", "Restricted", "unavailable", "unknown", "private")
        ],
        *[(text, WITHHELD) for text in ("blocked", "Private Number", "sip:anonymous@anonymous.invalid", "No Caller ID")],
        *[(text, WITHHELD) for text in ("+266696687", "266696687", "+7378742833", "7378742833", "+86282452253", "+8656696", "+2562533")],
        *[(text, SPECIAL) for text in ("client:x", "sip:x@y", "sip:+919845012345@host", "sips:x@y", "whatsapp:+919845012345")],
        *[(text, SPECIAL) for text in ("AD-SANDHI", "JX-BANKIN-S", "SANDHI", "98450A", "984501234A")],
        *[(text, SPECIAL) for text in ("56161", "+56161", "112", "108", "100", "1909", "1930", "+91112", "121", "567678", "431117")],
        *[(text, SPECIAL) for text in ("1401234567", "+911409845012", "01401234567", "1600123456", "+911600123456", "16001234567")],
        *[(text, SPECIAL) for text in ("1601234567", "18001234567", "1800123456", "+9118001234567", "1860123456", "1800 123 4567")],
        *[
            (text, INVALID)
            for text in ("0", "00", "+", "++", "91", "+91", "12", "+910000000000", "5845012345", "+919845012", "9198450123456")
        ],
        *[(text, INVALID) for text in ("９８４５０１２３４５", "+९१९८४५०१२३४५", "98450\x0012345", "98450\n12345", "\u202e9845012345")],
        *[
            (text, INVALID)
            for text in ("9845012345;ext=5", "9845012345,1", "<script>", "' OR 1=1", "+91+919845012345", "😀", "-9845012345")
        ],
        ("+49645807699346309", INVALID),  # a valid German number, and longer than E.164
        ("1861110773899", SPECIAL),  # a premium rate number
        *[
            ("9" * 10_000, INVALID),
            ("+" * 10_000, INVALID),
            ("x" * 10_000, INVALID),
            ("0" * 64, INVALID),
            (" " * 64 + "9845012345", INVALID),
        ],
    ],
)
def test_what_names_nobody_we_could_reach_has_no_number(text: str, kind: CallerKind) -> None:
    assert identify(text, OWN) == Party(kind, None)


@pytest.mark.parametrize(
    ("text", "e164"),
    [
        ("08061914343", "+918061914343"),
        ("8061914343", "+918061914343"),
        ("918061914343", "+918061914343"),
        ("+918061914343", "+918061914343"),
        ("080-6191 4343", "+918061914343"),
        ("18001234567", "+9118001234567"),  # a toll-free line is a line
        ("+15005550006", "+15005550006"),
        ("15005550006", "+15005550006"),
    ],
)
def test_a_line_is_the_same_in_every_form(text: str, e164: str) -> None:
    assert line_number(text) == Phone(e164)


@pytest.mark.parametrize("text", ["", "anonymous", "sip:x@y", "12345", "0806191434", "+49645807699346309", "8" * 10_000, "\x00"])
def test_what_is_no_number_is_no_line(text: str) -> None:
    assert line_number(text) is None


def test_the_same_number_is_a_landline_for_a_clinic_that_does_not_own_it() -> None:
    assert identify("08061914343", OWN).kind is OWN_LINE
    assert identify("08061914343", NOBODY).kind is LANDLINE


def test_a_party_shows_no_number() -> None:
    assert "98450" not in repr(identify("9845012345", OWN))


digits = st.text("0123456789", min_size=1, max_size=16)
dialled = st.builds(str.__add__, st.sampled_from(["", "+", "0", "00", "+91", "91", "091", "0091"]), digits)


@given(
    st.text()
    | st.text(st.characters(max_codepoint=127))
    | dialled
    | st.builds("{}{}{}".format, st.text(max_size=3), dialled, st.text(max_size=3))
)
def test_nothing_a_stranger_sends_raises(text: str) -> None:
    party = identify(text, OWN)
    assert (party.phone is not None) == (party.kind in {MOBILE, LANDLINE, FOREIGN, OWN_LINE})
    line = line_number(text)
    if party.phone is not None:
        assert line == party.phone


@given(st.builds(str.__add__, st.sampled_from(["", "+91", "91", "0"]), st.from_regex(r"[5-9][0-9]{9}", fullmatch=True)) | dialled)
def test_a_mobile_is_one_for_the_numbering_plan_too(text: str) -> None:
    party = identify(text, NOBODY)
    if party.kind is MOBILE:
        assert party.phone is not None
        number = phonenumbers.parse(party.phone.e164)
        assert phonenumbers.is_valid_number(number)
        assert phonenumbers.number_type(number) in {PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE_OR_MOBILE}
        assert party.phone.e164[:3] == "+91"
        assert party.phone.e164[3] in "6789"
        assert identify(party.phone.e164, NOBODY) == party


def test_the_cache_is_bounded() -> None:
    from ivr import numbering

    for n in range(5000):
        identify(f"+9198450{n:05}", NOBODY)
    assert numbering._identify.cache_info().currsize <= 4096
