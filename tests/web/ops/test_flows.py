"""The console's pages of flows: drawn, in words, with what is to be mended; and the texts that go out."""

import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from ivr.settings import ROOT, Settings
from ivr.sheet import Fault
from ivr.web.ops.flow_cards import line_to_dial, step_of
from ivr.web.ops.flow_shelf import Shelves
from ivr.wiring import App, build
from tests.clock import HandClock
from tests.web.ops.conftest import Browser
from tests.web.ops.reading import words

Clinic = Callable[..., Browser]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A clinic's files, to be written in."""
    return Path(shutil.copytree(ROOT / "callflows", tmp_path / "callflows"))


@pytest.fixture
def open_clinic(folder: Path, settings: Settings, browse: Callable[..., Browser], clock: HandClock) -> Clinic:
    """An operator of the clinic whose files those are."""

    def make(**changes: object) -> Browser:
        browser = browse(build(settings.model_copy(update={"callflows_dir": folder, **changes}), clock))
        assert browser.log_in().status_code == 303
        return browser

    return make


def page(browser: Browser, path: str) -> str:
    answer = browser.open(path)
    assert answer.status_code == 200, path
    return answer.text


def card(html: str, step: str) -> str:
    """What stands of one step, without mark-up."""
    found = re.search(rf'<article class="card step" id="step-{step}".*?</article>', html, re.DOTALL)
    assert found, step
    return words(found[0])


def row(html: str, flow: str) -> str:
    """What the list says of one flow."""
    return next(words(each) for each in re.findall(r"<tr>(.*?)</tr>", html, re.DOTALL) if f'"/ops/flows/{flow}"' in each.split("<td>")[0])


def edit(folder: Path, name: str, old: str, new: str) -> None:
    path = folder / name
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_the_list_says_what_starts_each_flow_and_how_whole_it_is(operator: Browser) -> None:
    html = page(operator, "/ops/flows")

    assert "Voice menu 08061914344, dialled" in row(html, "hotline")
    assert "Call me back 08061914348, by a missed call, called back" in row(html, "hotline")
    assert "our call to a doctor on duty, for a patient who waits" in row(html, "offer")
    assert "within consult, consult_status, waiting" in row(html, "triage")
    assert re.search(r" English Hindi Kannada: \d+ words cannot be heard ", row(html, "hotline"))
    assert "nothing to mend" in row(html, "doctor_day")
    assert "wordings to be approved" in row(html, "triage")
    assert re.search(r" \d+ s Kannada", row(html, "hotline"))
    assert "changed after" not in html


def test_every_flow_has_its_page_with_a_drawing_and_each_step_once(operator: Browser, app: App) -> None:
    for name, flow in app.book.flows.items():
        html = page(operator, f"/ops/flows/{name}")
        assert html.count("<svg") == 1
        assert re.findall(r'id="step-(\w+)"', html) == list(flow.steps)
        assert set(re.findall(r'href="#step-(\w+)"', html)) <= set(flow.steps)
        assert not re.search(r"<script(?![^>]*src=\"/static/)|<style|\sstyle=|\son\w+=", html)
        assert html.count("<h1>") == 1


def test_a_step_is_told_in_every_language_with_its_keys(operator: Browser) -> None:
    html = page(operator, "/ops/flows/hotline")
    menu = card(html, "main_menu")

    assert "For a doctor, press 1. For our app by SMS, 2." in menu
    assert "डॉक्टर" in menu
    assert "ವೈದ್ಯರು" in menu
    assert '<p lang="kn">' in html
    assert "1 → doctor" in menu
    assert "silence, wrong key → silent" in menu
    assert "takes 1 key · waits 5 s after the last word · asked again twice after silence, 3 times after a wrong key" in menu
    assert "read by a voice" in menu
    assert "not recorded, no voice" in menu
    assert "9 → languages" in words(html.split('id="words"')[1])
    assert "welcome_back" in html


def test_what_is_gathered_asked_and_done_is_said_in_plain_words(operator: Browser) -> None:
    consult, hotline, waiting = (page(operator, f"/ops/flows/{name}") for name in ("consult", "hotline", "waiting"))

    assert "takes 3 keys at most · waits 8 s after the last word" in card(consult, "age")
    assert "asks whether a consult can be sold now" in card(consult, "possible")
    assert "texts the link to pay by" in card(consult, "ask_to_pay")
    assert "runs the flow triage" in card(consult, "screen")
    assert "records 60 s at most, after consent by key 1" in card(hotline, "voice_note")
    assert "rings somebody of the clinic" in card(hotline, "ring_operator")
    assert "for 150 s at most until" in card(waiting, "hold").replace(" · ", " ")


def test_recordings_are_told_of(open_clinic: Clinic, folder: Path) -> None:
    audio = folder / "audio" / "kn"
    audio.mkdir(parents=True)
    (audio / "welcome.mp3").write_bytes(b"")

    assert "ಸ್ಟಾರ್. recorded then → booking" in card(page(open_clinic(), "/ops/flows/hotline"), "welcome")


def test_prices_stand_as_they_are_spoken(operator: Browser) -> None:
    html = words(page(operator, "/ops/flows/consult"))

    assert "orthopedics, standard, first Rs 249 two hundred and forty-nine rupees" in html.replace("forty nine", "forty-nine")
    assert "orthopedics, standard, later Rs 499" in html
    assert "Prices, as they are spoken" not in page(operator, "/ops/flows/triage")


def test_the_texts_of_a_flow_stand_with_segments_and_dlt_data(operator: Browser) -> None:
    html = words(page(operator, "/ops/flows/hotline"))

    assert "menu_link example ids: production refuses them service · version 1 · header SANDHI · entity 1101000000000000001" in html
    assert re.search(r"English 1 segment · GSM-7 · \d+ characters", html)
    assert re.search(r"Hindi \d segments? · UCS-2 · \d+ units of 16 bits", html)
    assert "plivo 1107170000000000041" in html
    assert "As you asked on {#cbn#}, here is the link to our app: {#urlott#}" in html
    assert "sent by hotline.send_link, hotline.send_link_anyway" in html


def test_all_texts_have_a_page(operator: Browser, app: App) -> None:
    html = page(operator, "/ops/flows/texts")

    assert re.findall(r'id="text-(\w+)"', html) == list(app.templates)
    assert "no step of a flow brings it about" in words(html)


def test_missing_dlt_data_is_marked(open_clinic: Clinic, folder: Path) -> None:
    edit(folder, "texts.yaml", 'template_id: { plivo: "1107170000000000012", twilio:', "template_id: { twilio:")
    html = words(page(open_clinic(dlt_entity_id=""), "/ops/flows/texts"))

    assert "app_link no entity id, 1 id missing" in html
    assert "missing: set DLT_ENTITY_ID" in html
    assert "plivo no template id" in html


def test_a_text_that_the_clinic_does_not_have_is_told_of(open_clinic: Clinic, folder: Path) -> None:
    text = (folder / "texts.yaml").read_text(encoding="utf-8")
    (folder / "texts.yaml").write_text(re.sub(r"  grievance_noted:\n(?:    .*\n)+", "", text), encoding="utf-8")

    html = words(page(open_clinic(), "/ops/flows/hotline"))
    assert "grievance_noted is not in texts.yaml, so nothing is sent at write_down." in html


def test_a_fault_shows_as_soon_as_the_file_is_saved(open_clinic: Clinic, folder: Path) -> None:
    browser = open_clinic()
    assert "nothing to mend" in row(page(browser, "/ops/flows"), "doctor_day")

    edit(folder, "flows/doctor_day.yaml", "noted: {say: day_noted, then: standing}", "noted: {say: day_noted, then: standin}")
    listed, html = page(browser, "/ops/flows"), page(browser, "/ops/flows/doctor_day")

    assert "1 to mend" in row(listed, "doctor_day")
    assert "callers hear what was there before" in words(listed)
    assert "then leads to standin, and there is no such step; did you mean standing?" in card(html, "noted")
    assert re.search(r'<code>flows/doctor_day.yaml:\d+</code> <a href="#step-noted">noted</a> then leads to standin', html)

    edit(folder, "flows/doctor_day.yaml", "then: standin}", "then: standing}")
    assert "nothing to mend" in row(page(browser, "/ops/flows"), "doctor_day")
    assert "callers hear what was there before" not in page(browser, "/ops/flows")


def test_a_missing_translation_is_marked_where_it_is_said(open_clinic: Clinic, folder: Path) -> None:
    browser = open_clinic()
    path = folder / "words" / "kn.yaml"
    path.write_text(re.sub(r"  day_noted:.*\n", "", path.read_text(encoding="utf-8")), encoding="utf-8")

    html = page(browser, "/ops/flows/doctor_day")
    assert "Kannada: 1 word missing" in words(html)
    assert "1 missing" in card(html, "noted")
    assert "Kannada missing" in card(html, "noted")
    assert "day_noted is missing, and doctor_day.noted says it; add it" in words(html)
    assert "nothing to mend" in row(page(browser, "/ops/flows"), "offer")


def test_a_file_that_nobody_can_read_is_told_of_and_breaks_no_page(open_clinic: Clinic, folder: Path) -> None:
    browser = open_clinic()
    (folder / "flows" / "oncall.yaml").write_text("flow: [", encoding="utf-8")

    assert "flows/oncall.yaml:" in page(browser, "/ops/flows")
    assert browser.open("/ops/flows/oncall").status_code == 404
    assert browser.open("/ops/flows/hotline").status_code == 200


def test_a_folder_that_is_gone_breaks_no_page(open_clinic: Clinic, folder: Path) -> None:
    browser = open_clinic()
    shutil.rmtree(folder)
    assert "No flows" in page(browser, "/ops/flows")
    assert page(browser, "/ops/flows/texts")


def test_an_idle_word_is_told_of_as_merely_odd(open_clinic: Clinic, folder: Path) -> None:
    for language, text in (("en", "Nobody says this."), ("hi", "यह कोई नहीं कहता।"), ("kn", "ಇದನ್ನು ಯಾರೂ ಹೇಳುವುದಿಲ್ಲ.")):
        edit(folder, f"words/{language}.yaml", "\nwords:\n", f'\nwords:\n  idle_word: "{text}"\n')
    assert "no flow says idle_word; leave it out, or say it" in page(open_clinic(), "/ops/flows")


def test_files_are_read_again_only_when_one_was_saved(folder: Path, settings: Settings, clock: HandClock) -> None:
    shelves = Shelves(build(settings.model_copy(update={"callflows_dir": folder}), clock))
    first = shelves.latest()
    assert shelves.latest() is first
    assert first.drawing("hotline") is first.drawing("hotline")

    (folder / "flows" / "hotline.yaml").touch()
    assert shelves.latest() is not first
    assert not shelves.latest().changed


def test_a_flow_is_dialled_on_the_softphone_where_there_is_one(open_clinic: Clinic, operator: Browser) -> None:
    assert "?dial=" not in page(operator, "/ops/flows/hotline")

    browser = open_clinic(sandbox_url="http://127.0.0.1:9001")
    assert 'href="http://127.0.0.1:9001/sandbox/?dial=08061914344"' in page(browser, "/ops/flows/hotline")
    assert "Dial this flow" in page(browser, "/ops/flows/doctor_day")
    assert "?dial=" not in page(browser, "/ops/flows/consult")


def test_a_flow_that_calls_back_leads_to_the_line_for_missed_calls(open_clinic: Clinic, folder: Path) -> None:
    edit(folder, "lines.yaml", "then: flow hotline", "then: flow doctor_day")
    html = page(open_clinic(sandbox_url="http://127.0.0.1:9001"), "/ops/flows/hotline")

    assert "?dial=08061914348" in html
    assert "Give it a missed call" in html


@pytest.mark.parametrize("path", ["/ops/flows/nothing", "/ops/flows/%3Cscript%3E", "/ops/flows/hotline/more", "/ops/flows/%00"])
def test_a_flow_that_is_not_there_is_said_kindly(operator: Browser, path: str) -> None:
    answer = operator.open(path)
    assert (answer.status_code, "<script>" in answer.text.split("<main")[1]) == (404, False)


@pytest.mark.parametrize("path", ["/ops/flows", "/ops/flows/hotline", "/ops/flows/texts"])
def test_a_stranger_sees_no_flow(browser: Browser, path: str) -> None:
    answer = browser.open(path)
    assert (answer.status_code, answer.location) == (303, f"/ops/login?next={path}")


def test_a_line_that_answers_is_dialled_before_one_that_calls_back(app: App) -> None:
    line = line_to_dial("hotline", app.lines)
    assert line is not None
    assert line.published == "08061914344"
    assert line_to_dial("triage", app.lines) is None


def test_a_fault_belongs_to_the_step_in_whose_rows_it_stands(app: App) -> None:
    flow = app.book.flows["hotline"]
    row_of = flow.lines["main_menu"]
    assert step_of(flow, Fault("flows/hotline.yaml", row_of + 3, "x")) == "main_menu"
    assert step_of(flow, Fault("flows/hotline.yaml", 1, "x")) == ""
    assert step_of(flow, Fault("words/en.yaml", row_of, "x")) == ""
