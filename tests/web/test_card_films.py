"""The patient's links: films to the doctor, the prescription from the doctor."""

from collections.abc import Callable
from io import BytesIO

import pytest
from flask import request
from flask.testing import FlaskClient
from werkzeug.datastructures import FileStorage

from ivr.cards.opening import Prescribed
from ivr.cards.uploads import JPEG, MOST_BYTES, PDF, Clean
from ivr.model.values import Language, Phone
from ivr.store import callers
from ivr.web.uploads import Spoilt, judged
from ivr.wiring import App
from tests.cards.conftest import app as app
from tests.cards.conftest import visitor as visitor
from tests.cards.conftest import ward as ward
from tests.cards.pictures import SECRET, bomb, film, pdf, with_a_place
from tests.cards.ward import DAY, IYER, RAO, Browser, Ward, queries
from tests.clock import HandClock
from tests.web.paid import ASHA, rows

pytestmark = pytest.mark.halved

ODD = ("", "%00", "%ff", "x", "..%2F", "01ARZ3NDEKTSV4RRFFQ69G5FA%00", "9" * 5000)
ID = "01ARZ3NDEKTSV4RRFFQ69G5FAV"


@pytest.fixture
def asha(ward: Ward, visitor: FlaskClient) -> Browser:
    """Her browser, at the link for films."""
    return Browser(visitor, ward.asks_for_films().path("upload"))


def photos(*files: bytes) -> list[tuple[BytesIO, str]]:
    return [(BytesIO(each), "<b>photo.svg") for each in files]


def test_a_look_changes_nothing_and_names_nobody(ward: Ward, asha: Browser, visitor: FlaskClient) -> None:
    ward.consult_is(patient_name=ward.app.vault.seal(b"Asha Kumari"))
    before = rows(ward.app)

    page = asha.sees()
    visitor.head(asha.path)

    assert rows(ward.app) == before
    assert "Photos of your X-rays" in page
    for told in ("Asha", "knee", "41", ASHA[-10:]):
        assert told not in page


def test_photos_are_kept_sealed_and_without_where_they_were_taken(ward: Ward, asha: Browser) -> None:
    answer = asha.sends(film=photos(with_a_place(), film(kind="PNG")))

    assert answer.status_code == 200
    assert "2 of 6 photos have come" in answer.text
    kept = [ward.app.vault.open(row.content) for row in ward.stored]
    assert all(each.startswith(b"\xff\xd8\xff") and SECRET not in each for each in kept)
    assert [row.media_type for row in ward.stored] == [JPEG, JPEG]
    assert ward.events == ["film_came", "film_came"]


def test_a_spoilt_photo_spoils_no_other(ward: Ward, asha: Browser) -> None:
    answer = asha.sends(film=photos(film(), b"<svg/>", bomb(), b"\xff\xd8\xff" + bytes(MOST_BYTES), film()))

    assert answer.status_code == 400
    for said in (
        "Not every photo could be taken",
        "Photo 2: this is no JPEG",
        "Photo 3: its picture is too large",
        "Photo 4: it is larger",
    ):
        assert said in answer.text
    assert "2 of 6 photos have come" in answer.text
    assert len(ward.stored) == 2
    assert "photo.svg" not in answer.text


@pytest.mark.parametrize(
    ("files", "status", "said"),
    [
        ((), 400, "Please choose a photo first"),
        ((b"",), 400, "the file is empty"),
        ((pdf(),), 400, "this is no JPEG, PNG or WebP photo"),
        ((bytes(MOST_BYTES),) * 7, 413, "That was too much at once"),
    ],
)
def test_what_cannot_be_taken_is_said_plainly(ward: Ward, asha: Browser, files: tuple[bytes, ...], status: int, said: str) -> None:
    answer = asha.sends(film=photos(*files))

    assert (answer.status_code, said in answer.text) == (status, True)
    assert ward.stored == []


def test_six_photos_are_taken_and_no_seventh(ward: Ward, asha: Browser) -> None:
    asha.sends(film=photos(*[film()] * 4))
    answer = asha.sends(film=photos(*[film()] * 4))

    assert answer.status_code == 400
    assert "Photo 3: there are as many as we can take" in answer.text
    assert "as many as we can take. You can tell" in answer.text
    assert len(ward.stored) == 6
    assert "<form" not in asha.sees()


def test_films_may_come_until_a_day_after_the_consult(ward: Ward, asha: Browser) -> None:
    ward.consult_is(ended_at=ward.clock.now())
    ward.clock.forward(minutes=DAY - 1)
    assert asha.sends(film=photos(film())).status_code == 200

    ward.clock.forward(minutes=1)
    answer = asha.sends(film=photos(film()))
    assert answer.status_code == 410
    assert "This consultation is over" in answer.text
    assert len(ward.stored) == 1


def test_a_form_from_elsewhere_does_nothing(ward: Ward, asha: Browser) -> None:
    refused = asha.sends({"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"}, film=photos(film()))

    assert refused.status_code == 403
    assert ward.stored == []


def test_one_link_sends_only_so_many_forms_in_a_quarter_of_an_hour(ward: Ward, asha: Browser) -> None:
    answers = [asha.sends(film=photos(b"x")) for _ in range(21)]

    assert [answer.status_code for answer in answers] == [400] * 20 + [429]
    assert answers[-1].headers["Retry-After"] == "900"
    ward.clock.forward(minutes=15)
    assert asha.sends(film=photos(film())).status_code == 200


def test_photos_that_are_refused_count_as_tries(ward: Ward, asha: Browser) -> None:
    cut_off = film()[:-400]
    answers = [asha.sends(film=photos(*[cut_off] * 6)) for _ in range(4)]

    assert [answer.status_code for answer in answers] == [400] * 4
    assert asha.sends(film=photos(film())).status_code == 429
    assert ward.stored == []


def test_photos_that_find_no_room_count_as_no_tries(asha: Browser) -> None:
    answers = [asha.sends(film=photos(*[film()] * 7)) for _ in range(5)]
    assert [answer.status_code for answer in answers] == [400] * 5


def test_a_third_form_at_once_is_asked_to_come_again(ward: Ward, asha: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    """The others are still being looked at when it comes."""
    came: list[int] = []

    def slow(raw: bytes) -> Clean:
        if len(came) < 2:
            came.append(0)
            answer = asha.sends(film=photos(film()))
            came.append(answer.status_code)
            if answer.status_code == 503:
                assert answer.headers["Retry-After"] == "10"
                assert "Nothing is lost: please choose and send them again" in answer.text
        return Clean(JPEG, raw)

    monkeypatch.setattr("ivr.web.films.clean_film", slow)

    assert asha.sends(film=photos(film())).status_code == 200
    assert came == [0, 0, 503, 200]
    assert len(ward.stored) == 2
    assert asha.sends(film=photos(film())).status_code == 200


def test_one_photo_of_a_form_is_in_memory_at_a_time(asha: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[int] = []

    def judging(number: int, file: FileStorage, clean: Callable[[bytes], Clean]) -> Clean | Spoilt:
        others = request.files.getlist("film")[number:]
        read.append(sum(each.stream.tell() for each in others))
        return judged(number, file, clean)

    monkeypatch.setattr("ivr.web.films.judged", judging)
    asha.sends(film=photos(*[film()] * 3))

    assert read == [0, 0, 0]


@pytest.mark.parametrize(
    ("language", "title", "fault"),
    [(Language.HINDI, "आपके एक्स-रे की फ़ोटो", "फ़ोटो 1: यह JPEG"), (Language.KANNADA, "ನಿಮ್ಮ ಎಕ್ಸ್-ರೇ ಫೋಟೋಗಳು", "ಫೋಟೋ 1: ಇದು JPEG")],
)
def test_pages_and_faults_are_in_the_patients_language(
    app: App, clock: HandClock, visitor: FlaskClient, language: Language, title: str, fault: str
) -> None:
    ward = Ward(app, clock, language).asks_for_films()
    patient = Browser(visitor, ward.path("upload"))

    assert f'<html lang="{language.value}">' in patient.sees()
    assert title in patient.sees()
    assert fault in patient.sends(film=photos(b"x")).text
    assert ward.texts("upload_link")[0].language == language.value


@pytest.mark.parametrize("kind", ["multipart/form-data", "multipart/form-data; boundary=x", "text/plain"])
@pytest.mark.parametrize(
    "body", [b"", b"\x00\xff", b"--x\r\n\r\n", b'--x\r\nContent-Disposition: form-data; name="film"; filename="a"\r\n\r\n']
)
def test_a_body_that_is_no_form_is_no_fault_of_ours(ward: Ward, asha: Browser, visitor: FlaskClient, kind: str, body: bytes) -> None:
    answer = visitor.post(asha.path, data=body, content_type=kind)

    assert answer.status_code in (400, 413)
    assert "<h1>" in answer.text
    assert ward.stored == []


def test_a_length_that_is_too_large_is_refused_before_it_is_read(asha: Browser, visitor: FlaskClient) -> None:
    class Unread(BytesIO):
        def read(self, *_: object) -> bytes:
            raise AssertionError("it was read")

        readinto = readline = read  # type: ignore[assignment]

    kind = "multipart/form-data; boundary=x"
    said = {"CONTENT_LENGTH": str(10**9)}
    answer = visitor.post(asha.path, input_stream=Unread(), content_type=kind, environ_overrides=said)

    assert answer.status_code == 413


def test_the_prescription_names_the_doctor_and_every_page_can_be_saved(ward: Ward, visitor: FlaskClient) -> None:
    asha = _prescribed(ward, visitor)

    page = asha.sees()

    for sign in ("Dr. Meera Rao, MS (Ortho)", "Karnataka Medical Council, KMC-1001", "22-11-2026, 12:00 IST", ward.asha.row.reference):
        assert sign in page
    first, second = (asha.file(query) for query in queries(page, "page"))
    assert (first.headers["Content-Type"], second.headers["Content-Type"]) == (JPEG, PDF)
    assert first.headers["Content-Disposition"] == 'attachment; filename="prescription.jpg"'
    assert second.headers["Content-Disposition"] == 'attachment; filename="prescription.pdf"'
    assert first.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert first.data == b"page one"


def test_the_prescriptions_link_opens_for_a_week(ward: Ward, visitor: FlaskClient) -> None:
    asha = _prescribed(ward, visitor)
    ward.clock.forward(minutes=7 * DAY - 1)
    assert asha.file("").status_code == 200
    ward.clock.forward(minutes=1)
    assert asha.file("").status_code == 410


def test_the_prescriptions_link_leads_to_no_film(ward: Ward, asha: Browser, visitor: FlaskClient) -> None:
    asha.sends(film=photos(film()))
    theirs = _prescribed(ward, visitor)

    [kept] = [row.id for row in ward.stored if row.kind == "film"]

    assert theirs.file(f"?page={kept}").status_code == 404
    assert theirs.file(f"?page={ID}").status_code == 404
    assert [theirs.file(f"?page={odd}").status_code for odd in ODD] == [404] * len(ODD)


def test_what_has_been_forgotten_is_a_link_to_nothing(ward: Ward, visitor: FlaskClient) -> None:
    asha = _prescribed(ward, visitor)
    ward.app.cards.forget(ward.clock.now() + 1096 * DAY * 60_000)

    assert asha.file("").status_code == 404


def test_pages_of_two_doctors_are_named_after_who_sent_them(ward: Ward, visitor: FlaskClient) -> None:
    asha = _prescribed(ward, visitor)
    ward.clock.forward(minutes=5)
    ward.accepts(ward.hires("Dr. Iyer", IYER, "KMC-1002"))
    assert "Dr. Iyer" not in asha.sees()

    _prescribed(ward, visitor, IYER)
    page = asha.sees()

    assert page.index("Dr. Meera Rao") < page.index("12:00 IST") < page.index("Dr. Iyer") < page.index("12:05 IST")
    assert len(queries(page, "page")) == 4


def _prescribed(ward: Ward, visitor: FlaskClient, phone: str = RAO) -> Browser:
    if phone == RAO:
        ward.accepts()
    with ward.app.database.read() as tx:
        doctor = callers.find(tx, ward.app.vault, Phone(phone))
    door = ward.app.card_opening.door(ward.asha.id, doctor)
    assert door is not None
    pages = [Clean(JPEG, b"page one"), Clean(PDF, b"page two")]
    assert ward.app.card_opening.prescribe(door, pages, ward.clock.now()) is Prescribed.SENT
    return Browser(visitor, ward.path("prescription"))
