"""The signed routes: what a provider is answered, and what a stranger is."""

import json
from collections.abc import Callable
from urllib.parse import parse_qsl, urlencode

import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from ivr.store import alarms, console, outbox
from ivr.texts.addresses import report_url
from ivr.texts.booking import SEND
from ivr.web.app import create_app
from ivr.web.guard import MAX_BYTES, _pairs
from ivr.wiring import App, build
from tests.clock import HandClock
from tests.web.far_end import Provider

REJECTS = {"plivo": '<Response><Hangup reason="busy"/></Response>', "twilio": '<Response><Reject reason="busy"/></Response>'}


def stories(app: App) -> list[console.CallStory]:
    with app.database.read() as tx:
        return console.latest_calls(tx)


def alarmed(app: App) -> list[str]:
    with app.database.read() as tx:
        return [f"{row.kind}/{row.key}" for row in alarms.latest(tx)]


def test_a_ringing_call_is_refused_and_its_text_asked_for(far_end: Provider, door: App) -> None:
    answer = far_end.rings()

    assert (answer.status_code, answer.text) == (200, REJECTS[far_end.name])
    assert answer.content_type.startswith("text/xml")
    [story] = stories(door)
    assert [text.text.state for text in story.texts] == ["asked"]


def test_a_get_is_as_good_as_a_post(far_end: Provider, door: App) -> None:
    answer = far_end.get(f"/voice/{far_end.name}", urlencode(far_end.ringing()))

    assert (answer.status_code, answer.text) == (200, REJECTS[far_end.name])
    assert len(stories(door)) == 1


def test_a_call_told_twice_is_answered_the_same_and_recorded_once(far_end: Provider, door: App) -> None:
    params = far_end.ringing()

    answers = {far_end.send(f"/voice/{far_end.name}", params).text for _ in range(3)}

    assert answers == {REJECTS[far_end.name]}
    assert len(stories(door)) == 1


def test_the_end_of_a_call_we_never_heard_of_is_taken_for_its_arrival(far_end: Provider, door: App) -> None:
    params = far_end.ended()

    for _ in range(2):
        assert far_end.send(f"/voice/{far_end.name}/status", params).status_code == 204

    [story] = stories(door)
    assert story.call.outcome == "cancelled"
    assert len(story.texts) == 1


def test_an_unsigned_call_is_forbidden_and_leaves_no_trace(far_end: Provider, door: App) -> None:
    answer = far_end.client.post(f"/voice/{far_end.name}", data=far_end.ringing())

    assert (answer.status_code, answer.data) == (403, b"")
    assert stories(door) == []


def test_a_signature_over_other_words_is_forbidden(far_end: Provider, door: App) -> None:
    path, params = f"/voice/{far_end.name}", far_end.ringing()
    headers = far_end.wire.sign("POST", f"https://calls.example{path}", params)

    answer = far_end.client.post(path, data={**params, "From": "919900000000"}, headers=headers)

    assert answer.status_code == 403
    assert stories(door) == []


def test_another_account_is_forbidden_even_with_our_signature(far_end: Provider, door: App) -> None:
    account = {"plivo": {"ParentAuthID": "MA999999999999999999"}, "twilio": {"AccountSid": "AC" + "9" * 32}}[far_end.name]

    answer = far_end.send(f"/voice/{far_end.name}", {**far_end.ringing(), **account})

    assert answer.status_code == 403
    assert stories(door) == []


def test_the_host_header_has_no_say_in_the_signature(far_end: Provider) -> None:
    path, params = f"/voice/{far_end.name}", far_end.ringing()
    headers = far_end.wire.sign("POST", f"https://evil.example{path}", params)

    assert far_end.client.post(path, data=params, headers={**headers, "Host": "evil.example"}).status_code == 403


def test_a_rotated_token_still_verifies(door: App, clock: HandClock) -> None:
    tokens = ["the-new-token-of-plivo-1234567890", "plivo-test-auth-token-0000000000000000000"]
    settings = door.settings.model_copy(update={"plivo_auth_token": tuple(type(door.settings.secret_key)(token) for token in tokens)})
    old = Provider("plivo", door.settings, create_app(build(settings, clock)).test_client(), clock)

    assert old.rings().status_code == 200


def test_what_is_too_large_is_refused_before_it_is_read(far_end: Provider, door: App) -> None:
    answer = far_end.send(f"/voice/{far_end.name}", {**far_end.ringing(), "Extra": "x" * MAX_BYTES})

    assert answer.status_code == 413
    assert stories(door) == []


def test_a_call_without_its_id_is_a_bad_request_that_names_what_is_missing(far_end: Provider) -> None:
    params = far_end.ringing()
    missing = "CallUUID" if far_end.name == "plivo" else "CallSid"
    del params[missing]

    answer = far_end.send(f"/voice/{far_end.name}", params)

    assert answer.status_code == 400
    assert missing in answer.text


@pytest.mark.parametrize(
    "path", ["/voice/exotel", "/voice/exotel/status", "/texts/exotel/incoming", "/texts/exotel/report/A/b", "/voice", "/x"]
)
def test_providers_and_places_that_do_not_exist_are_not_found(client: FlaskClient, path: str) -> None:
    assert client.post(path).status_code == 404


def test_our_own_account_failing_the_check_five_times_raises_one_alarm_with_the_address(far_end: Provider, door: App) -> None:
    params = far_end.ringing()
    for _ in range(4):
        far_end.client.post(f"/voice/{far_end.name}", data=params)
    assert alarmed(door) == []

    for _ in range(5):
        far_end.client.post(f"/voice/{far_end.name}", data=params)

    assert alarmed(door) == [f"signature/{far_end.name}"]
    with door.database.read() as tx:
        [row] = alarms.latest(tx)
    assert f"https://calls.example/voice/{far_end.name}" in row.detail
    assert row.times == 1


def test_strangers_raise_no_alarm(client: FlaskClient, door: App) -> None:
    for _ in range(20):
        client.post("/voice/plivo", data={"CallUUID": "x"})

    assert alarmed(door) == []


def test_a_report_needs_the_mac_of_its_address_as_well_as_a_signature(far_end: Provider, door: App) -> None:
    url = report_url(door.settings, far_end.name, "01ARZ3NDEKTSV4RRFFQ69G5FAV").removeprefix("https://calls.example")
    params = {
        "plivo": {"MessageUUID": "83876bdb-2033-4876-bfaf-0ff8693705af", "Status": "delivered"},
        "twilio": {"MessageSid": "SM" + "3" * 32, "MessageStatus": "delivered", "AccountSid": door.settings.twilio_account_sid},
    }[far_end.name]

    assert far_end.send(url, params, texting=True).status_code == 204
    assert far_end.send(url[:-1] + ("0" if url[-1] != "0" else "1"), params, texting=True).status_code == 403
    assert far_end.client.post(url, data=params).status_code == 403


def test_a_former_secret_key_still_proves_a_report(door: App, clock: HandClock) -> None:
    secret = type(door.settings.secret_key)
    settings = door.settings.model_copy(update={"secret_key": secret("n" * 40), "secret_key_fallbacks": (door.settings.secret_key,)})
    far_end = Provider("twilio", door.settings, create_app(build(settings, clock)).test_client(), clock)
    url = report_url(door.settings, "twilio", "01ARZ3NDEKTSV4RRFFQ69G5FAV").removeprefix("https://calls.example")
    params = {"MessageSid": "SM" + "3" * 32, "MessageStatus": "sent", "AccountSid": door.settings.twilio_account_sid}

    assert far_end.send(url, params, texting=True).status_code == 204


def test_probes_answer(client: FlaskClient, far_end: Provider) -> None:
    far_end.rings()

    assert client.get("/healthz").text == "ok\n"
    assert client.get("/readyz").json == {"ready": True, "faults": []}
    figures = client.get("/metrics").text
    assert f'ivr_calls_total{{action="text",provider="{far_end.name}"}} 1.0' in figures
    assert 'ivr_texts{state="asked"} 1.0' in figures


def test_readiness_says_what_is_wrong(door: App, far_end: Provider, clock: HandClock) -> None:
    far_end.rings()
    clock.forward(minutes=5)

    answer = far_end.client.get("/readyz")

    assert answer.status_code == 503
    assert "workers relay" in json.dumps(answer.json)


def test_when_database_and_disk_both_fail_the_caller_is_still_refused_free(far_end: Provider, door: App, tmp_path: object) -> None:
    door.settings.var_dir.mkdir(parents=True, exist_ok=True)
    (door.settings.var_dir / "spool").write_text("a file where the spool's folder should be")
    door.database.close()

    answer = far_end.rings()

    assert (answer.status_code, answer.text) == (200, REJECTS[far_end.name])


@given(st.text(st.sampled_from("ab=&+%4E0€;\x00 "), max_size=40))
def test_fields_are_read_as_the_standard_library_reads_them(encoded: str) -> None:
    def read(reader: Callable[[str], object]) -> object:
        try:
            return reader(encoded)
        except ValueError:
            return "refused"

    assert read(_pairs) == read(lambda text: tuple(parse_qsl(text, keep_blank_values=True, errors="strict", max_num_fields=200)))


def test_readiness_notices_a_worker_that_never_reports_back(door: App, far_end: Provider, clock: HandClock) -> None:
    far_end.rings()
    for _ in range(2):
        now = clock.now()
        door.database.write(lambda tx, now=now: outbox.issue(tx, [SEND], now=now, again_at=now + 60_000, most=1))  # type: ignore[misc]
        clock.forward(minutes=1)

    answer = far_end.client.get("/readyz")

    assert answer.status_code == 503
    assert "workers texts" in json.dumps(answer.json)


def test_an_end_told_at_the_answer_address_is_an_end_all_the_same(door: App, client: FlaskClient, clock: HandClock) -> None:
    plivo = Provider("plivo", door.settings, client, clock)

    answer = plivo.send("/voice/plivo", plivo.ended())

    assert answer.status_code == 200
    [story] = stories(door)
    assert story.call.outcome == "cancelled"


@pytest.mark.parametrize("length", ["-1", "ten", "1_0", "٣", "9" * 40])
def test_a_length_that_is_none_is_refused(far_end: Provider, length: str) -> None:
    answer = far_end.client.post(f"/voice/{far_end.name}", environ_overrides={"CONTENT_LENGTH": length})

    assert answer.status_code in (400, 413)


@pytest.mark.parametrize("method", ["HEAD", "PUT", "DELETE", "OPTIONS", "PATCH"])
def test_other_methods_are_told_which_there_are(far_end: Provider, method: str) -> None:
    answer = far_end.client.open(f"/voice/{far_end.name}", method=method)

    assert (answer.status_code, answer.headers["Allow"]) == (405, "GET, POST")
