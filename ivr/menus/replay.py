"""A recorded call, taken through today's flow: what would its caller hear now?"""

from collections.abc import Iterator
from dataclasses import dataclass
from difflib import unified_diff
from json import loads

from ivr.flow.engine import advance, begin
from ivr.flow.turns import Begun, Event, Place, Resumed, Turn
from ivr.flow.vocabulary import Vocabulary
from ivr.menus.keeping import read_heard, read_place, read_reply, words_of
from ivr.menus.voicing import Voicing
from ivr.model.errors import ConfigurationError
from ivr.model.replies import Play, Say
from ivr.model.values import Phone
from ivr.store import calls, turns
from ivr.store.database import Database
from ivr.store.tx import Row

_NOBODY = Phone("+911111111")  # whom a recorded Ring rang is not kept, and is not heard either


@dataclass(frozen=True, slots=True)
class Exchange:
    """One turn: what the caller did, and what was heard for it."""

    did: str
    heard: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Replayed:
    then: tuple[Exchange, ...]
    now: tuple[Exchange, ...]

    def difference(self) -> list[str]:
        """Rows of a unified diff; none when the caller would hear the same."""
        return list(unified_diff(list(_script(self.then)), list(_script(self.now)), "heard then", "heard now", lineterm=""))

    def __str__(self) -> str:
        return "\n".join(self.difference() or ["the caller would hear the same:", *_script(self.now)])


def replay(database: Database, voicing: Voicing, call_id: str) -> Replayed:
    """Feed the call's events, and the facts it was told, to today's flow. ConfigurationError for a call without a menu."""
    with database.read() as tx:
        call = calls.get(tx, call_id)
        kept = turns.of_call(tx, call_id)
    if call is None or not kept:
        raise ConfigurationError(f"CALL: there is no voice menu call {call_id}; the console shows the ids of calls")
    if call.flow not in voicing.book.flows:
        raise ConfigurationError(f"CALL: the flow {call.flow} of that call is not in flows/ any more")
    then = tuple(Exchange(_did(read_heard(row.heard)), tuple(words_of(read_reply(row.reply, _NOBODY)))) for row in kept)
    return Replayed(then, tuple(_today(voicing, call, kept)))


def _today(voicing: Voicing, call: Row, kept: list[Row]) -> Iterator[Exchange]:
    first = read_place(kept[0].place)
    place: Place = begin(voicing.book, call.flow, first.language, first.languages)
    for row in kept:
        event = read_heard(row.heard)
        if isinstance(event, Resumed):
            event = Begun()  # where the earlier call stood is that call's story
        turn = advance(voicing.book, place, event, _Remembered(row))
        place = turn.place
        yield Exchange(_did(event), _heard(voicing, call, turn, row.at))
        if place.over:
            return


class _Remembered(dict[str, bool | int | str]):
    """What that turn was told of the world; what it did not ask then is no, or nothing."""

    def __init__(self, row: Row) -> None:
        super().__init__(loads(row.facts))

    def __missing__(self, name: str) -> bool | int:
        return 0 if name in Vocabulary().values else False


def _heard(voicing: Voicing, call: Row, turn: Turn, at: int) -> tuple[str, ...]:
    spoken = voicing.speak(call.provider, turn.said, at)
    return tuple(each.text for each in spoken if isinstance(each, Say | Play) and each.text)


def _did(event: Event) -> str:
    match event:
        case Begun():
            return "answered"
        case Resumed():
            return "answered, and went on"
        case _:
            return " ".join(str(part) for part in (type(event).__name__.lower(), *_values(event)) if part != "")


def _values(event: Event) -> list[object]:
    return [getattr(event, name) for name in event.__slots__ if name != "ref"]


def _script(exchanges: tuple[Exchange, ...]) -> Iterator[str]:
    for exchange in exchanges:
        yield f"[{exchange.did}]"
        yield from (f"  {line}" for line in exchange.heard)
