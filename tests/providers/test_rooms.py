"""Payload → event: who enters a room, and who leaves it."""

from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.model.errors import BadRequest
from ivr.model.events import Ignored, RoomNews
from ivr.providers.plivo import Plivo
from ivr.providers.twilio import Twilio

PLIVO = Plivo("MA000000000000000000", ("token",))
TWILIO = Twilio("AC" + "0" * 32, ("token",))
UUID = "4d04c52e-cea3-4458-bbdb-0bfc314ee7cd"
CA = "CA" + "1" * 32
ROOM = "c-01JD0000000000000000000000-1"

P_ROOM = {"ConferenceName": ROOM, "ConferenceUUID": "816e903e-58c4-11e1-86da-adf28403fe48", "ConferenceMemberID": "7", "CallUUID": UUID}
P_ENTERS = {**P_ROOM, "ConferenceAction": "enter", "Event": "ConferenceEnter", "ConferenceFirstMember": "true", "CallStatus": "in-progress"}
P_LEAVES = {**P_ROOM, "ConferenceAction": "exit", "Event": "ConferenceExit", "ConferenceLastMember": "false"}
T_ROOM = {"ConferenceSid": "CF" + "1" * 32, "FriendlyName": ROOM, "AccountSid": "AC" + "0" * 32, "SequenceNumber": "1", "CallSid": CA}
T_ENTERS = {**T_ROOM, "StatusCallbackEvent": "participant-join", "Muted": "false", "Hold": "false"}
T_LEAVES = {**T_ROOM, "StatusCallbackEvent": "participant-leave", "ReasonParticipantLeft": "participant_hung_up"}


@pytest.mark.parametrize(
    ("params", "event"),
    [
        (P_ENTERS, RoomNews("plivo", UUID, True)),
        (P_LEAVES, RoomNews("plivo", UUID, False)),
        ({"CallUUID": UUID, "ConferenceAction": "enter"}, RoomNews("plivo", UUID, True)),
        ({"CallUUID": UUID, "Event": "ConferenceExit"}, RoomNews("plivo", UUID, False)),
        ({**P_LEAVES, "CallStatus": "completed"}, RoomNews("plivo", UUID, False)),
        ({**P_ROOM, "ConferenceAction": "digits"}, Ignored("Plivo's event digits is of nobody who enters or leaves a room.")),
        ({**P_ROOM, "ConferenceAction": "floor"}, Ignored("Plivo's event floor is of nobody who enters or leaves a room.")),
        (
            {"ConferenceAction": "waitSound", "Event": "ConferenceRemoteSounds"},
            Ignored("Plivo's event waitSound is of nobody who enters or leaves a room."),
        ),
        ({}, Ignored("Plivo's event without a name is of nobody who enters or leaves a room.")),
    ],
)
def test_what_plivo_tells_of_a_room(params: Mapping[str, str], event: object) -> None:
    assert PLIVO.read_room(params) == event


@pytest.mark.parametrize(
    ("params", "event"),
    [
        (T_ENTERS, RoomNews("twilio", CA, True)),
        (T_LEAVES, RoomNews("twilio", CA, False)),
        ({"CallSid": CA, "StatusCallbackEvent": "participant-leave"}, RoomNews("twilio", CA, False)),
        (
            {"ConferenceSid": "CF" + "1" * 32, "StatusCallbackEvent": "conference-start"},
            Ignored("Twilio's event conference-start is of nobody who enters or leaves a room."),
        ),
        (
            {**T_ROOM, "StatusCallbackEvent": "conference-end", "ReasonConferenceEnded": "last-participant-left"},
            Ignored("Twilio's event conference-end is of nobody who enters or leaves a room."),
        ),
        (
            {**T_ROOM, "StatusCallbackEvent": "participant-mute"},
            Ignored("Twilio's event participant-mute is of nobody who enters or leaves a room."),
        ),
        ({}, Ignored("Twilio's event without a name is of nobody who enters or leaves a room.")),
    ],
)
def test_what_twilio_tells_of_a_room(params: Mapping[str, str], event: object) -> None:
    assert TWILIO.read_room(params) == event


@pytest.mark.parametrize("call", ["", "nobody's", "x\n"])
def test_news_that_names_no_call_is_refused(call: str) -> None:
    for read, news in ((PLIVO.read_room, P_LEAVES), (TWILIO.read_room, T_LEAVES)):
        with pytest.raises(BadRequest):
            read({**news, "CallUUID": call, "CallSid": call})


NAMES = ["CallUUID", "CallSid", "ConferenceAction", "Event", "StatusCallbackEvent"]
VALUES = st.text(st.characters(exclude_categories=()), max_size=40) | st.sampled_from(
    [UUID, CA, "enter", "ConferenceExit", "participant-join"]
)


@given(st.dictionaries(st.sampled_from(NAMES), VALUES))
def test_whatever_comes_is_news_or_ignored_or_a_bad_request(params: dict[str, str]) -> None:
    for provider in (PLIVO, TWILIO):
        try:
            event = provider.read_room(params)
        except BadRequest:
            continue
        assert isinstance(event, RoomNews | Ignored)
