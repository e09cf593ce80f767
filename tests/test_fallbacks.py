"""What callers hear while we are away: the documents that providers fetch from elsewhere."""

from collections.abc import Callable
from pathlib import Path
from shutil import copytree

import pytest
from click.testing import CliRunner

from ivr.callbacks.addresses import fallback_url
from ivr.callflows import load_callflows
from ivr.cli.configuration import fallback
from ivr.fallbacks import Fallback, fallbacks, outbound, write
from ivr.lines import Answer
from ivr.model.errors import ConfigurationError
from ivr.model.values import Language
from ivr.settings import Settings

MENU = "08061914344"
REFUSAL = {"plivo": b'<Response><Hangup reason="busy"/></Response>', "twilio": b'<Response><Reject reason="busy"/></Response>'}
EN, HI, KN = Language.ENGLISH, Language.HINDI, Language.KANNADA
AT = "https://static.clinic.in/away"


@pytest.fixture
def folder(make_settings: Callable[..., Settings], tmp_path: Path) -> Path:
    """The shipped lines and words, for a test to change."""
    return Path(copytree(make_settings().callflows_dir, tmp_path / "callflows"))


def menu_of(settings: Settings, provider: str | None = None, address: str = "") -> Fallback:
    found = fallbacks(load_callflows(settings), provider, "plivo", address)
    return next(one for one in found if one.line.published == MENU)


@pytest.mark.parametrize("provider", ["plivo", "twilio"])
def test_a_line_of_missed_calls_refuses_and_a_line_that_answers_says_kind_words(
    make_settings: Callable[..., Settings], provider: str
) -> None:
    found = fallbacks(load_callflows(make_settings()), provider, "plivo")
    assert {one.provider for one in found} == {provider}
    for one in found:
        assert one.refuses is not isinstance(one.line.action, Answer)
        assert (one.document.body == REFUSAL[provider]) is one.refuses
        assert one.file == f"{provider}-{one.line.published}.xml"
    assert len({one.file for one in found}) == len(found)


def test_the_kind_words_answer_a_new_call_and_end_a_live_one(make_settings: Callable[..., Settings]) -> None:
    plivo, twilio = menu_of(make_settings(), "plivo"), menu_of(make_settings(), "twilio")
    assert (plivo.heard, twilio.heard) == ((EN, HI), (KN, EN, HI))  # Plivo has no voice for Kannada
    for one, verb in ((plivo, "Speak"), (twilio, "Say")):
        said = one.document.body.decode()
        assert said.startswith(f"<Response><{verb} ")
        assert said.endswith(f"</{verb}><Hangup/></Response>")
        assert "we will call you back" in said
        assert one.played == ()


def test_a_recording_is_played_only_from_where_the_documents_are(
    make_settings: Callable[..., Settings], folder: Path, tmp_path: Path
) -> None:
    (folder / "audio" / "kn").mkdir(parents=True)
    (folder / "audio" / "kn" / "away.wav").write_bytes(b"spoken")
    settings = make_settings(callflows_dir=folder)
    assert menu_of(settings).heard == (EN, HI)
    served = menu_of(settings, address=f"{AT}/")
    assert (served.heard, served.played) == ((KN, EN, HI), ("kn/away.wav",))
    assert f"<Play>{AT}/audio/kn/away.wav</Play>".encode() in served.document.body
    write([served], tmp_path / "out" / "deep", folder / "audio")
    assert (tmp_path / "out" / "deep" / served.file).read_bytes() == served.document.body
    assert (tmp_path / "out" / "deep" / "audio" / "kn" / "away.wav").read_bytes() == b"spoken"


def test_a_clinic_without_words_for_it_says_that_something_is_wrong(make_settings: Callable[..., Settings], folder: Path) -> None:
    for sheet in (folder / "words").glob("*.yaml"):
        sheet.write_text("".join(row for row in sheet.read_text().splitlines(keepends=True) if not row.startswith("  away:")))
    said = menu_of(make_settings(callflows_dir=folder)).document.body.decode()
    assert "something is wrong with this line" in said


def test_a_line_whose_languages_nobody_can_speak_says_it_in_english_or_hangs_up(make_settings: Callable[..., Settings]) -> None:
    english = menu_of(make_settings(voices=["plivo/en=Polly.Aditi en-IN"]))
    assert english.heard == (EN,)
    silent = menu_of(make_settings(voices=["twilio/en=Polly.Aditi en-IN"]))
    assert silent.heard == ()
    assert silent.document.body == b'<Response><Wait length="1"/><Hangup/></Response>'  # still an answer, not a refusal


def test_without_a_provider_each_line_has_the_document_of_its_own(make_settings: Callable[..., Settings], folder: Path) -> None:
    lines = folder / "lines.yaml"
    lines.write_text(lines.read_text().replace(f'"{MENU}"\n', f'"{MENU}"\n    provider: twilio\n', 1))
    found = fallbacks(load_callflows(make_settings(callflows_dir=folder)), None, "plivo")
    assert [one.provider for one in found if one.line.published == MENU] == ["twilio"]
    assert {one.provider for one in found if one.line.published != MENU} == {"plivo"}


def test_a_provider_that_we_do_not_have_is_named(make_settings: Callable[..., Settings]) -> None:
    with pytest.raises(ConfigurationError, match="'exotel'; there are plivo, twilio"):
        fallbacks(load_callflows(make_settings()), "exotel", "plivo")


@pytest.mark.parametrize(("provider", "setting"), [("plivo", "`fallback_answer_url`"), ("twilio", "`voice_fallback_url`")])
def test_the_command_writes_the_files_and_says_where_each_address_goes(tmp_path: Path, provider: str, setting: str) -> None:
    ran = CliRunner().invoke(fallback, [provider, "--out", str(tmp_path), "--at", AT])
    assert ran.exit_code == 0, ran.output
    assert f"{AT}/{provider}-{MENU}.xml\n  {MENU} Voice menu: kind words in " in ran.output
    assert f"enter its address at {provider}: " in ran.output
    assert setting in ran.output
    assert (tmp_path / f"{provider}-08061914343.xml").read_bytes() == REFUSAL[provider]


@pytest.mark.parametrize("provider", ["plivo", "twilio"])
def test_calls_that_we_place_have_a_document_of_their_own_that_never_refuses(make_settings: Callable[..., Settings], provider: str) -> None:
    one = outbound(load_callflows(make_settings()), provider, AT)
    assert (one.file, one.refuses, one.heard) == (f"{provider}-outbound.xml", False, (EN, HI) if provider == "plivo" else (KN, EN, HI))
    assert one.file == fallback_url(make_settings(fallback_url=f"{AT}/"), provider).removeprefix(f"{AT}/")
    assert fallback_url(make_settings(), provider) == ""
    assert "we will call you back" in one.document.body.decode()


def test_the_command_says_what_to_set_for_the_calls_that_we_place(tmp_path: Path) -> None:
    ran = CliRunner().invoke(fallback, ["twilio", "--out", str(tmp_path), "--at", AT])
    assert ran.exit_code == 0, ran.output
    assert f"{AT}/twilio-outbound.xml\n  calls that we place: kind words in kn, en, hi\n  set FALLBACK_URL to the address" in ran.output
    assert (tmp_path / "twilio-outbound.xml").exists()
    assert not (tmp_path / "plivo-outbound.xml").exists()


def test_the_command_prints_the_documents_when_no_folder_is_given() -> None:
    ran = CliRunner().invoke(fallback, [])
    assert ran.exit_code == 0, ran.output
    assert f"<!-- 08061914343 Hotline: refuses the call, free of charge -->\n{REFUSAL['plivo'].decode()}\n" in ran.output


@pytest.mark.parametrize("options", [["--at", AT], ["--at", "http://static.clinic.in", "--out", "."]])
def test_an_address_without_a_folder_or_without_https_is_refused(options: list[str]) -> None:
    ran = CliRunner().invoke(fallback, options)
    assert ran.exit_code == 2
    assert "--at is the https address of the folder that --out writes" in ran.output
