"""The conversation of one call: it is answered, then turn follows turn. Each turn is one commit; told twice, it answers the same."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from ivr.alarms.taking import phone_of_caller
from ivr.callbacks.reconcile import LONGEST_INBOUND_MS
from ivr.callbacks.wishes import CallBacks
from ivr.connecting.rooms import ConsultRoom
from ivr.flow.engine import advance, begin, resume
from ivr.flow.model import Book
from ivr.flow.turns import Begun, Effect, Event, FactValue, Place, Resumed, Turn
from ivr.flow.vocabulary import AWAY, FOR_WHOM, ONE_MOMENT, PAUSED, TROUBLE
from ivr.lines import Line, Lines
from ivr.menus.addresses import again_url, patient_url
from ivr.menus.effects import Effects, Wisher
from ivr.menus.facts import Facts, Situation
from ivr.menus.keeping import keep_turn, read_heard, read_place, read_reply
from ivr.menus.live import LiveCall, Opening, live_call
from ivr.menus.plainly import plainly
from ivr.menus.replying import Replying
from ivr.menus.voicing import Voicing
from ivr.model.events import Pressed, Recorded, Silence, TurnCame
from ivr.model.replies import HangUp, Record, Redirect, Reject, Reply, Ring, Spoken
from ivr.model.values import Language, Phone
from ivr.settings import Settings
from ivr.store import turns
from ivr.store.database import Database
from ivr.store.tx import Row, Tx

log = logging.getLogger(__name__)

WEB_WAIT_S = 2.0
"""How long a webhook waits for its commit."""
MOST_MOMENTS = 3
"""How often a caller is asked for one moment before we give up."""
_RESUME_MS = 10 * 60 * 1000
_MOST_RECENT = 4096
_OVERTAKEN_MS = 10 * 1000
"""How long after the end of a call a key that was pressed in it still counts: the two requests may come in either order."""


@dataclass(frozen=True, slots=True)
class _Taken:
    """A turn, before it is committed."""

    number: int
    turn: Turn
    reply: Reply
    row: dict[str, object]


@dataclass(frozen=True, slots=True)
class _Recent:
    """Where a turn taken by this process left a call: what is committed never changes, so it need not be read again."""

    number: int
    here: Row
    place: Place


@dataclass(frozen=True, slots=True)
class Menus:
    database: Database
    lines: Lines
    book: Book
    voicing: Voicing
    call_backs: CallBacks
    effects: Effects
    replying: Replying
    settings: Settings
    _recent: dict[str, _Recent] = field(default_factory=dict, init=False, repr=False)

    def open(self, tx: Tx | None, party: LiveCall) -> Opening | None:
        """Answer a call; None when no language of the line can be heard on this provider. `tx`: None for a newcomer."""
        languages = self.voicing.offered(party.provider, party.flow, party.line.languages)
        if not languages:
            log.error("no language can be heard", extra={"line": party.line.published, "provider": party.provider})
            return None
        usual = party.line.language if party.line.language in languages else languages[0]
        usual = self._facts(tx, party, languages, usual).remembered() or usual
        facts = self._facts(tx, party, languages, usual)
        left_off = self._left_off(tx, party, languages)
        place = left_off or begin(self.book, party.flow, usual, languages)
        heard: Event = Resumed() if left_off else Begun()
        taken = self._take(party, place, heard, 0, facts)
        return Opening(taken.row, taken.reply, taken.turn.effects, self._wisher(party, taken.turn.place, heard, ""))

    def turn(self, event: TurnCame, call_id: str, number: int, at: int) -> Reply:
        """One turn of a live call. Raises DatabaseAway; a turn that was taken before answers as it did then."""
        if (reply := self._at_once(event, call_id, number, at)) is not None:
            return reply
        with self.database.read() as tx:
            here = turns.situation(tx, call_id, number)
            settled = self._settled(tx, here, event, number, at)
            if settled is not None or here is None:
                return settled or HangUp()
            place, party = read_place(here.place), live_call(self.lines, here, at)
            taken = self._take(
                party,
                place,
                event.heard,
                number,
                self._facts(tx, party, place.languages, place.language, place.answers.get(FOR_WHOM, "self")),
            )
        if self._add_at_once(here, taken):
            return taken.reply
        wisher = self._wisher(party, taken.turn.place, event.heard, str(place.frames[-1]))
        if self.database.write(lambda tx: self._record(tx, taken, wisher), WEB_WAIT_S):
            return taken.reply
        return self.repeat(event.provider, call_id, number)

    def silent(self, tx: Tx, call_id: str) -> bool:
        """Whether we asked for a key, and silence was all that came."""
        kept = [read_heard(each) for each in turns.heard(tx, call_id)]
        return any(isinstance(each, Silence) for each in kept) and not any(isinstance(each, Pressed) for each in kept)

    def forget(self, call_id: str) -> None:
        """The call is over."""
        self._recent.pop(call_id, None)

    def _at_once(self, event: TurnCame, call_id: str, number: int, at: int) -> Reply | None:
        """The turn after one that this process took, if it asks nothing of the world and wishes for nothing: one statement.

        Whoever else took this turn meanwhile holds its key, and then it is looked up as any other: None.
        """
        recent = self._recent.pop(call_id, None)
        if recent is None or recent.number != number - 1:
            return None
        here = recent.here
        if (here.provider, here.provider_call_id) != (event.provider, event.provider_call_id):
            return None
        try:
            taken = self._take(live_call(self.lines, here, at), recent.place, event.heard, number, {})
        except LookupError:
            return None  # the flow asks for a fact
        return taken.reply if self._add_at_once(here, taken) else None

    def _take(self, party: LiveCall, place: Place, heard: Event, number: int, facts: Mapping[str, FactValue]) -> _Taken:
        turn = advance(self.book, place, heard, facts)

        def looking() -> Facts:
            if not isinstance(facts, Facts):
                raise LookupError("whom an alarm is about, and which room a consult has, can only be looked up")
            return facts

        def caller() -> Phone | None:
            return self._caller_of(looking().situation.tx, party.dial_id)

        def room() -> ConsultRoom | None:
            return looking().room()

        reply = self.replying.reply(turn, party.provider, party.line, party.call_id, number, party.at, caller, room)
        return _Taken(number, turn, reply, keep_turn(party.call_id, number, party.at, heard, turn, reply))

    def _add_at_once(self, here: Row, taken: _Taken) -> bool:
        """In one statement, where the database can, and where the turn is all there is to write."""
        if taken.turn.effects or not self.database.add_at_once(lambda: [turns.addition(**taken.row)]):
            return False
        if len(self._recent) >= _MOST_RECENT:
            self._recent.clear()
        self._recent[here.id] = _Recent(taken.number, here, taken.turn.place)
        return True

    def repeat(self, provider: str, call_id: str, number: int, times: int = 0) -> Reply:
        """What turn `number` was answered; while nobody has taken it, what the turn before asked, after `times` moments."""
        with self.database.read() as tx:
            here = turns.situation(tx, call_id, number)
            if here is None or here.ended_at is not None or here.provider != provider:
                return HangUp()
            if here.reply is not None or here.last_reply is None:
                return self._read(tx, here.dial_id, here.reply) if here.reply else HangUp()
            asked = self._read(tx, here.dial_id, here.last_reply)
        if isinstance(asked, Ring | Record):  # what came of it is spooled; nobody is rung or recorded a second time
            return self.one_moment(here.provider, call_id, number, times)
        if isinstance(asked, HangUp | Reject) or not times:
            return asked
        return replace(asked, next_url=patient_url(self.settings, here.provider, call_id, number, times))

    def first_reply(self, tx: Tx, call_id: str) -> Reply | None:
        """What the call was answered with; None when it was not."""
        kept = turns.first_reply(tx, call_id)
        return self._read(tx, None, kept) if kept else None

    def carry_out(self, tx: Tx, effects: tuple[Effect, ...], wisher: Wisher) -> None:
        for effect in effects:
            self.effects.carry_out(tx, effect, wisher)

    def one_moment(self, provider: str, call_id: str, number: int, times: int) -> Reply:
        """While the database is away: asked again in a moment, then `we_call_back`. The key pressed is asked for once more."""
        if times >= MOST_MOMENTS:
            return self.we_call_back(provider)
        return Redirect(again_url(self.settings, provider, call_id, number, times + 1), self._plainly(provider, ONE_MOMENT))

    def we_call_back(self, provider: str) -> Reply:
        """The end of a call, and a promise: whoever gives it out keeps a CallCutOff."""
        return HangUp(self._plainly(provider, AWAY) or self._plainly(provider, TROUBLE))

    def sorry(self, provider: str) -> Reply:
        """A defect of ours, told kindly."""
        return HangUp(self._plainly(provider, TROUBLE))

    def closed(self, provider: str, line: Line) -> Reply:
        """One kind sentence, in the line's own language, and the end; where nothing can be said, the caller pays nothing."""
        spoken = self._plainly(provider, PAUSED, line.language) or self._plainly(provider, TROUBLE, line.language)
        return HangUp(spoken) if spoken else Reject()

    def _plainly(self, provider: str, word: str, *first: Language) -> tuple[Spoken, ...]:
        return plainly(self.voicing, self.lines, provider, word, *first)

    def _record(self, tx: Tx, taken: _Taken, wisher: Wisher) -> bool:
        if not turns.add_once(tx, taken.row):
            return False
        self.carry_out(tx, taken.turn.effects, wisher)
        return True

    def _settled(self, tx: Tx, here: Row | None, event: TurnCame, number: int, at: int) -> Reply | None:
        """A reply that needs no new turn: this one was taken, the call is over, or it is none of ours."""
        if here is None or (here.place is None and here.reply is None):
            log.warning("a turn of a call that we do not know", extra={"provider": event.provider, "turn": number})
            return HangUp()
        if (here.provider, here.provider_call_id) != (event.provider, event.provider_call_id):
            log.warning("a turn that names another call", extra={"provider": event.provider, "turn": number})
            return HangUp()
        if here.reply is not None:
            return self._read(tx, here.dial_id, here.reply)
        if here.ended_at is None or isinstance(event.heard, Recorded):  # a note outlives the call that it was spoken in
            return None
        pressed_in_time = isinstance(event.heard, Pressed) and at - here.ended_at < _OVERTAKEN_MS
        return None if pressed_in_time else HangUp()

    def _read(self, tx: Tx, dial_id: str | None, kept: str) -> Reply:
        return read_reply(kept, self.replying.operator, lambda _: self._caller_of(tx, dial_id))

    def _caller_of(self, tx: Tx | None, dial_id: str | None) -> Phone | None:
        """Whom the alarm is about that we called somebody for."""
        return None if tx is None or dial_id is None else phone_of_caller(tx, self.effects.vault, dial_id)

    def _wisher(self, party: LiveCall, place: Place, heard: Event, step: str) -> Wisher:
        version = self.voicing.version(place.language)
        return Wisher(
            party.call_id, party.caller_id, party.kind, party.line, party.flow, party.dial_id, place, heard, step, version, party.at
        )

    def _facts(self, tx: Tx | None, party: LiveCall, languages: tuple[Language, ...], language: Language, patient: str = "self") -> Facts:
        who = (party.call_id, party.caller_id, party.kind, party.line, party.at, party.dial_id)
        return Facts(Situation(tx, *who, languages, language, patient), self.effects.world)

    def _left_off(self, tx: Tx | None, party: LiveCall, languages: tuple[Language, ...]) -> Place | None:
        """Where a caller who was cut off in this flow goes on, in one of the languages that can be heard now."""
        if tx is None or party.caller_id is None or party.dial_id is not None:
            return None
        if self.effects.desk.status_first(tx, party.caller_id) or self.effects.desk.just_had(tx, party.caller_id, party.at - _RESUME_MS):
            return None  # how their consult stands comes before anything else; and who has had one is done with its questions
        line, after = party.line.number.e164, party.at - _RESUME_MS
        kept = turns.last_place(tx, party.caller_id, party.flow, line, after, LONGEST_INBOUND_MS)
        left = resume(self.book, read_place(kept)) if kept else None
        return replace(left, languages=languages) if left is not None and left.language in languages else None
