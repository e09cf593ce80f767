"""What happened, step by step, as an operator reads it: rows in, sentences out. Pure; templates only lay it out."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from operator import attrgetter

from ivr.model.events import CallOutcome
from ivr.store.console import CallStory, TextStory
from ivr.store.console_voice import Conversation
from ivr.store.tx import Row
from ivr.web.ops import callbacks, words, words_voice
from ivr.web.ops.callbacks import CallBackCard
from ivr.web.ops.conversation import MenuSummary, TurnCard, menu_steps, summary, turn_cards
from ivr.web.ops.steps import Pen, Step, coded
from ivr.web.ops.texts import TextCard, brief_steps, text_card
from ivr.web.ops.when import Moment, moment
from ivr.web.ops.words import Tone

Masked = Callable[[bytes], str]
"""Opens a sealed number and masks it."""
LineName = Callable[[str], str]
"""A line's name and published number from its E.164 form, "" when it is none of ours."""

_SAID = {
    "opt_out": ("Opted out", "this caller gets no more texts from us"),
    "cancel_call": ("Coming calls cancelled", "this caller is not called back, unless they ask again"),
}
_NOBODY = {"opt_out": ("Nobody to opt out", Tone.PLAIN), "cancel_call": ("Nobody to be called", Tone.PLAIN)}


@dataclass(frozen=True, slots=True)
class CallCard:
    """One call. `placed`: by us. `turns` are told on its own page only."""

    id: str
    who: str
    placed: bool
    when: Moment
    badges: Sequence[tuple[str, Tone]]
    about: str
    steps: Sequence[Step]
    texts: Sequence[TextCard]
    call_backs: Sequence[CallBackCard]
    turns: Sequence[TurnCard] = ()


class Teller:
    """Tells stories as of one moment. `now`: UTC milliseconds. `longest_ms`: no call lasts longer."""

    def __init__(self, now: int, masked: Masked, line: LineName, longest_ms: int) -> None:
        self._now = now
        self._masked = masked
        self._line = line
        self._longest_ms = longest_ms
        self._pen = Pen(now)

    def call(self, story: CallStory, *, brief: bool = False) -> CallCard:
        """As much as a list of calls needs. `brief`: of its texts, what came of each."""
        call, menu = story.call, summary(story, self._now, self._longest_ms)
        texts = [self.text(each) for each in story.texts]
        steps = [
            *self._call_steps(call, menu),
            *(
                step
                for each, text in zip(story.texts, texts, strict=True)
                for step in (brief_steps(each, self._pen) if brief else text.steps)
            ),
            *(step for each in story.call_backs for step in callbacks.call_back_steps(each, self._pen)),
        ]
        about = f"{self._line(call.line) or 'a number that is none of our lines'} · {call.provider}"
        return CallCard(
            id=call.id,
            who=self._who(call),
            placed=call.dial_id is not None,
            when=moment(call.arrived_at, self._now),
            badges=_badges(story, menu, texts),
            about=about if call.dial_id is None else f"{about} · we called",
            steps=sorted(steps, key=attrgetter("at")),
            texts=texts,
            call_backs=[
                callbacks.call_back_card(each, self._line(each.call_back.line) or "a former line", self._now) for each in story.call_backs
            ],
        )

    def whole_call(self, story: CallStory, found: Conversation, more: Iterable[Step] = (), *, brief: bool = False) -> CallCard:
        """With its voice menu, and the call that asked for it. `more`: what came of it besides."""
        card, menu = self.call(story, brief=brief), summary(story, self._now, self._longest_ms)
        asked = [callbacks.asked_by(found.asked_by, self._pen)] if found.asked_by is not None else []
        steps = sorted([*asked, *card.steps, *menu_steps(found, self._pen), *more], key=attrgetter("at"))
        return replace(card, steps=steps, turns=turn_cards(found, story, menu is not None and menu.live, self._now))

    @property
    def pen(self) -> Pen:
        return self._pen

    def masked(self, sealed: bytes) -> str:
        return self._masked(sealed)

    def line(self, e164: str) -> str:
        return self._line(e164)

    def text(self, story: TextStory) -> TextCard:
        return text_card(story, self._who(story.text), self._pen)

    def _who(self, row: Row) -> str:
        return self._masked(row.phone) if row.phone is not None else words.caller(row.caller_kind).capitalize()

    def _call_steps(self, call: Row, menu: MenuSummary | None) -> Iterator[Step]:
        where = self._line(call.line) or "a number that is none of our lines: check lines.yaml and the provider's set-up"
        if call.dial_id is not None:
            yield self._pen.step(call.arrived_at, f"Our call to {_a(words.caller(call.caller_kind))} was picked up", f"it showed {where}")
        else:
            yield self._pen.step(call.arrived_at, f"Call from {_a(words.caller(call.caller_kind))}", f"to {where}")
        if menu is not None:
            yield self._pen.step(call.arrived_at, f"Menu {call.flow}", words.count(menu.turns, "turn"))
        if call.action in _SAID and call.caller_id is not None:
            title, detail = _SAID[call.action]
            yield self._pen.step(call.arrived_at, title, detail, Tone.GOOD)
        if call.ended_at is not None:
            tone = Tone.BAD if call.outcome == CallOutcome.FAILED else Tone.PLAIN
            yield self._pen.step(call.ended_at, "Call ended", _ended(call), tone)


def _badges(story: CallStory, menu: MenuSummary | None, texts: Sequence[TextCard]) -> list[tuple[str, Tone]]:
    """What came of a call, the last text and the last call back for all; what its line did when nothing came of it."""
    found = [(menu.badge, menu.tone)] if menu is not None else []
    if texts:
        found.append((f"Text: {texts[-1].badge}" if menu is not None else texts[-1].badge, texts[-1].tone))
    found += [callbacks.badge(story.call_backs[-1])] if story.call_backs else []
    return found or [
        _NOBODY[story.call.action]
        if story.call.action in _NOBODY and story.call.caller_id is None
        else words_voice.action(story.call.action)
    ]


def _ended(call: Row) -> str:
    said = words.ENDED[CallOutcome(call.outcome)] if call.outcome in list(CallOutcome) else call.outcome or "no outcome on record"
    if call.outcome == CallOutcome.ANSWERED:
        said += f", {call.seconds} s of talk"
    return coded(said, call.cause)


def _a(noun: str) -> str:
    return f"an {noun}" if noun[0].lower() in "aeiou" else f"a {noun}"
