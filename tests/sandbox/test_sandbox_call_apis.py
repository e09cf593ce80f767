"""The vendors' call APIs, seen through their SDKs: what they refuse, what goes wrong on purpose, what is found again and ended."""

from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest
import requests
from far_end import ACCOUNTS, CALLER, LINE, SHOWN, Answer, twilio_client
from plivo import exceptions
from twilio.base.exceptions import TwilioRestException

from ivr.sandbox.faults import Fault


def test_plivo_calls_many_at_once(world, plivo, place):
    ids = place["plivo"](to="919845012345<919845012346")
    assert [call.caller for call in world.calls()] == ["+919845012345", "+919845012346"]
    assert (list(ids), plivo.adapter.answers[0].json()["message"]) == ([call.id for call in world.calls()], "calls fired")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"to": "12345"}, "to is not a valid phone number"),
        ({"from_": "919845099999"}, "not associated with your account"),
        ({"from_": "123456789"}, "not associated with your account"),
        ({"answer_url": "http://clinic.example/answer"}, "only talks to this machine"),
        ({"hangup_url": "http://clinic.example/answer"}, "only talks to this machine"),
        ({"time_limit": "soon"}, "whole number of seconds"),
    ],
)
def test_plivo_refuses_a_call_it_would_not_place(world, place, change, said):
    with pytest.raises(exceptions.ValidationError, match=said):
        place["plivo"](**change)
    assert world.calls() == []
    assert [(each.operation, each.status) for each in world.requests()] == [("call.create", 400)]


def test_plivo_misses_what_the_sdk_always_sends(server):
    account = (ACCOUNTS.plivo_auth_id, ACCOUNTS.plivo_auth_token)
    url = f"{server.url}/v1/Account/{account[0]}/Call/"
    asked = [({}, "from parameter"), ({"from": SHOWN}, "to parameter"), ({"from": SHOWN, "to": "919845012345"}, "answer_url parameter")]
    for fields, said in asked:
        assert said in requests.post(url, json=fields, auth=account, timeout=5).json()["error"]
    same = {"from": SHOWN, "to": SHOWN, "answer_url": "http://127.0.0.1/"}
    assert "cannot be the same" in requests.post(url, json=same, auth=account, timeout=5).json()["error"]
    assert requests.post(url, json={}, timeout=5).status_code == 401


@pytest.mark.parametrize(
    ("change", "status", "code"),
    [
        ({"to": "12345"}, 400, 21211),
        ({"to": ""}, 400, 21201),
        ({"from_": ""}, 400, 21213),
        ({"from_": "MFINEX"}, 400, 21212),
        ({"url": "http://clinic.example/answer"}, 400, 21205),
        ({"url": ""}, 400, 21205),
        ({"status_callback": "http://clinic.example/answer"}, 400, 21609),
    ],
)
def test_twilio_refuses_a_call_it_would_not_place(world, place, change, status, code):
    with pytest.raises(TwilioRestException) as refused:
        place["twilio"](**change)
    assert (refused.value.status, refused.value.code, world.calls()) == (status, code, [])


def test_plivo_carries_only_so_many_calls_inbound_ones_included(world, plivo, place):
    world.channels["plivo"] = 2
    world.dial(CALLER, LINE)
    first = place["plivo"]()
    with pytest.raises(exceptions.PlivoRestError):
        place["plivo"]()
    refused = plivo.adapter.answers[-1]
    assert (refused.status_code, "concurrent calls limit" in refused.json()["error"]) == (403, True)
    plivo.calls.hangup(first)
    place["plivo"]()


def test_twilio_carries_only_as_many_as_it_is_told(world, place):
    world.channels["twilio"] = 1
    place["twilio"]()
    with pytest.raises(TwilioRestException) as refused:
        place["twilio"]()
    assert (refused.value.status, refused.value.code) == (429, 10004)


@pytest.mark.parametrize(
    ("fault", "status", "code", "rings"),
    [
        (Fault("call.create", "error_before"), 503, 20503, False),
        (Fault("call.create", "error_after"), 503, 20503, True),
        (Fault("call.create", "rejected", status=429, retry_after=2), 429, 20429, False),
        (Fault("call.create", "rejected", code="10004"), 429, 10004, False),
        (Fault("call.create", "rejected", code="21210"), 400, 21210, False),
    ],
)
def test_twilio_errs_when_placing_a_call(world, place, fault, status, code, rings):
    world.faults.add(fault)
    with pytest.raises(TwilioRestException) as refused:
        place["twilio"]()
    assert (refused.value.status, refused.value.code, len(world.calls())) == (status, code, int(rings))
    place["twilio"]()


@pytest.mark.parametrize(
    ("fault", "statuses", "rings"),
    [
        # the SDK sends a call up to three times when the answer is 5xx
        (Fault("call.create", "error_before"), [503, 201], 1),
        (Fault("call.create", "error_after"), [503, 201], 2),
        (Fault("call.create", "error_after", times=3), [503, 503, 503], 3),
        (Fault("call.create", "rejected", code="channels"), [403], 0),
        (Fault("call.create", "rejected", code="callerid"), [400], 0),
        (Fault("call.create", "rejected", status=429, retry_after=2), [429], 0),
    ],
)
def test_plivo_errs_when_placing_a_call(world, plivo, place, fault, statuses, rings):
    world.faults.add(fault)
    with suppress(exceptions.PlivoRestError, exceptions.ValidationError):
        place["plivo"]()
    answers = plivo.adapter.answers
    assert ([each.status_code for each in answers], len(world.calls())) == (statuses, rings)
    assert [each.status for each in world.requests()] == statuses
    assert answers[0].headers.get("Retry-After") == ("2" if fault.retry_after else None)


@pytest.mark.parametrize("operation", ["call.create", "call.list"])
def test_a_closed_connection_is_a_connection_error(world, twilio, place, operation):
    world.faults.add(Fault(operation, "reset"))
    with pytest.raises(requests.exceptions.ConnectionError):
        place["twilio"]() if operation == "call.create" else twilio.calls.list(to=CALLER)
    assert (world.calls(), [(each.operation, each.status) for each in world.requests()]) == ([], [(operation, 0)])


def test_a_held_answer_still_rings_the_phone(world, server, product):
    world.faults.add(Fault("call.create", "hang_after", ms=60_000))
    with pytest.raises(requests.exceptions.ReadTimeout):
        twilio_client(server.url, timeout=0.3).calls.create(to=CALLER, from_=f"+{SHOWN}", url=f"{product.url}/answer")
    assert world.ringing(CALLER) is not None


def test_plivo_lists_live_calls_and_completed_ones(world, plivo, place, clock, pass_time):
    first = place["plivo"]()
    inbound = world.dial(CALLER, LINE, "plivo")
    other = place["plivo"](to="919845099999")
    assert plivo.live_calls.list_ids(call_direction="outbound").calls == [other, first]
    assert plivo.live_calls.list_ids(to_number="919845012345", from_number=SHOWN).calls == [first]
    assert inbound in plivo.live_calls.list_ids(limit=20).calls
    live = plivo.live_calls.get(first)
    assert (live.call_status, live.direction, live.to, live.request_uuid) == ("ringing", "outbound", "919845012345", first)
    assert plivo.calls.list(to_number="919845012345").objects == []
    started = datetime.fromtimestamp(clock.now() / 1000, UTC)
    world.answer(first)
    pass_time(1_000)
    world.hang_up(other)
    stamp = "%Y-%m-%d %H:%M:%S.%f"
    found = plivo.calls.list(to_number="919845012345", from_number=SHOWN, end_time__gte=started.strftime(stamp), limit=20, offset=0)
    assert [(each.call_uuid, each.hangup_cause_code, each.call_direction) for each in found.objects] == [(first, 4000, "outbound")]
    assert found.meta.total_count == 1
    assert plivo.calls.list(end_time__gt=(started + timedelta(seconds=60)).strftime(stamp)).objects == []
    assert [each.call_uuid for each in plivo.calls.list(hangup_cause_code=3020).objects] == [other]
    completed = plivo.calls.get(first)
    assert (completed.to_number, completed.hangup_source, completed.call_duration) == ("919845012345", "Answer XML", 1)
    assert completed.answer_time.endswith("+05:30")
    with pytest.raises(exceptions.ResourceNotFoundError):
        plivo.live_calls.get(first)


def test_plivo_refuses_a_page_it_cannot_read(server):
    account = (ACCOUNTS.plivo_auth_id, ACCOUNTS.plivo_auth_token)
    for query in ("limit=21", "offset=-1", "end_time__gte=yesterday"):
        answer = requests.get(f"{server.url}/v1/Account/{account[0]}/Call/?{query}", auth=account, timeout=5)
        assert (answer.status_code, "error" in answer.json()) == (400, True)


def test_plivo_ends_calls_that_ring_and_calls_that_live(world, plivo, product, place, pass_time):
    ringing, live = place["plivo"](), place["plivo"](to="919845099999")
    product.answers("/answer", Answer('<Response><Wait length="60"/></Response>'))
    world.answer(live)
    pass_time(2_000)
    plivo.calls.cancel(ringing)
    plivo.calls.hangup(live)
    pass_time(0)
    assert plivo.adapter.answers[-1].status_code == 204
    told = [(each.params["HangupCauseCode"], each.params["CallStatus"], each.params["HangupSource"]) for each in product.at("/ended")]
    assert told == [("1000", "cancel", "API Request"), ("4000", "completed", "API Request")]
    with pytest.raises(exceptions.ResourceNotFoundError):
        plivo.calls.hangup(live)


def test_twilio_lists_looks_and_ends(world, twilio, product, place, clock, pass_time):
    start = datetime.fromtimestamp(clock.now() / 1000, UTC)
    ids = []
    for _ in range(3):
        ids.append(place["twilio"]())
        clock.forward(1_000)
    other = place["twilio"](to="+919845099999")
    assert [each.sid for each in twilio.calls.list(to=CALLER, from_=f"+{SHOWN}", page_size=2)] == ids[::-1]
    window = {"start_time_after": start + timedelta(seconds=1), "start_time_before": start + timedelta(seconds=2)}
    assert [each.sid for each in twilio.calls.list(to=CALLER, **window)] == [ids[2], ids[1]]
    assert len(twilio.calls.list(start_time=start)) == 4
    assert [each.sid for each in twilio.calls.list(status="queued")] == [other, *ids[::-1]]
    pass_time(1_000)
    assert twilio.calls(other).fetch().status == "ringing"
    product.answers("/answer", Answer('<Response><Pause length="60"/></Response>'))
    world.answer(other)
    pass_time(1_000)
    seen = twilio.calls(other).fetch()
    assert (seen.status, seen.direction, seen.to, seen.duration) == ("in-progress", "outbound-api", "+919845099999", None)
    with pytest.raises(TwilioRestException) as wrong:
        twilio.calls(other).update(status="canceled")
    assert wrong.value.code == 21220
    assert twilio.calls(other).update(status="completed").status == "completed"
    assert twilio.calls(ids[0]).update(status="canceled").status == "canceled"
    with pytest.raises(TwilioRestException) as over:
        twilio.calls(other).update(status="completed")
    assert over.value.code == 21220
    with pytest.raises(TwilioRestException) as missing:
        twilio.calls("CA" + "0" * 32).fetch()
    assert missing.value.code == 20404
    with pytest.raises(TwilioRestException) as nobody:
        twilio.calls("CA" + "0" * 32).update(status="completed")
    assert nobody.value.code == 20404
    with pytest.raises(TwilioRestException, match="takes Url, or Status"):
        twilio.calls(ids[1]).update(fallback_url=f"{product.url}/elsewhere")


def test_the_wrong_token_places_nothing(world, server, product):
    with pytest.raises(TwilioRestException) as refused:
        twilio_client(server.url, token="wrong").calls.create(to=CALLER, from_=f"+{SHOWN}", url=f"{product.url}/answer")
    assert (refused.value.status, world.calls()) == (401, [])
