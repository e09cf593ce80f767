"""What went over the wire in a call: what a provider asked of us and the document that it got, what we asked of it. Pure.

No number is in it: whom a document rings is not kept, and requests that carry one are told in words.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from operator import attrgetter
from re import compile as regex

from ivr.menus.keeping import read_reply
from ivr.model.replies import Document, Reject, Reply
from ivr.model.values import Phone
from ivr.store.console import CallStory, TextStory
from ivr.store.console_voice import CallBackStory, Conversation
from ivr.store.tx import Row
from ivr.web.ops import conversation, words, words_voice
from ivr.web.ops.steps import coded
from ivr.web.ops.when import Moment, moment

Render = Callable[[str, Reply], Document | None]
"""A reply as that provider's document; None for a provider that is not known any more."""

_SOMEBODY = Phone("+911111111")
_TAG = regex(r"(<[^>]+>)")
_STRANGE = "kept in a way that this version cannot read"


@dataclass(frozen=True, slots=True)
class Exchange:
    """`document`: what was answered, laid out to be read; "" where no document was asked for."""

    at: int
    when: Moment
    asked: str
    answered: str
    document: str = ""


def exchanges(story: CallStory, found: Conversation, render: Render, now: int) -> list[Exchange]:
    """Oldest first."""
    told = [
        *_of_call(story.call, found.turns, render, now),
        *(each for text in story.texts for each in of_text(text, now)),
        *(each for ring in story.call_backs for each in _of_rings(ring, now)),
    ]
    return sorted(told, key=attrgetter("at"))


def of_text(story: TextStory, now: int) -> Iterator[Exchange]:
    for attempt in story.attempts:
        said, _ = words.attempt(attempt.state)
        answered = coded(said, attempt.code) + (f", {attempt.provider_message_id}" if attempt.provider_message_id else "")
        yield _exchange(attempt.started_at, f"We asked {attempt.provider} to send the text {story.text.template}", answered, now)
    for report in story.reports:
        said, _ = words.report(report.state)
        yield _exchange(report.at, f"{report.provider} reported on it: {coded(said, report.code)}", "noted", now)


def _of_call(call: Row, turns: Sequence[Row], render: Render, now: int) -> Iterator[Exchange]:
    first = f"POST /voice/{call.provider}" + ("" if call.dial_id is None else f"/dial/{call.dial_id}/…")
    if not turns:
        yield _exchange(
            call.arrived_at, f"{call.provider} asked {first}", "a refusal, free for the caller", now, _laid_out(call, Reject(), render)
        )
    for turn in turns:
        asked = first if turn.number == 0 else f"POST /voice/{call.provider}/turn/{call.id}/{turn.number}"
        reply = _kept(turn.reply)
        answered = _STRANGE if reply is None else words_voice.then(reply)
        document = "" if reply is None else _laid_out(call, reply, render)
        yield _exchange(turn.at, f"{call.provider} asked {asked}: the caller {conversation.did(turn.heard)}", answered, now, document)
    if call.ended_at is not None:
        yield _exchange(call.ended_at, f"{call.provider} told that the call is over", "noted", now)


def _of_rings(story: CallBackStory, now: int) -> Iterator[Exchange]:
    for dial in story.dials:
        said, _ = words_voice.dialled(dial.state)
        answered = coded(said, dial.code) + (f", {dial.provider_call_id}" if dial.provider_call_id else "")
        yield _exchange(dial.started_at, f"We asked {dial.provider} to ring the phone", answered, now)


def _exchange(at: int, asked: str, answered: str, now: int, document: str = "") -> Exchange:
    return Exchange(at, moment(at, now), asked, answered, document)


def _kept(reply: str) -> Reply | None:
    try:
        return read_reply(reply, _SOMEBODY)
    except (ValueError, TypeError):
        return None


def _laid_out(call: Row, reply: Reply, render: Render) -> str:
    document = render(call.provider, reply)
    if document is None:
        return ""
    bare = _SOMEBODY.e164.removeprefix("+")
    return laid_out(document.body.decode()).replace(f"+{bare}", "…").replace(bare, "…")


def laid_out(xml: str) -> str:
    """Each element on a line of its own, those inside it two blanks further in."""
    lines: list[str] = []
    depth = 0
    for part in filter(None, _TAG.split(xml)):
        if part.startswith("</"):
            depth -= 1
            if lines and not lines[-1].lstrip().startswith("</") and _opens(lines[-1], part):
                lines[-1] += part
                continue
        if not part.startswith("<"):
            lines[-1] += part
            continue
        lines.append("  " * depth + part)
        depth += 0 if part.startswith(("</", "<?")) or part.endswith("/>") else 1
    return "\n".join(lines)


def _opens(line: str, end: str) -> bool:
    """Whether this line opened what `end` closes: an element with nothing but words in it stays on one line."""
    tag = end.removeprefix("</").removesuffix(">")
    return line.lstrip().startswith((f"<{tag}>", f"<{tag} "))
