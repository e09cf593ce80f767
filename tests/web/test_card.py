"""The consult card, as its doctor, another doctor and a stranger ask for it."""

from io import BytesIO

import pytest
from flask.testing import FlaskClient

from ivr.cards.pins import choose_pin
from ivr.cards.uploads import MOST_BYTES, PDF, Clean
from ivr.store import cards
from ivr.wiring import App
from tests.cards.conftest import app as app
from tests.cards.conftest import visitor as visitor
from tests.cards.conftest import ward as ward
from tests.cards.pictures import film, locked_pdf, pdf
from tests.cards.ward import DAY, IYER, OTHER_PIN, PIN, RAO, Browser, Ward, queries
from tests.web.paid import ASHA, rows

pytestmark = pytest.mark.halved


@pytest.fixture
def rao(ward: Ward, visitor: FlaskClient) -> Browser:
    """Dr. Rao's browser, at the link in the SMS."""
    return Browser(visitor, ward.accepts().path("card", RAO))


@pytest.fixture
def inside(rao: Browser) -> Browser:
    """With the PIN entered."""
    assert rao.sends(pin=PIN).status_code == 303
    return rao


def papers(*files: bytes) -> list[tuple[BytesIO, str]]:
    return [(BytesIO(each), "my file.exe") for each in files]


def test_before_the_pin_nothing_of_the_patient_is_shown(ward: Ward, rao: Browser) -> None:
    ward.consult_is(flags="amber, age 71", patient_name=ward.app.vault.seal(b"Asha Kumari"))

    page = rao.sees()

    assert "Dr. Meera Rao, please enter your PIN" in page
    for told in ("Asha", "41", "knee", "amber", "71", ASHA[-10:]):
        assert told not in page


def test_a_look_changes_nothing(ward: Ward, rao: Browser, visitor: FlaskClient) -> None:
    before = rows(ward.app)
    rao.sees()
    visitor.head(rao.path)
    assert rows(ward.app) == before


def test_the_pin_opens_the_card_and_leaves_its_mark(ward: Ward, rao: Browser) -> None:
    ward.consult_is(flags="amber, age 71", patient_name=ward.app.vault.seal(b"Asha <b>Kumari"))
    ward.saw_before("needs_visit")

    entered = rao.sends(pin=" 480 216 ")

    assert entered.status_code == 303
    assert entered.headers["Location"] == rao.path
    page = rao.sees()
    signs = [
        "Asha &lt;b&gt;Kumari",
        "41",
        "knee",
        "age 71",
        "rang for themselves",
        "needs visit",
        "(11112222)",
        "Dr. Meera Rao, MS (Ortho)",
    ]
    for sign in [*signs, "Karnataka Medical Council, registration KMC-1001", "Yes to: Any cancer before", "List O only", "Schedule X"]:
        assert sign in page
    assert "press 1" not in page
    assert ASHA[-10:] not in page
    assert ward.events == ["card_opened"]
    assert ward.card.opened_at == ward.clock.now()


def test_the_cookie_is_for_this_card_alone_and_no_script_and_half_an_hour(ward: Ward, rao: Browser) -> None:
    cookie = rao.sends(pin=PIN).headers["Set-Cookie"]

    assert {part.strip() for part in cookie.split(";")[1:]} >= {f"Path={rao.path}", "HttpOnly", "Secure", "SameSite=Strict", "Max-Age=1800"}
    assert ward.rao not in cookie
    ward.clock.forward(minutes=29)
    assert "knee" in rao.sees()
    ward.clock.forward(minutes=1)
    assert "knee" not in rao.sees()


@pytest.mark.parametrize(("old", "new"), [("=", "=9"), (".", "x."), (".", ".0"), (".", "")])
def test_a_cookie_that_was_tampered_with_opens_nothing(rao: Browser, visitor: FlaskClient, old: str, new: str) -> None:
    value = rao.sends(pin=PIN).headers["Set-Cookie"].partition(";")[0].replace(old, new, 1)
    visitor.delete_cookie("card", path=rao.path, domain="calls.example")

    page = visitor.get(rao.path, headers={"Cookie": value}, base_url="https://calls.example").text

    assert "please enter your PIN" in page


def test_the_cookie_of_one_card_opens_no_other(ward: Ward, inside: Browser, visitor: FlaskClient) -> None:
    value = visitor.get_cookie("card", path=inside.path, domain="calls.example")
    assert value is not None
    ward.accepts(ward.hires("Dr. Iyer", IYER, "KMC-1002", OTHER_PIN))
    theirs = ward.path("card", IYER)

    page = visitor.get(theirs, headers={"Cookie": f"card={value.value}"}, base_url="https://calls.example").text

    assert "Dr. Iyer, please enter your PIN" in page


def test_another_doctors_pin_opens_nothing(ward: Ward, rao: Browser) -> None:
    ward.hires("Dr. Iyer", IYER, "KMC-1002", OTHER_PIN)

    refused = rao.sends(pin=OTHER_PIN)

    assert refused.status_code == 403
    assert "That is not your PIN. Tries left: 4." in refused.text


def test_a_doctor_who_lost_the_consult_to_another_has_a_link_that_opens_nothing(ward: Ward, inside: Browser) -> None:
    ward.accepts(ward.hires("Dr. Iyer", IYER, "KMC-1002", OTHER_PIN))

    assert inside.file("").status_code == 410
    assert inside.sends(do="note", note="x").status_code == 410


def test_five_wrong_pins_lock_the_card_until_the_doctor_has_a_new_one(ward: Ward, rao: Browser) -> None:
    answers = [rao.sends(pin="111222") for _ in range(5)]

    assert [answer.status_code for answer in answers] == [403] * 5
    assert "locked, because a wrong PIN was entered five times" in answers[-1].text
    assert "locked" in rao.sends(pin=PIN).text
    [alarm] = ward.alarms
    assert (alarm.kind, alarm.key) == ("card_locked", ward.asha.row.reference)
    assert ward.events == ["card_locked"]

    choose_pin(ward.app.database, "KMC-1001", OTHER_PIN, ward.clock.now())
    assert rao.sends(pin=OTHER_PIN).status_code == 303


def test_the_right_pin_forgives_the_wrong_ones(rao: Browser) -> None:
    for _ in range(3):
        for _ in range(4):
            assert rao.sends(pin="111222").status_code == 403
        assert rao.sends(pin=PIN).status_code == 303
        rao.sends(do="close")


def test_guessing_from_card_to_card_of_one_doctor_is_slowed_down(ward: Ward, rao: Browser) -> None:
    for _ in range(3):
        for _ in range(4):
            last = rao.sends(pin="111222")
        ward.app.database.write(lambda tx: _forgive(tx, ward))
    assert last.status_code == 429
    assert "Too many tries" in last.text


def _forgive(tx, ward: Ward) -> None:  # type: ignore[no-untyped-def]
    cards.change(tx, ward.asha.id, wrong_pins=0)


@pytest.mark.parametrize("pin", ["", "12345", "1234567", "abcdef", "48021６", "4" * 100_0])
def test_what_is_no_pin_counts_as_no_try(ward: Ward, rao: Browser, pin: str) -> None:
    assert rao.sends(pin=pin).status_code == 400
    assert ward.card.wrong_pins == 0


def test_a_doctor_without_a_pin_is_told_how_to_get_one(ward: Ward, visitor: FlaskClient) -> None:
    ward.accepts(ward.hires("Dr. Iyer", IYER, "KMC-1002"))
    iyer = Browser(visitor, ward.path("card", IYER))

    assert "You have not chosen a PIN yet" in iyer.sees()
    assert iyer.sends(pin=PIN).status_code == 403
    assert ward.card.wrong_pins == 0


def test_a_new_pin_closes_what_the_old_one_opened(ward: Ward, inside: Browser) -> None:
    choose_pin(ward.app.database, "KMC-1001", OTHER_PIN, ward.clock.now())
    assert "please enter your PIN" in inside.sees()


def test_the_link_is_over_after_a_day(ward: Ward, inside: Browser) -> None:
    ward.clock.forward(minutes=DAY)
    assert inside.file("").status_code == 410


def test_a_form_from_elsewhere_does_nothing(ward: Ward, inside: Browser) -> None:
    elsewhere = {"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"}

    assert inside.sends(elsewhere, do="note", note="x").status_code == 403
    assert inside.sends(elsewhere, do="promise").status_code == 403
    assert (ward.card.note, ward.card.promised_at) == (None, None)


def test_a_note_is_kept_and_can_be_changed(ward: Ward, inside: Browser) -> None:
    assert "Your note is saved." in inside.sends(do="note", note="Rest\r\nand ice </textarea>").text
    assert "Rest\nand ice &lt;/textarea&gt;</textarea>" in inside.sees()
    inside.sends(do="note", note="  ")
    assert ward.card.note is None
    assert ward.events == ["card_opened", "note_written", "note_written"]


def test_a_note_written_for_too_long_is_not_lost(ward: Ward, inside: Browser) -> None:
    ward.clock.forward(minutes=31)

    closed = inside.sends(do="note", note='He said: "ice"')

    assert closed.status_code == 403
    assert "What you wrote is kept" in closed.text
    assert 'name="note" value="He said: &#34;ice&#34;"' in closed.text
    assert inside.sends(pin=PIN, note='He said: "ice"').status_code == 303
    assert "He said: &#34;ice&#34;" in inside.sees()


def test_working_on_the_card_keeps_it_open(ward: Ward, inside: Browser) -> None:
    for _ in range(4):
        ward.clock.forward(minutes=20)
        assert inside.sends(do="note", note="still here").status_code == 200


def test_a_card_that_is_closed_is_closed(inside: Browser) -> None:
    assert inside.sends(do="close").status_code == 200
    assert "please enter your PIN" in inside.sees()


def test_a_prescription_may_be_promised_and_taken_back(ward: Ward, inside: Browser) -> None:
    assert "stays open until you send it" in inside.sends(do="promise").text
    first = ward.card.promised_at
    ward.clock.forward(minutes=1)
    inside.sends(do="promise")
    assert ward.card.promised_at == first
    inside.sends(do="unpromise")
    assert ward.card.promised_at is None
    assert ward.events == ["card_opened", "prescription_not_needed", "prescription_promised"]


def test_a_prescription_needs_the_doctors_word(ward: Ward, inside: Browser) -> None:
    refused = inside.sends(do="prescribe", paper=papers(film()))

    assert refused.status_code == 400
    assert "please tick what you attest" in refused.text
    assert ward.stored == []


def test_a_prescription_goes_to_the_patient(ward: Ward, inside: Browser, visitor: FlaskClient) -> None:
    sent = inside.sends(do="prescribe", attested="yes", paper=papers(film(), pdf()))

    assert "The prescription is with the patient." in sent.text
    assert ward.card.attested_at == ward.card.sent_at == ward.clock.now()
    assert [row.media_type for row in ward.stored] == ["image/jpeg", "application/pdf"]
    assert len(ward.texts("prescription_link")) == 1
    assert [inside.file(query).status_code for query in queries(sent.text, "film")] == [200, 200]


@pytest.mark.parametrize(
    ("files", "status", "said"),
    [
        ((), 400, "Choose the prescription first"),
        ((film(), b"<script>"), 400, "File 2: it is neither a photo"),
        ((locked_pdf(),), 400, "this PDF has a password"),
        ((film(),) * 5, 400, "4 at most"),
        ((bytes(MOST_BYTES),) * 5, 413, "too large together"),
    ],
)
def test_half_a_prescription_is_none(ward: Ward, inside: Browser, files: tuple[bytes, ...], status: int, said: str) -> None:
    refused = inside.sends(do="prescribe", attested="yes", paper=papers(*files))

    assert (refused.status_code, said in refused.text) == (status, True)
    assert ward.stored == []
    assert ward.card.sent_at is None
    assert "knee" in refused.text  # the card stays


def test_a_third_prescription_at_once_is_to_come_again(ward: Ward, inside: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    """The others are still being looked at when it comes."""
    came: list[int] = []

    def slow(raw: bytes) -> Clean:
        if len(came) < 2:
            came.append(0)
            answer = inside.sends(do="prescribe", attested="yes", paper=papers(pdf()))
            came.append(answer.status_code)
            if answer.status_code == 503:
                assert answer.headers["Retry-After"] == "10"
                assert "nothing was sent. Nothing is lost" in answer.text
        return Clean(PDF, raw)

    monkeypatch.setattr("ivr.web.cards.clean_paper", slow)

    assert inside.sends(do="prescribe", attested="yes", paper=papers(pdf())).status_code == 200
    assert came == [0, 0, 503, 200]
    assert len(ward.stored) == 2


def test_a_first_consultation_and_a_follow_up_are_attested_in_other_words(ward: Ward, inside: Browser) -> None:
    assert "this prescribes List O medicines only" in inside.sees()
    ward.consult_is(follow_up_of=ward.saw_before())
    assert "medicines of Lists O, A and B only" in inside.sees()


def test_a_follow_up_that_another_doctor_takes_is_a_first_consultation_for_them(ward: Ward, inside: Browser) -> None:
    ward.consult_is(follow_up_of=ward.saw_before(doctor_id=ward.hires("Dr. Iyer", IYER, "KMC-1002")))

    page = inside.sees()

    assert "this prescribes List O medicines only" in page
    assert "Lists O, A" not in page


def test_a_prescription_before_the_talk_is_kept_back_and_says_why(ward: Ward, inside: Browser) -> None:
    ward.consult_is(together_ms=0)

    refused = inside.sends(do="prescribe", attested="yes", paper=papers(pdf()))

    assert refused.status_code == 409
    assert "you have not talked with this patient yet" in refused.text
    assert ward.card.sent_at is None


def test_films_of_the_patient_are_shown_to_the_opened_card_alone(ward: Ward, inside: Browser, visitor: FlaskClient, app: App) -> None:
    patient = Browser(visitor, ward.asks_for_films().path("upload"))
    patient.sends(film=papers(film()))
    [query] = queries(inside.sees(), "film")

    shown = inside.file(query)

    assert shown.data.startswith(b"\xff\xd8\xff")
    assert shown.headers["Content-Type"] == "image/jpeg"
    assert shown.headers["Content-Disposition"] == f'inline; filename="consult-{ward.asha.row.reference}.jpg"'
    assert shown.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert shown.headers["X-Content-Type-Options"] == "nosniff"
    assert shown.headers["Cache-Control"] == "no-store"
    assert patient.file(query).data != shown.data
    for odd in ("", "%00", "%ff", "x", "01ARZ3NDEKTSV4RRFFQ69G5FAV", "01ARZ3NDEKTSV4RRFFQ69G5FA%00"):
        assert inside.file(f"?film={odd}").status_code == 404
    inside.sends(do="close")
    assert inside.file(query).status_code == 404


def test_a_pdf_is_saved_never_shown(inside: Browser) -> None:
    sent = inside.sends(do="prescribe", attested="yes", paper=papers(pdf()))
    [query] = queries(sent.text, "film")

    assert inside.file(query).headers["Content-Disposition"].startswith("attachment;")


def test_earlier_consults_of_somebody_else_are_not_this_patients(ward: Ward, inside: Browser) -> None:
    ward.saw_before(patient="other")
    assert "11112222" not in inside.sees()

    ward.consult_is(patient="other")
    page = inside.sees()
    assert "11112222" in page
    assert "not surely for the same patient" in page


@pytest.mark.parametrize("form", [{}, {"do": ""}, {"do": "\x00"}, {"do": "prescribe"}, {"pin": PIN}, {"film": "x"}])
def test_an_opened_card_stands_whatever_is_sent(inside: Browser, form: dict[str, str]) -> None:
    assert inside.sends(**form).status_code in (200, 400)


@pytest.mark.parametrize("kind", ["multipart/form-data", "multipart/form-data; boundary=x", "text/plain", "application/json"])
@pytest.mark.parametrize("body", [b"", b"\x00\xff", b"--x\r\n\r\n", b"{"])
def test_a_body_that_is_no_form_is_no_fault_of_ours(inside: Browser, visitor: FlaskClient, kind: str, body: bytes) -> None:
    for base in ("https://calls.example", "http://calls.example"):  # with the cookie, and without
        answer = visitor.post(inside.path, data=body, content_type=kind, base_url=base)
        assert answer.status_code < 500
