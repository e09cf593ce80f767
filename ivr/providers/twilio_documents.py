"""Replies as Twilio's XML. Sources: Twilio's pages on its voice verbs; the builder of its SDK 9.13.0.

`actionOnEmptyResult` makes silence a request of its own. An empty recording asks no `action`: Twilio goes on to the next verb, so a
Record is followed by a Redirect to the same address.
A room is a `Conference` inside a Dial: when the leg leaves it, the Dial's `action` is asked. A leg that is alone there hears Twilio's own
music (`waitUrl` has that default), and nobody's entry or leaving is beeped.
"""

from collections.abc import Sequence
from typing import assert_never

from ivr.model.replies import Document, Gather, HangUp, Join, Record, Redirect, Reject, Reply, Ring, Spoken
from ivr.providers.markup import MOST_IN_A_ROOM, Xml, document, element, speech, text, within

_SHORTEST_RECORDING_S = 2  # "integer greater than 1"
_LONGEST_RING_S = 600
_LONGEST_DIAL_S = 14_400
FALLBACK_SETTING = "Primary handler fails (`voice_fallback_url`, `voice_fallback_method` GET) of the number"


def render(reply: Reply) -> Document:
    match reply:
        case Reject(reason=reason):
            # Twilio refuses a call only when this is the first verb; anything before it answers, and the caller pays.
            return document(element("Reject", reason=reason))
        case HangUp(spoken=spoken):
            # A Hangup answers even when it stands first.
            return document(*_spoken(spoken), element("Hangup"))
        case Gather():
            return document(_gather(reply))
        case Record(next_url=next_url, spoken=spoken):
            return document(*_spoken(spoken), _record(reply), _redirect(next_url))
        case Ring(spoken=spoken):
            return document(*_spoken(spoken), _dial(reply))
        case Redirect(next_url=next_url, spoken=spoken):
            return document(*_spoken(spoken), _redirect(next_url))
        case Join(spoken=spoken):
            return document(*_spoken(spoken), _room(reply))
        case _:
            assert_never(reply)


def _spoken(spoken: Sequence[Spoken]) -> list[Xml]:
    return speech(spoken, say="Say", pause="Pause")


def _gather(gather: Gather) -> Xml:
    """An empty `finishOnKey`: no key closes, so `#` is a key. `timeout` is also the longest pause between two keys."""
    return element(
        "Gather",
        *_spoken(gather.spoken),
        action=gather.next_url,
        method="POST",
        input="dtmf",
        timeout=max(1, gather.silence_s),
        finishOnKey="" if gather.digits == 1 else "#",
        numDigits=gather.digits,
        actionOnEmptyResult=True,
    )


def _record(record: Record) -> Xml:
    return element(
        "Record",
        action=record.next_url,
        method="POST",
        timeout=max(1, record.silence_s),
        maxLength=max(_SHORTEST_RECORDING_S, record.longest_s),
        finishOnKey="#",
        playBeep=True,
    )


def _dial(ring: Ring) -> Xml:
    """`answerOnBridge`: a caller who was not answered yet hears ringing, and pays only once the other phone is picked up."""
    return element(
        "Dial",
        element("Number", text(ring.to.e164)),
        action=ring.next_url,
        method="POST",
        callerId=ring.shown.e164,
        timeout=within(1, ring.ring_s, _LONGEST_RING_S),
        timeLimit=within(1, ring.longest_s, _LONGEST_DIAL_S),
        answerOnBridge=True,
    )


def _room(join: Join) -> Xml:
    """Nobody's leaving ends the room. The events are `join` and `leave` here, `participant-join` and `participant-leave` when told."""
    inside = element(
        "Conference",
        text(join.room),
        beep="false",
        startConferenceOnEnter=True,
        endConferenceOnExit=False,
        maxParticipants=MOST_IN_A_ROOM,
        statusCallback=join.news_url,
        statusCallbackMethod="POST",
        statusCallbackEvent="join leave",
    )
    longest_s = within(1, join.longest_s, _LONGEST_DIAL_S)
    return element("Dial", inside, action=join.next_url, method="POST", timeLimit=longest_s)


def _redirect(next_url: str) -> Xml:
    return element("Redirect", text(next_url), method="POST")
