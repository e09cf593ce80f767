"""Replies as Plivo's XML. Sources: Plivo's pages on its XML elements; the element classes of its SDK 4.63.0.

Gather is `GetInput`, not `GetDigits`: Plivo recommends it also for keys alone, and says that its time counts from the last spoken
word, where GetDigits leaves that open and would ask again by itself (`retries`).
Inside it Plivo's pages name Speak and Play only; the Wait of a pause is allowed by its SDKs.
An element whose `redirect` is true leaves its document for the answer of `action`; without a key, or with an empty recording,
Plivo goes on to the next element instead, so each is followed by a Redirect to the same address. Addresses must be absolute.
A room is `Conference`. Its pages say nothing of a leg that finds it full, so it is followed by a Redirect too. Without `enterSound` and
`exitSound` nothing is played to the room; a leg that is alone there hears Plivo's music or nothing.
"""

from collections.abc import Sequence
from typing import assert_never

from ivr.model.replies import Document, Gather, HangUp, Join, Record, Redirect, Reject, Reply, Ring, Spoken
from ivr.providers.markup import MOST_IN_A_ROOM, Xml, document, element, speech, text, within

_EXECUTION_S = (5, 60)
_BETWEEN_KEYS_S = (2, 10)
_EACH_FURTHER_KEY_S = 2
_SHORTEST_RECORDING_S = 2  # "integer greater than 1"
_LONGEST_DIAL_S = 86_400
FALLBACK_SETTING = (
    "Fallback answer URL (`fallback_answer_url`, `fallback_method` GET) of the Application that the number is assigned to; "
    "lines with different documents need Applications of their own"
)


def render(reply: Reply) -> Document:
    match reply:
        case Reject(reason=reason):
            # Plivo hangs up unanswered only when this stands first; without `reason` its own records disagree on the tone.
            return document(element("Hangup", reason=reason))
        case HangUp(spoken=spoken):
            # A Hangup that stands first refuses the call. With nothing to say, a second of waiting answers it.
            return document(*(_spoken(spoken) or [element("Wait", length=1)]), element("Hangup"))
        case Gather(next_url=next_url):
            return document(_get_input(reply), _redirect(next_url))
        case Record(next_url=next_url, spoken=spoken):
            return document(*_spoken(spoken), _record(reply), _redirect(next_url))
        case Ring(spoken=spoken):
            return document(*_spoken(spoken), _dial(reply))
        case Redirect(next_url=next_url, spoken=spoken):
            return document(*_spoken(spoken), _redirect(next_url))
        case Join(next_url=next_url, spoken=spoken):
            return document(*_spoken(spoken), _room(reply), _redirect(next_url))
        case _:
            assert_never(reply)


def _spoken(spoken: Sequence[Spoken]) -> list[Xml]:
    return speech(spoken, say="Speak", pause="Wait")


def _get_input(gather: Gather) -> Xml:
    """`none`: no key closes, so `#` is a key. `log`: keys may tell of somebody's health.

    The execution time is for the whole input, so each further key adds some.
    """
    patience = gather.silence_s + _EACH_FURTHER_KEY_S * (gather.digits - 1)
    return element(
        "GetInput",
        *_spoken(gather.spoken),
        action=gather.next_url,
        method="POST",
        inputType="dtmf",
        executionTimeout=within(_EXECUTION_S[0], patience, _EXECUTION_S[1]),
        digitEndTimeout=within(_BETWEEN_KEYS_S[0], gather.silence_s, _BETWEEN_KEYS_S[1]),
        finishOnKey="none" if gather.digits == 1 else "#",
        numDigits=gather.digits,
        redirect=True,
        log=False,
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
        redirect=True,
    )


def _dial(ring: Ring) -> Xml:
    """`timeout` has no default: without it Plivo rings for as long as the carrier lets it. Numbers have no plus sign."""
    return element(
        "Dial",
        element("Number", text(ring.to.e164.removeprefix("+"))),
        action=ring.next_url,
        method="POST",
        callerId=ring.shown.e164.removeprefix("+"),
        timeout=max(1, ring.ring_s),
        timeLimit=within(1, ring.longest_s, _LONGEST_DIAL_S),
        redirect=True,
    )


def _room(join: Join) -> Xml:
    """`stayAlone`, also the default: whoever is left is not cut off; we move them."""
    return element(
        "Conference",
        text(join.room),
        action=join.next_url,
        method="POST",
        redirect=True,
        callbackUrl=join.news_url,
        callbackMethod="POST",
        startConferenceOnEnter=True,
        endConferenceOnExit=False,
        stayAlone=True,
        maxMembers=MOST_IN_A_ROOM,
        timeLimit=within(1, join.longest_s, _LONGEST_DIAL_S),
    )


def _redirect(next_url: str) -> Xml:
    return element("Redirect", text(next_url), method="POST")
