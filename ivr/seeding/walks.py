"""Conversations: walked through the clinic's own flows by the engine, once for each; calls then tell them in their own time."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from random import Random
from typing import Any, cast

from ivr.flow.engine import advance, begin
from ivr.flow.turns import Begun, Event, FactValue, Keys, Music, Next, Note, Over, Turn
from ivr.flow.vocabulary import Vocabulary
from ivr.lines import Line
from ivr.menus.keeping import keep_turn
from ivr.model.events import Pressed, Recorded, Silence
from ivr.model.ids import first_id
from ivr.model.values import Language
from ivr.seeding.pile import Pile
from ivr.wiring import App

_NO_CALL = first_id(0)  # stands for the call's id in addresses
_KEYS = ("1", "2", "3", "9", "0", "*")
_WEIGHTS = (42, 42, 5, 4, 3, 4)
_OF_SEVERAL = {2: "42", 4: "1234", 6: "560034"}
_MOST_TURNS = 24
_VARIETY = 14
_TURN_MS = (4_000, 14_000)
TO_PAY = ("1", "1", "2", "2", "2", "2", "42", "1", "2", "1", "1")
"""A doctor, for oneself, four times no, age, back, no, the price, the link: the way through the shipped hotline."""


_MORE: Mapping[str, tuple[str, ...]] = {
    "offer": ("offer_open", "offer_won", "patient_ready"),
    "connect": ("consult_open", "consult_paid", "screen_fresh", "doctor_ready"),
}
"""In calls that we place for a consult, so much more is so."""


class _World(dict[str, FactValue]):
    """What flows ask of the world: the clinic is open, a consult can be sold, and all else is not so."""

    def __init__(self, at: int, flow: str = "") -> None:
        yes = ("open_now", "has_mobile", "can_be_called", "can_consult", "price_is_first", "language_known")
        slots = dict.fromkeys(("slot_1", "slot_2", "slot_3", "opens_at"), at + 3 * 60 * 60_000)
        super().__init__(
            {**dict.fromkeys((*yes, *_MORE.get(flow, ())), True), **slots, "price": 24_900, "serve_minutes": 30, "grievance_days": 30}
        )

    def __missing__(self, name: str) -> FactValue:
        return 0 if name in Vocabulary().values else False


@dataclass(frozen=True, slots=True)
class Walk:
    """Rows of its turns, each with the pause before it (ms)."""

    turns: Sequence[tuple[int, Mapping[str, Any]]]

    @property
    def lasts_ms(self) -> int:
        return sum(pause for pause, _ in self.turns)


class Walks:
    """`of` gives one of a few for each flow, language and provider: a hundred thousand calls need no more."""

    def __init__(self, app: App, random: Random, now: int) -> None:
        self._app, self._random, self._now = app, random, now
        self._kept = cache(self._several)

    def of(self, flow: str, line: Line, language: Language, provider: str, keys: tuple[str, ...] = ()) -> Walk:
        return self._random.choice(self._kept(flow, line, language, provider, keys))

    def add(self, pile: Pile, walk: Walk, call_id: str, at: int, before: int) -> int:
        """The turns of a call answered at `at`, those before `before`; when the last was taken."""
        last = at
        for pause, row in walk.turns:
            at += pause
            if at > before:
                break
            last = at
            pile.add("turn", **{**row, "call_id": call_id, "at": at, "reply": row["reply"].replace(_NO_CALL, call_id)})
        return last

    def _several(self, flow: str, line: Line, language: Language, provider: str, keys: tuple[str, ...]) -> list[Walk]:
        return [Walk(list(self._walk(flow, line, language, provider, keys))) for _ in range(3 if keys else _VARIETY)]

    def _walk(
        self, flow: str, line: Line, language: Language, provider: str, keys: tuple[str, ...]
    ) -> Iterator[tuple[int, Mapping[str, Any]]]:
        offered = self._app.voicing.offered(provider, flow, line.languages or (line.language,))
        if not offered:
            return
        place = begin(self._app.book, flow, language if language in offered else offered[0], offered)
        event, world = cast(Event, Begun()), _World(self._now, flow)
        wanted = iter(keys) if keys else None
        for number in range(_MOST_TURNS):
            turn = advance(self._app.book, place, event, world)
            reply = self._app.menus.replying.reply(turn, provider, line, _NO_CALL, number, 0)
            pause = self._random.randrange(*_TURN_MS) if number and not isinstance(event, Silence) else 600
            yield pause, keep_turn(_NO_CALL, number, 0, event, turn, reply)
            place = turn.place
            following = self._does(turn, wanted)
            if following is None:
                return
            event = following

    def _does(self, turn: Turn, wanted: Iterator[str] | None) -> Event | None:
        """What the caller does next; None: they hang up, or it is over."""
        match turn.wait:
            case Over():
                return None
            case Next():
                return Silence()
            case Note():
                return Recorded("", self._random.randint(4, 40))
            case Keys(digits):
                if wanted is not None:
                    return None if (key := next(wanted, None)) is None else Pressed(key)
                if self._random.random() < 0.14:
                    return Silence() if self._random.random() < 0.5 else None
                return Pressed(_OF_SEVERAL.get(digits) or self._random.choices(_KEYS, _WEIGHTS)[0])
            case Music():
                return Silence() if self._random.random() < 0.75 else None
            case _:
                return None
