"""Conferences: who meets whom, what they hear, what the product is told, and how each of them goes on. Documents by the vendors' SDKs."""

import pytest
from far_end import CALLER, LINE, SHOWN, Answer, plivo_document
from plivo import plivoxml
from twilio.twiml.voice_response import VoiceResponse

from ivr.sandbox.faults import Fault

DOCTOR, NURSE = "+919845077777", "+919845088888"
BOTH = pytest.mark.parametrize("provider", ["plivo", "twilio"])
# how this file says it → how Plivo's and Twilio's SDKs do
_PLIVO = {"starts": "start_conference_on_enter", "ends": "end_conference_on_exit", "most": "max_members", "seconds": "time_limit"}
_TWILIO = {"starts": "start_conference_on_enter", "ends": "end_conference_on_exit", "most": "max_participants"}


def room(product, provider, name="consult-1", action="/left", then="Goodbye", **how):
    """A document that enters a room: `starts`, `ends`, `most`, `seconds`, and what only one vendor knows."""
    if provider == "plivo":
        usual = {"action": f"{product.url}{action}" if action else None, "callback_url": f"{product.url}/news"}
        element = plivoxml.ConferenceElement(name, **usual, **{_PLIVO.get(key, key): value for key, value in how.items()})
        return Answer(plivo_document(element, plivoxml.SpeakElement(then)))
    twiml = VoiceResponse()
    more = {"time_limit": how.pop("seconds", None), "hangup_on_star": how.pop("hangup_on_star", None)}
    usual = {"beep": "false", "status_callback": "/news", "status_callback_event": "start join leave end"}
    dial = twiml.dial(action=action, **more)
    dial.conference(name, **{**usual, **{_TWILIO.get(key, key): value for key, value in how.items()}})
    twiml.say(then)
    return Answer(str(twiml))


@pytest.fixture
def enters(world, product, pass_time):
    """Somebody rings a line whose document enters a room; the call's id."""

    def call(provider, caller=CALLER, **how):
        product.answers(f"/voice/{provider}", room(product, provider, **how))
        product.answers("/left", Answer("<Response><Say>Left</Say></Response>".replace("Say", "Speak" if provider == "plivo" else "Say")))
        call_id = world.dial(caller, LINE, provider)
        pass_time(200)
        return call_id

    return call


def heard(world, call_id):
    return [f"{each.kind} {each.text}".strip() for each in world.call(call_id).heard]


def news(product):
    """What the product was told of rooms, in one vendor-free word each, with the call it is about."""
    words = {"conference-start": "start", "conference-end": "end", "participant-join": "join", "participant-leave": "leave"}
    told = [each.params for each in product.at("/news")]
    return [
        (
            words.get(each.get("StatusCallbackEvent")) or {"enter": "join", "exit": "leave"}[each["ConferenceAction"]],
            each.get("CallUUID", each.get("CallSid", "")),
        )
        for each in told
    ]


@BOTH
def test_two_people_meet_and_whoever_is_left_stays_until_hanging_up(world, product, enters, pass_time, provider):
    first = enters(provider)
    assert (world.call(first).state, world.call(first).room, world.call(first).waits_for) == ("live", "consult-1", "")
    assert heard(world, first) == [{"plivo": "silence", "twilio": "music"}[provider]]
    second = enters(provider, DOCTOR)
    assert heard(world, first)[1:] == [f"joined {DOCTOR}"]
    assert heard(world, second) == [f"joined {CALLER}"]
    pass_time(60_000)
    world.hang_up(second)
    pass_time(100)
    assert heard(world, first)[2:] == [f"left {DOCTOR}", "silence"]
    assert (world.call(first).room, world.call(second).room, product.at("/left")[-1].params["CallStatus"]) == ("consult-1", "", "completed")
    pass_time(600_000)
    assert world.call(first).state == "live"
    world.hang_up(first)
    pass_time(100)
    started = {"twilio": [("start", "")], "plivo": []}[provider]
    ended = {"twilio": [("end", "")], "plivo": []}[provider]
    assert news(product) == [("join", first), ("join", second), *started, ("leave", second), ("leave", first), *ended]
    assert all(each.genuine for each in product.received)
    meeting = world.rooms()[0]
    assert (meeting.name, meeting.provider, meeting.inside, meeting.ended_at - meeting.started_at) == ("consult-1", provider, (), 660_300)
    assert [(visit.call_id, visit.person, visit.how) for visit in meeting.visits] == [
        (first, CALLER, "hung up"),
        (second, DOCTOR, "hung up"),
    ]
    assert {call.exchanges[1].operation for call in world.calls()} == {"hook.room"}


def test_twilio_says_in_full_what_happened(world, product, enters, pass_time):
    first = enters("twilio", participant_label="patient")
    second = enters("twilio", DOCTOR, participant_label="doctor")
    world.hang_up(second)
    world.hang_up(first)
    pass_time(100)
    joined, _, started, left, _, ended = [each.params for each in product.at("/news")]
    common = {"FriendlyName": "consult-1", "ConferenceSid": world.rooms()[0].id, "AccountSid": "AC" + "0" * 32}
    assert all(each.params.items() >= common.items() for each in product.at("/news"))
    assert [each.params["SequenceNumber"] for each in product.at("/news")] == ["1", "2", "3", "4", "5", "6"]
    assert joined["StatusCallbackEvent"] == "participant-join"
    assert (joined["ParticipantLabel"], joined["CallSid"], joined["StartConferenceOnEnter"], joined["Muted"]) == (
        "patient",
        first,
        "true",
        "false",
    )
    assert (started["StatusCallbackEvent"], "CallSid" in started, started["Timestamp"][-5:]) == ("conference-start", False, "+0000")
    assert (left["ReasonParticipantLeft"], left["ParticipantCallStatus"]) == ("participant_hung_up", "completed")
    assert (ended["ReasonConferenceEnded"], ended["CallSidEndingConference"]) == ("last-participant-left", first)
    assert ended["ParticipantLabelEndingConference"] == "patient"


def test_plivo_says_in_full_what_happened(world, product, enters, pass_time):
    first, second = enters("plivo"), enters("plivo", DOCTOR)
    world.hang_up(second)
    world.hang_up(first)
    pass_time(100)
    joined, also, left, last = [each.params for each in product.at("/news")]
    common = {"ConferenceName": "consult-1", "ConferenceUUID": world.rooms()[0].id}
    assert all(each.params.items() >= common.items() for each in product.at("/news"))
    assert (joined["ConferenceAction"], joined["Event"], joined["ConferenceFirstMember"]) == ("enter", "ConferenceEnter", "true")
    assert (also["ConferenceFirstMember"], also["From"], also["CallStatus"]) == ("false", DOCTOR[1:], "in-progress")
    assert (left["ConferenceAction"], left["Event"], left["ConferenceLastMember"], "From" in left) == (
        "exit",
        "ConferenceExit",
        "false",
        False,
    )
    assert (last["ConferenceLastMember"], last["ConferenceMemberID"]) == ("true", joined["ConferenceMemberID"])


def test_twilio_tells_only_what_the_first_participant_asked_for(world, product, enters, pass_time):
    enters("twilio", status_callback_event="leave")
    enters("twilio", DOCTOR, status_callback="/elsewhere")
    for call in world.calls():
        world.hang_up(call.id)
    pass_time(100)
    assert [kind for kind, _ in news(product)] == ["leave", "leave"]
    assert product.at("/elsewhere") == []


@BOTH
def test_whose_time_is_over_goes_on_with_the_action(world, product, enters, pass_time, provider):
    first = enters(provider, seconds=30)
    pass_time(10_000)
    second = enters(provider, DOCTOR, seconds=30)
    pass_time(20_000)
    # Twilio's limit is one caller's; Plivo's is the room's, and began anew with the second
    assert [world.call(each).room for each in (first, second)] == {"plivo": ["consult-1"] * 2, "twilio": ["", "consult-1"]}[provider]
    pass_time(10_500)
    assert [world.call(each).room for each in (first, second)] == ["", ""]
    asked = product.at("/left")[0]
    assert (asked.genuine, asked.params["CallStatus"]) == (True, "in-progress")
    if provider == "plivo":
        assert {"ConferenceName", "ConferenceUUID", "ConferenceMemberID"} <= asked.params.keys()
    else:
        assert (asked.params["DialCallStatus"], "DialCallSid" in asked.params, "DialCallDuration" in asked.params) == (
            "answered",
            False,
            False,
        )
    assert "say Left" in heard(world, first)
    assert {visit.how for visit in world.rooms()[0].visits} == {"time over"}


@BOTH
def test_one_who_ends_the_conference_takes_nobody_elses_call_along(world, product, enters, pass_time, provider):
    patient = enters(provider)
    doctor = enters(provider, DOCTOR, ends=True)
    world.hang_up(doctor)
    pass_time(200)
    assert (world.call(patient).state, heard(world, patient)[-1]) == ("live", "say Left")
    assert [(visit.call_id, visit.how) for visit in world.rooms()[0].visits] == [(patient, "room ended"), (doctor, "hung up")]
    if provider == "twilio":
        *_, mine, yours, ended = [each.params for each in product.at("/news")]
        assert (mine["EndConferenceOnExit"], yours["ReasonParticipantLeft"]) == ("true", "moderator_ended_conference")
        assert (yours["ParticipantCallStatus"], ended["CallSidEndingConference"]) == ("in-progress", doctor)
        assert ended["ReasonConferenceEnded"] == "participant-with-end-conference-on-exit-left"


@BOTH
def test_nobody_begins_until_one_comes_who_may(world, product, enters, provider):
    first, second = enters(provider, starts=False), enters(provider, DOCTOR, starts=False)
    assert not any(each.startswith("joined") for call in (first, second) for each in heard(world, call))
    assert world.rooms()[0].started_at is None
    third = enters(provider, NURSE)
    assert heard(world, first)[-2:] == [f"joined {DOCTOR}", f"joined {NURSE}"]
    assert heard(world, third) == [f"joined {CALLER}", f"joined {DOCTOR}"]
    assert world.rooms()[0].inside == (first, second, third)


@BOTH
def test_a_full_room_lets_nobody_in(world, product, enters, pass_time, provider):
    first, second = enters(provider, most=2), enters(provider, DOCTOR, most=2)
    third = enters(provider, NURSE, most=2)
    assert (world.rooms()[0].inside, world.call(third).room) == ((first, second), "")
    asked = product.at("/left")[0].params
    assert asked.get("DialCallStatus", "failed") == "failed"
    assert heard(world, third) == ["say Left"]


@BOTH
def test_without_an_action_the_document_goes_on(world, enters, pass_time, provider):
    call_id = enters(provider, action=None, seconds=10)
    pass_time(10_100)
    assert heard(world, call_id)[-1] == "say Goodbye"


@BOTH
def test_the_star_leaves_where_the_document_says_so(world, enters, pass_time, provider):
    stays, goes = enters(provider), enters(provider, DOCTOR, hangup_on_star=True)
    for call_id in (stays, goes):
        world.press(call_id, "1*")
    pass_time(200)
    assert (world.call(stays).room, world.call(goes).room, heard(world, goes)[-1]) == ("consult-1", "", "say Left")


def test_plivo_lets_nobody_stay_alone_when_told_so(world, enters, pass_time):
    patient = enters("plivo", stay_alone=False)
    pass_time(60_000)
    doctor = enters("plivo", DOCTOR)
    world.hang_up(doctor)
    pass_time(200)
    assert (world.rooms()[0].ended_at is not None, heard(world, patient)[-1]) == (True, "say Left")


def test_plivo_only_tells_an_action_that_does_not_redirect(world, product, enters, pass_time):
    call_id = enters("plivo", redirect=False, seconds=10)
    pass_time(10_100)
    assert (heard(world, call_id)[-1], len(product.at("/left"))) == ("say Goodbye", 1)


def test_what_is_heard_besides_voices_is_the_documents_wish(world, product, enters):
    first = enters("twilio", beep="true", wait_url="")
    enters("twilio", DOCTOR, beep="onEnter")
    world.hang_up(world.calls()[-1].id)
    assert heard(world, first) == ["silence", "beep", f"joined {DOCTOR}", f"left {DOCTOR}", "silence"]
    first = enters("plivo", wait_sound=f"{product.url}/music", enter_sound="beep:1")
    enters("plivo", DOCTOR, exit_sound="beep:2")
    world.hang_up(world.calls()[-1].id)
    assert heard(world, first) == ["music", f"joined {DOCTOR}", "beep", f"left {DOCTOR}", "music"]


def test_two_with_one_label_are_not_in_one_room_at_twilio(world, enters, pass_time):
    enters("twilio", participant_label="doctor")
    second = enters("twilio", DOCTOR, participant_label="doctor")
    assert (heard(world, second), world.call(second).room) == (["say Goodbye"], "")


@BOTH
def test_a_name_is_free_again_once_the_room_is_empty_and_each_vendor_has_its_own(world, enters, provider):
    for _ in range(2):
        world.hang_up(enters(provider))
    other = {"plivo": "twilio", "twilio": "plivo"}[provider]
    both = enters(provider), enters(other, DOCTOR)
    assert len({meeting.id for meeting in world.rooms()}) == 4
    assert [meeting.inside for meeting in world.rooms()[-2:]] == [(both[0],), (both[1],)]


@pytest.mark.parametrize(
    "wrong",
    [
        'maxMembers="21"',
        'timeLimit="0"',
        'stayAlone="yes"',
        'waitSound="/music"',
        'enterSound="gong"',
        'callbackUrl="/news"',
        'callbackMethod="PUT"',
        'startConferenceOnEntry="true"',
    ],
)
def test_plivo_reads_a_conference_strictly(world, product, pass_time, wrong):
    product.answers("/voice/plivo", Answer(f"<Response><Conference {wrong}>consult-1</Conference></Response>"))
    call_id = world.dial(CALLER, LINE)
    pass_time(2_000)
    assert (world.call(call_id).hangup_code, world.rooms()) == ("8011", [])


def test_plivo_wants_a_room_to_have_a_name(world, product, pass_time):
    product.answers("/voice/plivo", Answer("<Response><Conference/></Response>"))
    call_id = world.dial(CALLER, LINE)
    pass_time(2_000)
    assert world.call(call_id).hangup_code == "8011"


@BOTH
def test_news_may_be_lost_doubled_or_late(world, product, enters, pass_time, provider):
    world.faults.add(Fault("hook.room", "reorder", to=CALLER))
    world.faults.add(Fault("hook.room", "duplicate", to=DOCTOR))
    world.faults.add(Fault("hook.room", "lost", to=NURSE))
    first, second = enters(provider), enters(provider, DOCTOR)
    enters(provider, NURSE)
    pass_time(5_000)
    assert [each for each in news(product) if each[0] == "join"] == [("join", second), ("join", second), ("join", first)]


@BOTH
def test_an_outbound_leg_meets_an_inbound_one(world, product, enters, place, pass_time, provider):
    patient = enters(provider)
    world.behave(DOCTOR, "answers")
    product.answers("/answer", room(product, provider))
    doctor = place[provider](to={"plivo": DOCTOR[1:], "twilio": DOCTOR}[provider])
    pass_time(3_000)
    assert heard(world, doctor) == [f"joined {CALLER}"]
    assert world.rooms()[0].inside == (patient, doctor)
    assert world.call(doctor).line == f"+{SHOWN}"
