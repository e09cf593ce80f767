"""Calls that the product places through the vendors' real SDKs: rung, picked up, reported, found again, refused."""

import pytest
from far_end import CALLER, SHOWN, Answer, plivo_document, plivo_menu, twilio_menu

BOTH = pytest.mark.parametrize("provider", ["plivo", "twilio"])


@BOTH
def test_a_phone_rings_until_somebody_picks_up_and_hears_the_menu(world, product, place, plivo, pass_time, provider):
    document = plivo_document(plivo_menu(f"{product.url}/turn")) if provider == "plivo" else str(twilio_menu("/turn"))
    product.answers("/answer", Answer(document))
    product.answers("/turn", Answer("<Response><Hangup/></Response>"))
    call_id = place[provider]()
    call = world.ringing(CALLER)
    assert (call.id, call.state, call.direction, call.caller, call.line) == (call_id, "ringing", "outbound", CALLER, f"+{SHOWN}")
    pass_time(10_000)
    assert product.received == []
    world.answer(call_id)
    with pytest.raises(ValueError, match="does not ring"):
        world.answer(call_id)
    pass_time(100)
    first = product.at("/answer")[0]
    assert first.genuine
    assert first.params["CallStatus"] == "in-progress"
    world.press(call_id, "1")
    pass_time(1_000)
    assert product.at("/turn")[0].params["Digits"] == "1"
    ended = product.at("/ended")[0]
    assert ended.genuine
    if provider == "plivo":
        assert plivo.adapter.answers[0].status_code == 201
        assert plivo.adapter.answers[0].json()["message"] == "call fired"
        for params in (first.params, product.at("/turn")[0].params, ended.params):
            assert (params["Direction"], params["From"], params["To"]) == ("outbound", SHOWN, "919845012345")
            assert {params[name] for name in ("CallUUID", "RequestUUID", "ALegUUID", "ALegRequestUUID")} == {call_id}
        assert (first.params["Event"], ended.params["Event"], ended.params["CallStatus"]) == ("StartApp", "Hangup", "completed")
        assert (ended.params["HangupCauseCode"], ended.params["Duration"], "AnswerTime" in ended.params) == ("4000", "1", True)
    else:
        for params in (first.params, product.at("/turn")[0].params, ended.params):
            assert (params["Direction"], params["From"], params["To"]) == ("outbound-api", f"+{SHOWN}", CALLER)
            assert params["CallSid"] == call_id
        assert (ended.params["CallStatus"], ended.params["CallDuration"], ended.params["SequenceNumber"]) == ("completed", "1", "0")
        assert ended.params["SipResponseCode"] == "200"


MANNERS = [
    # manner, after how many ms it is over → Plivo's code, status; Twilio's status
    ("busy", 300, "3010", "busy", "busy"),
    ("declines", 3_300, "3020", "failed", "busy"),
    ("rings", 25_300, "3000", "no-answer", "no-answer"),
    ("no answer", 25_300, "3000", "no-answer", "no-answer"),
    ("unreachable", 300, "3090", "failed", "failed"),
]


@pytest.mark.parametrize(("manner", "ms", "code", "status", "twilio_status"), MANNERS)
@BOTH
def test_a_phone_that_is_not_picked_up_is_told(world, product, place, pass_time, provider, manner, ms, code, status, twilio_status):
    world.behave(CALLER, manner)
    call_id = place[provider](**({"ring_timeout": 25} if provider == "plivo" else {"timeout": 25}))
    pass_time(ms - 1)
    assert world.call(call_id).state == "ringing"
    pass_time(1)
    ended = product.at("/ended")[0].params
    if provider == "plivo":
        assert (ended["HangupCauseCode"], ended["CallStatus"], ended["Duration"], "AnswerTime" in ended) == (code, status, "0", False)
        assert ended["HangupSource"] == "Carrier"
    else:
        assert (ended["CallStatus"], ended["CallDuration"]) == (twilio_status, "0")
    assert (product.at("/answer"), world.call(call_id).charged) == ([], False)


@BOTH
def test_a_person_answers_declines_or_hangs_up(world, product, place, pass_time, provider):
    declined = place[provider]()
    world.hang_up(declined)
    assert world.call(declined).hangup_code == {"plivo": "3020", "twilio": "busy"}[provider]
    world.behave(CALLER, "answers")
    product.answers(
        "/answer", Answer(plivo_document(plivo_menu(f"{product.url}/turn")) if provider == "plivo" else str(twilio_menu("/turn")))
    )
    call_id = place[provider]()
    pass_time(2_299)
    assert world.call(call_id).state == "ringing"
    pass_time(1_001)
    assert world.call(call_id).waits_for == "keys"
    world.hang_up(call_id)
    pass_time(100)
    assert [each.params.get("HangupSource", "Callee") for each in product.at("/ended")][-1] == "Callee"


@BOTH
def test_a_machine_listens_and_presses_nothing(world, product, place, pass_time, provider):
    world.behave(CALLER, "machine")
    pause = {"plivo": '<Wait length="300"/>', "twilio": '<Pause length="300"/>'}[provider]
    product.answers("/answer", Answer(f"<Response>{pause}</Response>"))
    call_id = place[provider]()
    pass_time(4_400)
    assert world.call(call_id).state == "live"
    pass_time(39_800)
    assert world.call(call_id).state == "live"
    pass_time(200)
    assert world.call(call_id).state == "over"


@BOTH
def test_a_call_ends_when_its_time_is_over(world, product, place, pass_time, provider):
    world.behave(CALLER, "answers")
    pause = {"plivo": '<Wait length="300"/>', "twilio": '<Pause length="300"/>'}[provider]
    product.answers("/answer", Answer(f"<Response>{pause}</Response>"))
    call_id = place[provider](time_limit=20)
    pass_time(22_300)
    assert world.call(call_id).hangup_code == {"plivo": "6000", "twilio": "completed"}[provider]


def test_twilio_reports_the_progress_that_was_asked_for(world, product, place, pass_time):
    world.behave(CALLER, "answers")
    place["twilio"](status_callback_event=["initiated", "ringing", "answered", "completed"])
    pass_time(5_000)
    told = [(each.params["CallStatus"], each.params["SequenceNumber"]) for each in product.at("/ended")]
    assert told == [("initiated", "0"), ("ringing", "1"), ("in-progress", "2"), ("completed", "3")]
    assert all(each.genuine for each in product.received)


def test_plivo_tells_that_it_rings_when_asked_to(product, place, pass_time):
    place["plivo"](ring_url=f"{product.url}/rings", ring_method="GET")
    pass_time(300)
    ringing = product.at("/rings")[0]
    assert (ringing.method, ringing.params["Event"], ringing.params["CallStatus"], ringing.genuine) == ("GET", "Ring", "ringing", True)


@BOTH
def test_an_answer_url_that_fails_ends_the_call_or_asks_the_fallback(world, product, place, pass_time, provider):
    world.behave(CALLER, "answers")
    product.answers("/answer", Answer(status="500 Oops"))
    product.answers("/second", Answer("<Response><Hangup/></Response>"))
    call_id = place[provider]()
    pass_time(10_000)
    assert world.call(call_id).error == {"plivo": "7011", "twilio": "11200"}[provider]
    call_id = place[provider](fallback_url=f"{product.url}/second")
    pass_time(10_000)
    assert world.call(call_id).hangup_code == {"plivo": "4000", "twilio": "completed"}[provider]
    assert product.at("/second")[0].params["CallStatus"] == "in-progress"
