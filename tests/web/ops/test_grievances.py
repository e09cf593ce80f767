"""Grievances in the console: who waits for an answer, how the complaint was made, and the answer that is kept once; on both databases."""

from collections.abc import Callable
from functools import partial
from json import loads

import pytest
from click.testing import CliRunner
from sqlalchemy import select

from ivr.cli.ops import ops
from ivr.grievances import LONGEST_ANSWER, NotAnswered, answer
from ivr.operators import Role, add_operator
from ivr.oversight import BY_COMMAND
from ivr.settings import Settings
from ivr.store import audit, console_grievances
from ivr.store.schema import grievance
from ivr.store.tx import Row
from ivr.wiring import App
from tests.clock import HandClock
from tests.web.ops.conftest import PASSWORD, PUBLIC_URL, Browser
from tests.web.ops.reading import words
from tests.web.ops.voice.talks import Phones

pytestmark = pytest.mark.halved
DONE = "Rang them back. The link is mended,\nand a new one was sent."


@pytest.fixture
def settings(make_settings: Callable[..., Settings], database_url: str, redis_url: str) -> Settings:
    return make_settings(database_url=database_url, redis_url=redis_url, public_url=PUBLIC_URL)


@pytest.fixture
def phones(app: App, clock: HandClock) -> Phones:
    return Phones(app, clock)


@pytest.fixture
def viewer(app: App, browse: Callable[..., Browser]) -> Browser:
    add_operator(app.database, "vera", PASSWORD, Role.VIEWER, app.clock.now())
    browser = browse()
    assert browser.log_in("vera").status_code == 303
    return browser


@pytest.fixture
def reference(app: App, phones: Phones) -> str:
    """Of a complaint with a voice note, agreed to."""
    phones.dials().presses("1").presses("0").presses("1").presses("1").speaks(7).hangs_up()
    return str(_kept(app).reference)


def _kept(app: App) -> Row:
    with app.database.read() as tx:
        [row] = tx.rows(select(grievance))
    return row


def answers(browser: Browser, reference: str, said: str = DONE) -> int:
    return browser.submit(f"/ops/grievances/{reference}/answer", on="/ops/grievances", answer=said).status_code


def test_an_open_grievance_is_listed_and_tells_how_it_was_made(operator: Browser, reference: str) -> None:
    listed = words(operator.open("/ops/grievances").text)
    assert f"{reference} 7 Dec 12:00:23 in 14 d" in listed
    assert "None yet." in listed

    page = words(operator.open(f"/ops/grievances/{reference}").text)
    assert "Menu step" in page
    assert "left a voice note, 7 s" in page
    assert "yes: 7 s, agreed to as" in page
    assert "by text with the reference: waiting to be sent" in page
    assert "+91******2345" in page


def test_neither_the_number_nor_the_address_of_the_note_is_shown(operator: Browser, reference: str) -> None:
    for path in ("/ops/grievances", f"/ops/grievances/{reference}"):
        html = operator.open(path).text
        assert "98450" not in html
        assert "media.example" not in html


def test_one_without_a_note_of_a_caller_without_a_number_says_so(operator: Browser, phones: Phones, app: App) -> None:
    phones.dials("anonymous").presses("1").presses("0").presses("2").hangs_up()

    page = words(operator.open(f"/ops/grievances/{_kept(app).reference}").text)
    assert "Voice note none" in page
    assert "no text: there is no number to text" in page
    assert "Withheld number" in page


def test_what_is_late_is_marked_in_words(operator: Browser, reference: str, clock: HandClock) -> None:
    clock.forward(minutes=16 * 24 * 60)
    operator.log_in()

    assert "1 d late" in words(operator.open("/ops/grievances").text)
    assert "Late: no answer yet" in words(operator.open(f"/ops/grievances/{reference}").text)
    assert answers(operator, reference) == 303
    assert "Answered late" in words(operator.open(f"/ops/grievances/{reference}").text)


def test_an_operator_answers_it_in_words_and_the_audit_has_it(operator: Browser, reference: str, app: App) -> None:
    assert answers(operator, reference) == 303

    page = operator.open(f"/ops/grievances/{reference}").text
    assert "Rang them back. The link is mended,\nand a new one was sent." in page
    assert "by asha" in page
    assert "Answered in time" in page
    assert "<textarea" not in page
    listed = words(operator.open("/ops/grievances").text)
    assert "Nobody waits for an answer." in listed
    assert "asha yes" in listed
    with app.database.read() as tx:
        [deed] = audit.of_subject(tx, reference)
    assert (deed.operator, deed.action, deed.caller_id, loads(deed.detail)) == (
        "asha",
        "answer_grievance",
        _kept(app).caller_id,
        {"late": False},
    )


def test_it_is_answered_once_and_the_first_answer_stands(operator: Browser, reference: str, app: App) -> None:
    answers(operator, reference)

    again = operator.submit(f"/ops/grievances/{reference}/answer", on="/ops/grievances", answer="Something else")
    assert again.status_code == 400
    assert "it was answered before; the first answer stands" in again.text
    assert (_kept(app).answered_by, _kept(app).answer) == ("asha", DONE)
    with app.database.read() as tx:
        assert len(audit.of_subject(tx, reference)) == 1


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("  \n ", "say what was done"),
        ("\0", "say what was done"),
        ("x" * (LONGEST_ANSWER + 1), f"in {LONGEST_ANSWER} characters at most"),
        ("Rang 98450 12345, all is well", "leave the telephone number out"),
        ("Rang +91 98450 12345", "leave the telephone number out"),
    ],
)
def test_an_answer_that_cannot_be_kept_says_what_to_change(operator: Browser, reference: str, app: App, said: str, told: str) -> None:
    refused = operator.submit(f"/ops/grievances/{reference}/answer", on="/ops/grievances", answer=said)

    assert (refused.status_code, told in refused.text) == (400, True)
    assert _kept(app).state == "open"


def test_a_day_and_a_reference_are_no_telephone_number(app: App, reference: str, clock: HandClock) -> None:
    app.database.write(lambda tx: answer(tx, reference, "Rang on 2026-11-22 at 14:05, consult 12345678, ₹24900", "asha", clock.now()))
    assert _kept(app).state == "answered"


def test_a_viewer_reads_and_does_not_answer(viewer: Browser, reference: str, app: App) -> None:
    page = viewer.open(f"/ops/grievances/{reference}")
    assert (page.status_code, "<textarea" in page.text) == (200, False)

    assert answers(viewer, reference) == 403
    assert _kept(app).state == "open"


def test_a_form_that_is_not_ours_answers_nothing(operator: Browser, reference: str, app: App) -> None:
    refused = operator.client.post(f"/ops/grievances/{reference}/answer", data={"answer": DONE, "form": "guessed"})

    assert refused.status_code == 403
    assert _kept(app).state == "open"


def test_hostile_words_are_shown_as_text(operator: Browser, reference: str) -> None:
    answers(operator, reference, "</blockquote><script>alert(1)</script>")

    page = operator.open(f"/ops/grievances/{reference}").text
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)" in page


@pytest.mark.parametrize("path", ["NONE-XXXX", "x", "%00", "' OR 1=1"])
def test_what_is_not_there_is_said_kindly(operator: Browser, path: str) -> None:
    assert operator.open(f"/ops/grievances/{path}").status_code == 404
    assert answers(operator, path) == 404


def test_the_command_line_answers_by_the_same_function(operator: Browser, reference: str, app: App, settings: Settings) -> None:
    keys = {"DATA_KEY": settings.data_key[0].get_secret_value(), "PHONE_HASH_KEY": settings.phone_hash_key.get_secret_value()}
    terminal = partial(CliRunner().invoke, ops, env={**keys, "DATABASE_URL": settings.database_url, "VAR_DIR": str(settings.var_dir)})

    assert terminal(["answered", reference.lower()], input="Mended\n").output.endswith(f"{reference} is answered\n")
    assert (_kept(app).answered_by, _kept(app).answer) == (BY_COMMAND, "Mended")
    again = terminal(["answered", reference, "--what", "Again"])
    assert (again.exit_code, again.stderr) == (2, "it was answered before; the first answer stands\n")
    assert terminal(["answered", "NONE-XXXX", "--what", "x"]).exit_code == 2


def test_answered_ones_come_in_pages(app: App, operator: Browser, phones: Phones, clock: HandClock) -> None:
    for number in range(52):
        phones.dials(f"+9198450123{number:02}").presses("1").presses("0").presses("2").hangs_up()
    with app.database.read() as tx:
        waiting = console_grievances.waiting(tx)
    for row in waiting:
        app.database.write(lambda tx, row=row: answer(tx, row.reference, "Done", "asha", clock.now()))  # type: ignore[misc]
    newest = operator.open("/ops/grievances").text
    assert newest.count('<th scope="row">') == 50
    older = newest.split('href="/ops/grievances?before=')[1].split('"')[0]
    rest = operator.open(f"/ops/grievances?before={older}").text
    assert rest.count('<th scope="row">') == 2
    assert waiting[0].reference in rest
    assert operator.open("/ops/grievances?before=nonsense").status_code == 200


def test_nothing_is_answered_that_is_not_there(app: App, clock: HandClock) -> None:
    with pytest.raises(NotAnswered, match="no complaint is called so"):
        app.database.write(lambda tx: answer(tx, "NONE", "Done", "asha", clock.now()))
