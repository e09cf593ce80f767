"""Live calls led elsewhere, looked at and ended by REST, through the vendors' SDKs: whatever the call is doing at that moment."""

from contextlib import suppress

import pytest
import requests
from far_end import ACCOUNTS, CALLER, LINE, Answer, plivo_document, plivo_menu, twilio_menu
from plivo import exceptions
from test_sandbox_joining import dial
from test_sandbox_rooms import DOCTOR, heard, room
from twilio.base.exceptions import TwilioRestException

from ivr.sandbox.faults import Fault

BOTH = pytest.mark.parametrize("provider", ["plivo", "twilio"])
WAIT = {"plivo": '<Response><Wait length="60"/></Response>', "twilio": '<Response><Pause length="60"/></Response>'}
REFUSED = (exceptions.PlivoRestError, exceptions.ResourceNotFoundError, exceptions.ValidationError, TwilioRestException)


def menu(product, provider):
    return plivo_document(plivo_menu(f"{product.url}/turn")) if provider == "plivo" else str(twilio_menu("/turn"))


def note(product, provider):
    verb = f'<Record action="{product.url}/turn"/>'
    return f"<Response>{verb}</Response>"


@pytest.fixture
def call(world, product, pass_time):
    """A caller who hears a document."""

    def ring(provider, document):
        product.answers(f"/voice/{provider}", document if isinstance(document, Answer) else Answer(document))
        product.answers("/turn", Answer("<Response><Hangup/></Response>"))
        product.answers("/elsewhere", Answer(WAIT[provider]))
        call_id = world.dial(CALLER, LINE, provider)
        pass_time(500)
        return call_id

    return ring


@pytest.fixture
def move(product, plivo, twilio):
    def lead(provider, call_id, path="/elsewhere", method="POST"):
        url = f"{product.url}{path}"
        if provider == "plivo":
            return plivo.calls.transfer(call_id, legs="aleg", aleg_url=url, aleg_method=method)
        return twilio.calls(call_id).update(url=url, method=method)

    return lead


@pytest.fixture
def end(plivo, twilio):
    def stop(provider, call_id):
        return plivo.calls.hangup(call_id) if provider == "plivo" else twilio.calls(call_id).update(status="completed")

    return stop


@BOTH
@pytest.mark.parametrize("doing", ["listening", "menu", "note", "on the way"])
def test_a_moved_call_drops_what_it_does_without_its_action(world, product, call, move, pass_time, provider, doing):
    slow = f"<Response><Redirect>{product.url}/turn</Redirect></Response>"
    document = {"listening": WAIT[provider], "menu": menu(product, provider), "note": note(product, provider), "on the way": slow}[doing]
    call_id = call(provider, WAIT[provider])
    if doing != "listening":
        product.answers("/first", Answer(document))
        move(provider, call_id, "/first")
        pass_time(150)
        world.speak(call_id, 1)
    move(provider, call_id)
    pass_time(5_000)
    world.press(call_id, "1")
    pass_time(20_000)
    asked = product.at("/elsewhere")
    assert (len(asked), asked[0].genuine, asked[0].method, product.at("/turn")) == (1, True, "POST", [])
    assert asked[0].params["CallStatus"] == "in-progress"
    assert (asked[0].params.get("CallUUID") or asked[0].params["CallSid"]) == call_id
    assert not {"Digits", "DialStatus", "DialCallStatus", "RecordUrl", "RecordingUrl"} & asked[0].params.keys()
    assert (world.call(call_id).state, world.call(call_id).waits_for) == ("live", "")


@BOTH
def test_the_answer_says_that_it_is_done_and_the_method_is_ours(product, plivo, call, move, pass_time, provider):
    call_id = call(provider, WAIT[provider])
    done = move(provider, call_id, method="GET")
    pass_time(200)
    assert product.at("/elsewhere")[0].method == "GET"
    if provider == "plivo":
        told = plivo.adapter.answers[-1]
        assert (told.status_code, told.json()["message"], told.json()["call_uuids"]) == (202, "call transfered", [call_id])
    else:
        assert (done.sid, done.status) == (call_id, "in-progress")


@BOTH
def test_a_call_moved_out_of_a_room_leaves_the_other_there(world, product, call, move, pass_time, provider):
    patient = call(provider, room(product, provider))
    doctor = world.dial(DOCTOR, LINE, provider)
    pass_time(500)
    move(provider, patient)
    pass_time(500)
    assert (world.call(patient).room, world.call(doctor).room, world.rooms()[0].inside) == ("", "consult-1", (doctor,))
    assert heard(world, doctor)[-2:] == [f"left {CALLER}", "silence"]
    assert world.rooms()[0].visits[0].how == "moved"
    left = next(
        each.params
        for each in product.at("/news")
        if "leave" in each.params.get("StatusCallbackEvent", each.params.get("Event")) or each.params.get("Event") == "ConferenceExit"
    )
    assert left.get("ReasonParticipantLeft", "participant_updated_via_api") == "participant_updated_via_api"
    assert len(product.at("/elsewhere")) == 1
    assert world.call(patient).state == "live"


def test_twilio_tells_the_action_of_a_dial_that_was_left_but_does_not_read_its_answer(world, product, call, move, pass_time):
    product.answers("/left", Answer("<Response><Hangup/></Response>"))
    call_id = call("twilio", room(product, "twilio"))
    move("twilio", call_id)
    pass_time(500)
    told = product.at("/left")[0].params
    assert (told["DialCallStatus"], told["CallStatus"], world.call(call_id).state) == ("answered", "in-progress", "live")
    world.twilio.tells_of_moves = False
    call_id = call("twilio", room(product, "twilio"))
    move("twilio", call_id)
    pass_time(500)
    assert len(product.at("/left")) == 1


def test_plivo_asks_nothing_of_a_conference_that_was_left(product, call, move, pass_time):
    move("plivo", call("plivo", room(product, "plivo")))
    pass_time(500)
    assert product.at("/left") == []


@BOTH
@pytest.mark.parametrize("picked_up", [False, True])
def test_a_call_moved_away_from_a_dial_ends_the_other_phone(world, product, call, move, pass_time, provider, picked_up):
    product.answers("/dialled", Answer("<Response><Hangup/></Response>"))
    call_id = call(provider, dial(product, provider, DOCTOR))
    leg = world.ringing(DOCTOR).id
    if picked_up:
        world.answer(leg)
    move(provider, call_id)
    pass_time(1_000)
    assert (world.call(leg).state, world.call(leg).answered) == ("over", picked_up)
    assert (world.call(call_id).state, world.call(call_id).waits_for, len(product.at("/elsewhere"))) == ("live", "", 1)
    told = [each.params["DialCallStatus"] for each in product.at("/dialled")]
    assert told == ([] if provider == "plivo" else ["completed" if picked_up else "canceled"])


@BOTH
def test_the_person_who_was_dialled_may_be_led_away_too(world, product, call, pass_time, provider):
    product.answers("/dialled", Answer("<Response><Hangup/></Response>"))
    call_id = call(provider, dial(product, provider, DOCTOR))
    leg = world.ringing(DOCTOR).id
    world.answer(leg)
    world.move(leg, f"{product.url}/elsewhere")
    pass_time(1_000)
    assert (world.call(leg).state, world.call(call_id).state, len(product.at("/dialled"))) == ("live", "over", 1)


@BOTH
def test_only_a_live_call_can_be_moved(world, product, plivo, call, move, place, pass_time, provider):
    over = call(provider, "<Response><Hangup/></Response>")
    queued = place[provider]()
    pass_time(400)
    for call_id in (over, queued, "nobody"):
        with pytest.raises(REFUSED) as refused:
            move(provider, call_id)
        if provider == "twilio":
            assert refused.value.code == (20404 if call_id == "nobody" else 21220)
        else:
            assert plivo.adapter.answers[-1].status_code == 404
        with pytest.raises(ValueError, match="is not live"):
            world.move(call_id, f"{product.url}/elsewhere")
    assert product.at("/elsewhere") == []


def test_what_the_vendors_would_not_take_is_refused(world, server, twilio, call):
    call_id = call("twilio", WAIT["twilio"])
    for url in ("", "http://clinic.example/answer"):
        with pytest.raises(TwilioRestException) as refused:
            twilio.calls(call_id).update(url=url)
        assert refused.value.code == 21205
    account = (ACCOUNTS.plivo_auth_id, ACCOUNTS.plivo_auth_token)
    call_id = call("plivo", WAIT["plivo"])
    for fields, said in [
        ({}, "aleg_url parameter"),
        ({"legs": "both", "aleg_url": "http://127.0.0.1/"}, "the aleg only"),
        ({"aleg_url": "http://clinic.example/"}, "only talks to this machine"),
    ]:
        answer = requests.post(f"{server.url}/v1/Account/{account[0]}/Call/{call_id}/", json=fields, auth=account, timeout=5)
        assert (answer.status_code, said in answer.json()["error"]) == (400, True)


@BOTH
def test_a_move_that_leads_nowhere_ends_as_the_vendor_ends_it(world, product, call, move, pass_time, provider):
    for broken, code in ((Answer(status="500 Oops"), "7013"), (Answer("<oops"), "8013")):
        call_id = call(provider, WAIT[provider])
        product.answers("/elsewhere", broken)
        move(provider, call_id)
        pass_time(6_000)
        assert world.call(call_id).hangup_code == {"plivo": code, "twilio": "completed"}[provider]
        assert world.call(call_id).error == {"plivo": code, "twilio": {"7013": "11200", "8013": "12100"}[code]}[provider]


@BOTH
@pytest.mark.parametrize("state", ["queued", "ringing", "live", "in a room"])
def test_a_call_is_ended_whatever_it_is_at(world, product, place, end, pass_time, provider, state):
    if state in ("live", "in a room"):
        world.behave(CALLER, "answers")
    product.answers("/answer", room(product, provider) if state == "in a room" else Answer(WAIT[provider]))
    call_id = place[provider]()
    pass_time({"queued": 0, "ringing": 1_000}.get(state, 4_000))
    end(provider, call_id)
    pass_time(500)
    answered = state in ("live", "in a room")
    codes = {"plivo": ("1000", "4000"), "twilio": ("canceled", "completed")}[provider]
    assert (world.call(call_id).hangup_code, world.call(call_id).charged) == (codes[answered], answered)
    ended = product.at("/ended")[0].params
    assert ended.get("HangupSource", "API Request") == "API Request"
    assert [each.ended_at is not None for each in world.rooms()] == ([True] if state == "in a room" else [])
    with pytest.raises(REFUSED):
        end(provider, call_id)


@BOTH
@pytest.mark.parametrize(
    ("effect", "happened"), [("error_before", False), ("rejected", False), ("reset", False), ("error_after", True), ("latency", True)]
)
@pytest.mark.parametrize("operation", ["call.move", "call.end"])
def test_moves_and_ends_go_wrong_on_purpose(world, product, call, move, end, pass_time, provider, operation, effect, happened):
    call_id = call(provider, WAIT[provider])
    world.faults.add(Fault(operation, effect, to=CALLER, times=None, ms=1 if effect == "latency" else 0))
    with suppress(*REFUSED, exceptions.PlivoServerError, requests.exceptions.ConnectionError):
        move(provider, call_id) if operation == "call.move" else end(provider, call_id)
    pass_time(500)
    assert (bool(product.at("/elsewhere")) or world.call(call_id).ended) is happened
    assert {each.operation for each in world.requests()} == {operation}


def test_looking_at_a_call_goes_wrong_on_purpose(world, plivo, twilio, call):
    ids = {provider: call(provider, WAIT[provider]) for provider in WAIT}
    assert (plivo.live_calls.get(ids["plivo"]).call_status, twilio.calls(ids["twilio"]).fetch().status) == ("in-progress", "in-progress")
    world.faults.add(Fault("call.fetch", "error_before", times=None))
    with pytest.raises(TwilioRestException) as refused:
        twilio.calls(ids["twilio"]).fetch()
    assert refused.value.status == 503
    with pytest.raises((exceptions.PlivoRestError, exceptions.PlivoServerError)):
        plivo.live_calls.get(ids["plivo"])
