"""One field finds a caller by their number, and everything else by what people call it. A number stands in no address and no log."""

import logging
import re
from collections.abc import Callable

import pytest
from sqlalchemy import select
from werkzeug.test import TestResponse

from ivr.model.outcomes import Accepted
from ivr.store import doctors
from ivr.store.schema import caller, payment
from ivr.store.tx import Tx
from ivr.wiring import App
from tests.clock import HandClock
from tests.consults.logs import numbers_in
from tests.duty import resting
from tests.store.ward import add_doctor
from tests.web.ops.conftest import Browser
from tests.web.ops.day import HOTLINE, NUMBER, Day
from tests.web.ops.reading import words
from tests.web.ops.voice.talks import Phones
from tests.web.paid import Patient


def seeks(operator: Browser, typed: str) -> TestResponse:
    return operator.submit("/ops/search", on="/ops/search", q=typed)


def leads(operator: Browser, typed: str) -> str:
    answer = seeks(operator, typed)
    assert answer.status_code == 303, (typed, words(answer.text))
    return str(answer.location)


@pytest.mark.parametrize(
    "typed",
    [
        "9845012345",
        "98450 12345",
        "+91 98450-12345",
        "098450 12345",
        "0091 98450 12345",
        "+91 98450.12345",
        "tel:+919845012345",
        "\u202a+91 98450 12345\u202c",
        "९८४५०१२३४५",
        "98450‑12345",
    ],
)
def test_a_caller_is_found_by_their_number_however_it_is_written(operator: Browser, day: Day, typed: str) -> None:
    call_id = day.call()

    path = leads(operator, typed)
    page = operator.open(path)

    assert re.fullmatch(r"/ops/callers/[0-9A-Z]{26}", path)
    assert "Caller +91******2345" in words(page.text)
    assert f"/ops/calls/{call_id}" in page.text
    assert "Neither blocked nor opted out" in words(page.text)


def test_an_unknown_number_is_said_to_be_so_masked(operator: Browser) -> None:
    answer = seeks(operator, "98222 33344")
    assert answer.status_code == 404
    assert "Nobody with the number +91******3344 has rung us" in words(answer.text)
    assert "98222" not in answer.text


def test_a_line_of_ours_leads_to_its_calls(operator: Browser) -> None:
    assert leads(operator, HOTLINE) == f"/ops/calls?line={HOTLINE}"


def test_everything_with_an_id_or_a_reference_is_found(operator: Browser, day: Day, app: App, clock: HandClock) -> None:
    call_id = day.call("+919811111111")
    claim = day.send(Accepted("SM0123456789abcdef"))
    resting(app)
    patient = Patient(app, clock).asks()
    patient.presses_pay().page_is("open").pays()
    consult = f"/ops/consults/{patient.id}"
    reference, pay_link = patient.row.reference, patient.tries[-1].reference
    text_id = re.findall(r"/ops/texts/(\w{26})", operator.open(f"/ops/calls/{call_id}").text)[0]
    with app.database.read() as tx:
        paid = tx.rows(select(payment.c.id))[0].id

    for typed, path in {
        reference: consult,
        f"{reference[:4]} {reference[4:]}": consult,
        patient.id: consult,
        patient.id.lower(): consult,
        "pay_29QQoUBi66xm2f": consult,
        pay_link: consult,
        paid: consult,
        call_id: f"/ops/calls/{call_id}",
        "SM0123456789abcdef": f"/ops/texts/{text_id}",
        text_id: f"/ops/texts/{text_id}",
        claim.text.attempt_id: f"/ops/texts/{text_id}",
    }.items():
        assert leads(operator, typed) == path, typed


def test_a_grievance_is_found_however_its_reference_is_typed(operator: Browser, phones: Phones) -> None:
    call_id = phones.dials().presses("1").presses("0").presses("2").hangs_up()
    page = operator.open(f"/ops/calls/{call_id}").text
    found = re.search(r"Grievance ([A-Z0-9]{4})-([A-Z0-9]{4})", page)
    assert found, words(page)
    for typed in (f"{found[1]}-{found[2]}", f"{found[1]}{found[2]}".lower(), f" {found[1]} {found[2]} "):
        assert leads(operator, typed) == f"/ops/grievances/{found[1]}-{found[2]}"


def test_a_day_or_a_time_shows_what_happened_then(operator: Browser, day: Day) -> None:
    call_id = day.call()
    for typed, found in {
        "22 Nov": True,
        "Nov 22": True,
        "22 November 2026": True,
        "2026-11-22": True,
        "22/11/2026": True,
        "today": True,
        "12:00": True,
        "2026-11-22 12:10": True,
        "22 Nov 2026 14:05": False,
        "yesterday": False,
        "21 Nov": False,
    }.items():
        path = leads(operator, typed)
        page = operator.open(path)
        assert path.startswith("/ops/search?at=2026-11-2")
        assert page.status_code == 200
        assert (call_id in page.text) is found, typed


@pytest.mark.parametrize(
    ("typed", "day"),
    [("12:00", "2026-11-22T12:00"), ("14:05", "2026-11-21T14:05"), ("today 14:05", "2026-11-22T14:05"), ("23:59", "2026-11-21T23:59")],
)
def test_a_clock_alone_is_the_latest_that_has_been(operator: Browser, typed: str, day: str) -> None:
    assert leads(operator, typed) == f"/ops/search?at={day}"


@pytest.fixture
def ids(app: App, clock: HandClock) -> list[str]:
    """Of Dr Aditi Bhat (12345), Dr Aditi Rao (200) and Dr Ravi_Rao (300)."""

    def write(tx: Tx) -> list[str]:
        people = {12345: "Dr Aditi Bhat", 200: "Dr Aditi Rao", 300: "Dr Ravi_Rao"}
        found = [add_doctor(tx, number, clock.now()) for number in people]
        for id, name in zip(found, people.values(), strict=True):
            doctors.change(tx, id, name=name)
        return found

    return app.database.write(write)


@pytest.mark.parametrize("typed", ["Dr Aditi Bhat", "bhat", "Bhat Aditi", "dr. aditi bh", "12345", "karnataka 12345", "Karnataka 12345"])
def test_a_doctor_is_found_by_name_or_registration(operator: Browser, ids: list[str], typed: str) -> None:
    assert leads(operator, typed) == f"/ops/doctors/{ids[0]}"


def test_doctors_of_one_name_are_listed_and_signs_are_only_signs(operator: Browser, ids: list[str]) -> None:
    page = seeks(operator, "Aditi")
    assert page.status_code == 200
    assert "Dr Aditi Bhat, Karnataka 12345 Dr Aditi Rao, Karnataka 200" in words(page.text)
    assert all(f'href="/ops/doctors/{id}"' in page.text for id in ids[:2])
    assert leads(operator, "i_r") == f"/ops/doctors/{ids[2]}"
    assert seeks(operator, "A%i").status_code == 400
    assert seeks(operator, "Dr").status_code == 400
    unknown = seeks(operator, "Dr Sita Devi")
    assert unknown.status_code == 400
    assert "no doctor is called so" in words(unknown.text)


def test_of_many_doctors_twenty_are_listed(operator: Browser, app: App, clock: HandClock) -> None:
    app.database.write(lambda tx: [add_doctor(tx, number, clock.now()) for number in range(7001, 7023)])
    page = seeks(operator, "Dr 70").text
    assert page.count('href="/ops/doctors/') == 20
    assert "These are the first" in page


@pytest.mark.parametrize("typed", ["", "98450", "98450123456789012", "???", "31 February", "x" * 101, "0" * 12])
def test_what_cannot_be_read_gets_a_sentence_and_is_not_repeated(operator: Browser, typed: str) -> None:
    answer = seeks(operator, typed)
    assert answer.status_code == 400
    assert "What can be looked for" in words(answer.text)
    assert len(typed) < 5 or typed not in answer.text


@pytest.mark.parametrize("typed", ["01K0000000000000000000000A", "12345678", "K7PX-3MHT", "CA" + "0" * 32])
def test_what_is_not_ours_is_said_to_be_so(operator: Browser, typed: str) -> None:
    assert seeks(operator, typed).status_code == 404


def test_a_number_stands_in_no_address_no_page_and_no_log(
    operator: Browser, browse: Callable[..., Browser], day: Day, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    day.call()
    stranger = browse()
    answers = [
        seeks(operator, NUMBER),
        seeks(operator, "9822233344"),
        seeks(operator, "982223334"),
        operator.open("/ops/search?q=9845012345"),
        operator.open("/ops/search?q=98450+12345"),
        operator.open("/ops/search?at=9845012345"),
        stranger.open("/ops/search?q=9845012345"),
    ]
    for answer in answers:
        assert not re.search(r"98450|98222", answer.location or "")
        assert not re.search(r"98450|98222", answer.text)
    assert [answer.status_code for answer in answers[3:6]] == [400] * 3
    assert numbers_in(caplog.records) == []


def test_only_a_form_of_ours_is_answered(operator: Browser, browse: Callable[..., Browser], day: Day) -> None:
    assert operator.submit("/ops/search", on="/ops/search", q=NUMBER, form="forged").status_code == 403
    assert browse().client.post("/ops/search", data={"q": NUMBER}).location.startswith("/ops/login")


def test_every_page_has_the_field(operator: Browser, day: Day) -> None:
    call_id = day.call()
    for path in ("/ops/", "/ops/calls", f"/ops/calls/{call_id}", "/ops/consults", "/ops/search", "/ops/nowhere"):
        page = operator.open(path).text
        assert page.count('action="/ops/search"') == 1, path
        assert page.count("<h1") == 1, path


def test_who_opted_out_or_was_blocked_is_shown_so(operator: Browser, day: Day, app: App, clock: HandClock) -> None:
    day.call()
    path = leads(operator, NUMBER)
    with app.database.read() as tx:
        caller_id = tx.rows(select(caller.c.id))[0].id
    day.call(line="08061914347")
    clock.forward(seconds=1)
    assert "Opted out of texts and calls" in words(operator.open(path).text)
    assert path.endswith(caller_id)
