"""One call followed by its id through the logs of web, relay and worker, as a person does it with `grep`."""

import json
import logging

import pytest

from ivr.logs import JsonLines
from tests.stage import HOTLINE, Stage

WEB, RELAY, TEXTS, CALLS = "ivr.calls", "workers.relay", "ivr.texts.delivery", "ivr.callbacks.placing"


@pytest.fixture(autouse=True)
def _all_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)


def _lines(caplog: pytest.LogCaptureFixture) -> list[dict[str, object]]:
    """As they stand in the log, each one object on one line."""
    written = [JsonLines("journey").format(record) for record in caplog.records]
    assert not [line for line in written if "\n" in line]
    return [json.loads(line) for line in written]


def _told_of(call_id: object, lines: list[dict[str, object]]) -> dict[object, object]:
    return {line["logger"]: line["message"] for line in lines if line.get("call_id") == call_id}


@pytest.mark.paired
def test_a_missed_call_is_followed_by_its_id_to_the_text(stage: Stage, caplog: pytest.LogCaptureFixture) -> None:
    caller = stage.caller().dials(HOTLINE)
    caller.gets_text(containing=HOTLINE)

    lines = _lines(caplog)
    [over] = [line for line in lines if line["logger"] == WEB]
    assert _told_of(over["call_id"], lines) == {
        WEB: "a call is over",
        RELAY: "a wish was queued",
        TEXTS: "a text was handed over",
    }


@pytest.mark.paired
def test_a_call_back_is_followed_by_the_id_of_the_call_that_asked_for_it(stage: Stage, caplog: pytest.LogCaptureFixture) -> None:
    stage.caller().dials(stage.call_back_line).is_rung(by=stage.call_back_line, within_minutes=1)

    lines = _lines(caplog)
    asked_for = next(line["call_id"] for line in lines if line["logger"] == WEB)
    assert _told_of(asked_for, lines) == {WEB: "a call is over", RELAY: "a wish was queued", CALLS: "a call was handed over"}


@pytest.mark.paired
def test_no_line_has_a_number_or_a_secret(stage: Stage, caplog: pytest.LogCaptureFixture) -> None:
    caller = stage.caller().dials(HOTLINE)
    caller.gets_text()
    caller.dials(stage.call_back_line).is_rung(by=stage.call_back_line, within_minutes=1)

    written = "\n".join(map(json.dumps, _lines(caplog)))
    settings = stage.app.settings
    secrets = [settings.secret_key, *settings.plivo_auth_token, *settings.twilio_auth_token, *settings.data_key, settings.phone_hash_key]
    assert "a text was handed over" in written
    assert caller.number[3:] not in written
    assert not [secret for secret in secrets if secret.get_secret_value() in written]
