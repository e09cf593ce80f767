"""Places, replies and what was heard, as JSON in the table of turns. Written so that yesterday's rows can be read tomorrow."""

from collections.abc import Callable
from json import JSONEncoder, loads
from typing import Any

from ivr.flow.turns import Begun, Event, Frame, Place, Resumed, Turn
from ivr.flow.vocabulary import OPERATOR
from ivr.model import replies
from ivr.model.events import CallOutcome, Left, Pressed, Rang, Recorded, Silence
from ivr.model.replies import Gather, HangUp, Join, Pause, Play, Record, Redirect, Reject, RejectReason, Reply, Ring, Say, Spoken, Voice
from ivr.model.values import Language
from ivr.model.values import Phone as Number

_encode = JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode  # `dumps` would make an encoder each time


def compact(value: object) -> str:
    return _encode(value)


def keep_place(place: Place) -> str:
    """What is at its default is left out."""
    kept: dict[str, Any] = {
        "frames": [[frame.flow, frame.step, frame.version] for frame in place.frames],
        "language": place.language,
        "languages": place.languages,
        "turns": place.turns,
    }
    if place.screened:
        kept["screened"] = [[frame.flow, frame.step, frame.version] for frame in place.screened]
    for name in ("answers", "told", "silences", "wrong_keys", "rounds", "recording", "back", "over"):
        if value := getattr(place, name):
            kept[name] = value
    return compact(kept)


def read_place(text: str) -> Place:
    kept = loads(text)
    frames, screened = (tuple(Frame(*frame) for frame in kept.pop(name, ())) for name in ("frames", "screened"))
    languages = tuple(map(Language, kept.pop("languages")))
    return Place(frames, Language(kept.pop("language")), languages, screened=screened, **kept)


def keep_heard(event: Event) -> str:
    match event:
        case Begun():
            return compact({"begun": True})
        case Resumed():
            return compact({"resumed": True})
        case Pressed(keys):
            return compact({"pressed": keys})
        case Silence():
            return compact({"silence": True})
        case Recorded(_, seconds):
            return compact({"recorded": seconds})  # the address is kept encrypted, with the note
        case Rang(outcome, seconds):
            return compact({"rang": outcome, "seconds": seconds})
        case Left():
            return compact({"left": True})


def read_heard(text: str) -> Event:
    match loads(text):
        case {"resumed": _}:
            return Resumed()
        case {"pressed": keys}:
            return Pressed(keys)
        case {"silence": _}:
            return Silence()
        case {"recorded": seconds}:
            return Recorded("", seconds)
        case {"rang": outcome, "seconds": seconds}:
            return Rang(CallOutcome(outcome), seconds)
        case {"left": _}:
            return Left()
        case _:
            return Begun()


def keep_reply(reply: Reply) -> str:
    match reply:
        case Reject(reason):
            return compact(["Reject", reason])
        case HangUp(spoken):
            return compact(["HangUp", _spoken(spoken)])
        case Gather(next_url, spoken, digits, silence_s):
            return compact(["Gather", _spoken(spoken), next_url, digits, silence_s])
        case Record(next_url, spoken, longest_s, silence_s):
            return compact(["Record", _spoken(spoken), next_url, longest_s, silence_s])
        case Ring(next_url, _, shown, spoken, ring_s, longest_s, who):  # the number stays out of the table
            return compact(["Ring", _spoken(spoken), next_url, shown.e164, ring_s, longest_s, who])
        case Redirect(next_url, spoken):
            return compact(["Redirect", _spoken(spoken), next_url])
        case Join(next_url, news_url, room, spoken, longest_s):
            return compact(["Join", _spoken(spoken), next_url, news_url, room, longest_s])


def read_reply(text: str, to: Number | None, others: Callable[[str], Number | None] | None = None) -> Reply:
    """`to`: the phone that a Ring rings; `others` knows that of somebody else than the operator."""
    match loads(text):
        case ["Reject", reason]:
            return Reject(RejectReason(reason))
        case ["HangUp", spoken]:
            return HangUp(_heard(spoken))
        case ["Gather", spoken, next_url, digits, silence_s]:
            return Gather(next_url, _heard(spoken), digits, silence_s)
        case ["Record", spoken, next_url, longest_s, silence_s]:
            return Record(next_url, _heard(spoken), longest_s, silence_s)
        case ["Ring", spoken, next_url, shown, ring_s, longest_s, *rest]:
            who = rest[0] if rest else OPERATOR  # rows of earlier versions know nobody else
            rung = others(who) if others is not None and who != OPERATOR else to
            if rung is None:
                return Redirect(next_url, _heard(spoken))
            return Ring(next_url, rung, Number(shown), _heard(spoken), ring_s, longest_s, who)
        case ["Redirect", spoken, next_url]:
            return Redirect(next_url, _heard(spoken))
        case ["Join", spoken, next_url, news_url, room, longest_s]:
            return Join(next_url, news_url, room, _heard(spoken), longest_s)
        case kept:
            raise ValueError(f"no reply is kept like {kept!r:.60}")


def keep_turn(call_id: str, number: int, at: int, heard: Event, turn: Turn, reply: Reply) -> dict[str, object]:
    """A turn as it is kept."""
    return {
        "call_id": call_id,
        "number": number,
        "at": at,
        "heard": keep_heard(heard),
        "facts": compact(dict(turn.facts)),
        "passed": compact(turn.passed),
        "step": "" if turn.place.over else str(turn.place.frames[-1]),
        "place": keep_place(turn.place),
        "reply": keep_reply(reply),
    }


def words_of(reply: Reply) -> list[str]:
    """What is heard, in order, as text."""
    spoken: tuple[Spoken, ...] = getattr(reply, "spoken", ())
    return [each.text for each in spoken if not isinstance(each, Pause) and each.text]


def _spoken(spoken: tuple[Spoken, ...]) -> list[list[str | int]]:
    kept: list[list[str | int]] = []
    for each in spoken:
        match each:
            case Say(text, voice):
                kept.append([text, voice.name, voice.tag])
            case Play(url, text):
                kept.append([text, url])
            case Pause(seconds):
                kept.append([seconds])
    return kept


def _heard(kept: list[list[Any]]) -> tuple[Spoken, ...]:
    spoken: list[replies.Spoken] = []
    for each in kept:
        match each:
            case [text, name, tag]:
                spoken.append(Say(text, Voice(name, tag)))
            case [text, url]:
                spoken.append(Play(url, text))
            case [seconds]:
                spoken.append(Pause(seconds))
    return tuple(spoken)
