"""The sheet of doctors in the browser: looked at, imported exactly as it was looked at, and exported with a reason; on both databases."""

from collections.abc import Callable
from io import BytesIO
from json import loads

import pytest
from sqlalchemy import select
from werkzeug.test import TestResponse

from ivr.doctors.directory import Directory
from ivr.doctors.sheet_kept import LARGEST_SHEET, SheetGone, keep, kept_sheet
from ivr.operators import Role, add_operator
from ivr.settings import ROOT, Settings
from ivr.store import audit
from ivr.store.schema import doctor
from ivr.wiring import App
from tests.clock import HandClock
from tests.doctors.clinic import ASHA, IMRAN, sheet
from tests.store.ward import add_doctor
from tests.web.ops.conftest import PASSWORD, PUBLIC_URL, Browser
from tests.web.ops.reading import words

pytestmark = pytest.mark.halved
SHIPPED = {"specialities": "orthopedics:3", "fee_tier": "standard"}
GOOD = sheet(ASHA | SHIPPED, IMRAN | SHIPPED | {"valid_until": ""})
PAGE = "/ops/doctors/import"


@pytest.fixture
def settings(make_settings: Callable[..., Settings], database_url: str, redis_url: str) -> Settings:
    return make_settings(database_url=database_url, redis_url=redis_url, public_url=PUBLIC_URL, callflows_dir=ROOT / "callflows")


@pytest.fixture
def admin(app: App, browse: Callable[..., Browser]) -> Browser:
    add_operator(app.database, "ada", PASSWORD, Role.ADMIN, app.clock.now())
    browser = browse()
    assert browser.log_in("ada").status_code == 303
    return browser


def looks(browser: Browser, content: str | bytes, name: str = "doctors.csv") -> TestResponse:
    file = BytesIO(content.encode() if isinstance(content, str) else content)
    fields = {"form": browser.form_token("/ops/doctors"), "file": (file, name)}
    return browser.client.post(PAGE, data=fields, headers={"Sec-Fetch-Site": "same-origin"})


def kept_in(page: TestResponse) -> str:
    return page.text.split('name="sheet" value="')[1].split('"')[0]


def confirms(browser: Browser, kept: str, reason: str = "new at the clinic") -> TestResponse:
    return browser.submit(f"{PAGE}/confirm", on="/ops/doctors", sheet=kept, reason=reason)


def there(app: App) -> list[str]:
    with app.database.read() as tx:
        return [row.registration for row in tx.rows(select(doctor.c.registration).order_by(doctor.c.registration))]


def test_a_sheet_is_looked_at_first_and_then_imported_as_it_is(admin: Browser, app: App) -> None:
    look = looks(admin, GOOD)
    said = words(look.text)
    assert look.status_code == 200
    assert "2 new 0 to be changed 0 as they were" in said
    assert "Dr Imran Khan KMC 10002 : valid_until is empty" in said
    asha = "Dr Asha Rao KMC 10001 Bengaluru 560001 orthopedics (very good) Kannada (very good), English (good) +91******2345"
    assert asha in said
    assert "98450" not in look.text
    assert there(app) == []

    done = confirms(admin, kept_in(look))
    assert (done.status_code, done.headers["Location"]) == (303, PAGE)
    assert "The sheet is imported: 2 new, 0 changed, 0 as they were; 1 not to be rung." in words(admin.open(PAGE).text)
    assert "The sheet is imported" not in words(admin.open(PAGE).text)
    assert there(app) == ["10001", "10002"]
    with app.database.read() as tx:
        [deed] = audit.of_subject(tx, "directory")
    assert (deed.operator, deed.action, deed.reason) == ("ada", "import_doctors", "new at the clinic")
    assert {name: loads(deed.detail)[name] for name in ("added", "changed", "same")} == {"added": 2, "changed": 0, "same": 0}


def test_what_would_change_is_told_without_numbers(admin: Browser, app: App) -> None:
    confirms(admin, kept_in(looks(admin, GOOD)))

    look = looks(admin, sheet(ASHA | SHIPPED | {"tier": "3", "phone": "9845099999"}))
    assert "Dr Asha Rao KMC 10001 tier 0 → 3; phone" in words(look.text)
    assert "98450" not in look.text
    again = looks(admin, GOOD)
    assert "there is nothing to import" in words(again.text)
    assert "Import exactly this sheet" not in again.text


def test_every_fault_is_told_with_its_line_and_nothing_is_written(admin: Browser, app: App) -> None:
    content = (ROOT / "tests/doctors/faults.csv").read_bytes()
    refused = looks(admin, content)

    assert refused.status_code == 400
    said = words(refused.text)
    assert refused.text.count('<tr><th scope="row">') > 30
    assert "3 name: is empty; write it" in said
    assert "98450" not in refused.text.replace(" ", "")
    assert "Import exactly this sheet" not in refused.text
    assert there(app) == []


@pytest.mark.parametrize(
    ("content", "status", "told"),
    [
        (b"", 400, "choose a CSV file that is not empty"),
        (b"PK\x03\x04\xff\xfe\x00", 400, "not UTF-8 text"),
        (b"name\n\x00", 400, "this is no text"),
        (b'"', 400, "not CSV from here on"),
        (b"x" * (LARGEST_SHEET + 1), 400, "larger than 250 kB"),
        (b"x" * (3 * LARGEST_SHEET), 413, "larger than 250 kB"),
        (b"<script>alert(1)</script>\n", 400, "&lt;script&gt;"),
        (b"\0" * 5000, 400, "this is no text"),
        (sheet(ASHA | SHIPPED | {"name": "x\x01y"}).encode(), 400, "line break or another character"),
        (sheet(ASHA | SHIPPED | {"name": "x" * 200_000}).encode(), 400, "a cell is longer than 131072 characters"),
        (sheet(ASHA | SHIPPED | {"registration": "9845012345"}).encode(), 400, "this is a mobile number"),
    ],
)
def test_what_is_no_sheet_is_said_to_be_none(admin: Browser, app: App, content: bytes, status: int, told: str) -> None:
    refused = looks(admin, content)

    assert (refused.status_code, told in refused.text) == (status, True)
    assert "<script>alert" not in refused.text
    assert "9845012345" not in refused.text
    assert there(app) == []


def test_without_a_file_it_asks_for_one(admin: Browser) -> None:
    assert admin.submit(PAGE, on="/ops/doctors").status_code == 400


def test_only_what_was_looked_at_is_imported_by_who_looked_within_the_hour(admin: Browser, app: App, clock: HandClock) -> None:
    kept = kept_in(looks(admin, GOOD))
    others = keep(app.vault, GOOD, "somebody", clock.now())
    for wrong, why in (("", "choose the file again"), ("x" + kept, "not the sheet"), (others, "somebody else"), ("ಅ", "not the sheet")):
        refused = confirms(admin, wrong)
        assert (refused.status_code, why in refused.text) == (400, True)
    clock.forward(minutes=61)
    assert "more than an hour ago" in confirms(admin, kept).text
    assert there(app) == []


def test_a_sheet_that_has_become_wrong_since_is_refused_whole(admin: Browser, app: App, clock: HandClock) -> None:
    kept = kept_in(looks(admin, GOOD))
    directory = Directory(app.database, app.vault, app.consults.desk.prices, app.lines.numbers)
    directory.take(sheet(ASHA | SHIPPED | {"registration": "77777"}), "x", clock.now())

    refused = confirms(admin, kept)
    assert (refused.status_code, "this is the phone of KMC 77777" in refused.text) == (400, True)
    assert there(app) == ["77777"]


def test_what_is_sealed_shows_nothing_of_the_sheet(app: App, clock: HandClock) -> None:
    now = clock.now()
    kept = keep(app.vault, GOOD, "ada", now)
    assert kept_sheet(app.vault, kept, "ada", now) == GOOD
    assert len(kept) < len(GOOD)
    sealed = app.vault.seal(b"+919845012345")
    with pytest.raises(SheetGone, match="not the sheet"):
        kept_sheet(app.vault, sealed.hex(), "ada", now)


def test_391_doctors_fit(admin: Browser, app: App) -> None:
    rows = [ASHA | SHIPPED | {"registration": str(20_000 + each), "phone": str(9_845_010_000 + each)} for each in range(391)]
    done = confirms(admin, kept_in(looks(admin, sheet(*rows))))
    assert (done.status_code, len(there(app))) == (303, 391)


def test_an_import_needs_a_reason_and_does_not_forget_the_sheet_that_was_looked_at(admin: Browser, app: App) -> None:
    refused = confirms(admin, kept_in(looks(admin, GOOD)), reason="call 98450 12345")
    assert (refused.status_code, "write no phone number" in refused.text, there(app)) == (400, True, [])
    assert confirms(admin, kept_in(refused)).status_code == 303
    assert there(app) == ["10001", "10002"]


def test_the_export_needs_a_reason_and_is_in_the_audit(admin: Browser, app: App, clock: HandClock) -> None:
    confirms(admin, kept_in(looks(admin, GOOD)))
    clock.forward(ms=1)
    assert admin.submit("/ops/doctors/export", on="/ops/doctors").status_code == 400

    sent = admin.submit("/ops/doctors/export", on="/ops/doctors", reason="the yearly look")
    assert (sent.status_code, sent.mimetype, sent.headers["Content-Disposition"]) == (200, "text/csv", "attachment; filename=doctors.csv")
    assert "9845012345" in sent.text
    assert "no-store" in sent.headers["Cache-Control"]
    with app.database.read() as tx:
        deed = audit.of_subject(tx, "directory")[-1]
    assert (deed.operator, deed.action, deed.reason) == ("ada", "export_table", "the yearly look")
    assert "there is nothing to import" in words(looks(admin, sent.text).text)


def test_who_exports_is_told_beforehand_that_samples_are_left_out(admin: Browser, app: App, clock: HandClock) -> None:
    confirms(admin, kept_in(looks(admin, GOOD)))
    app.database.write(lambda tx: add_doctor(tx, 7, clock.now()))
    assert "2 doctors would be written; 1 sample is left out: it is invented." in words(admin.open(PAGE).text)

    clock.forward(ms=1)
    admin.submit("/ops/doctors/export", on="/ops/doctors", reason="the yearly look")
    with app.database.read() as tx:
        assert loads(audit.of_subject(tx, "directory")[-1].detail) == {"written": 2, "samples_left_out": 1}


def test_an_operator_neither_imports_nor_exports(operator: Browser, app: App) -> None:
    assert "Import or export" not in operator.open("/ops/doctors").text
    assert operator.open(PAGE).status_code == 403
    assert looks(operator, GOOD).status_code == 403
    assert confirms(operator, keep(app.vault, GOOD, "asha", app.clock.now())).status_code == 403
    assert operator.submit("/ops/doctors/export", on="/ops/doctors", reason="x").status_code == 403
    assert there(app) == []
