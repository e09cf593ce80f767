"""What a provider is asked of a call under way: to fetch its next document, to end, to say how it stands. Jobs of the queue `calls`."""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from ivr.connecting.ground import hold
from ivr.connecting.legs import LOOK_MS, Legs
from ivr.consults.lifecycle import ConsultState
from ivr.model.events import CallEnded
from ivr.model.ids import time_of
from ivr.model.outcomes import Accepted, Never, SendOutcome, TryLater, Unknown
from ivr.model.ports import CallPlacer, Clock, SeenCall
from ivr.store import calls, connecting, dials, outbox
from ivr.store import consults as consult_store
from ivr.store import legs as leg_store
from ivr.store.database import Database
from ivr.store.tx import Row, Tx

log = logging.getLogger(__name__)

CALL_STOP = "call_stop"
"""An operator ends a live call. Ref: our call id."""

_AGAIN_MS = 1_000
_GIVEN_UP_MS = 30_000
_TALKS = (ConsultState.TALKING, ConsultState.RECOVERING)


@dataclass(frozen=True, slots=True)
class Moving:
    """No connection is held while a provider is asked. `turn_url`: of a provider's call, by our id and the number of the turn.

    `over`: books the end of a call, of a dial of ours perhaps.
    """

    database: Database
    placers: Mapping[str, CallPlacer]
    legs: Legs
    turn_url: Callable[[str, str, int], str]
    over: Callable[[CallEnded, int, str | None], None]
    clock: Clock

    def call_in(self, outbox_id: str) -> None:
        """Have a leg on hold ask for its next turn now. It asks by itself before long, so this is for speed alone."""
        self._move(outbox_id, lambda leg: leg.waits_at is not None)

    def call_out(self, outbox_id: str) -> None:
        """Have a leg in the room ask for its next turn now, unless it has gone into another one since."""
        self._move(outbox_id, lambda leg: leg.joins_at is None)

    def _move(self, outbox_id: str, wanted: Callable[[Row], bool]) -> None:
        with self.database.read() as tx:
            call_id = outbox.peek(tx, outbox_id)
            call = calls.get(tx, call_id) if call_id else None
            leg = leg_store.get(tx, call_id) if call_id else None
            number = connecting.last_turn(tx, call_id) + 1 if call_id else 0
        gone = call is None or leg is None or call.ended_at is not None or call.provider not in self.placers
        if gone or call is None or not wanted(leg):
            self.database.write(lambda tx: outbox.done(tx, outbox_id))
            return
        url = self.turn_url(call.provider, call.id, number)
        outcome = self._ask(lambda: self.placers[call.provider].move_call(call.provider_call_id, url))
        if isinstance(outcome, Never):
            self._if_over(call)  # or the other one waits for nobody
        self._booked(outbox_id, outcome, call.id)

    def end(self, outbox_id: str) -> None:
        """Hang up a dial that nobody wants. One without a provider's id yet has not been accepted: whoever books that asks again."""
        with self.database.read() as tx:
            dial_id = outbox.peek(tx, outbox_id)
            dial = dials.get(tx, dial_id) if dial_id else None
        if dial is None or dial.ended_at is not None or dial.provider_call_id is None or dial.provider not in self.placers:
            self.database.write(lambda tx: outbox.done(tx, outbox_id))
            return
        outcome = self._ask(lambda: self.placers[dial.provider].end_call(dial.provider_call_id))
        self._booked(outbox_id, outcome, dial.id)

    def stop(self, outbox_id: str) -> None:
        """Hang up a live call, whoever rang whom: an operator wants it to end. What follows, follows as if its caller had hung up."""
        with self.database.read() as tx:
            call_id = outbox.peek(tx, outbox_id)
            call = calls.get(tx, call_id) if call_id else None
        if call is None or call.ended_at is not None or call.provider not in self.placers:
            self.database.write(lambda tx: outbox.done(tx, outbox_id))
            return
        outcome = self._ask(lambda: self.placers[call.provider].end_call(call.provider_call_id))
        if isinstance(outcome, Never):
            self._if_over(call)
        self._booked(outbox_id, outcome, call.id)

    def look(self, outbox_id: str) -> None:
        """Each minute of a talk: are both calls live? Word of an end may have been lost, and nobody shall be kept for it."""
        with self.database.read() as tx:
            consult_id = outbox.peek(tx, outbox_id)
            consult = consult_store.get(tx, consult_id) if consult_id else None
            here = leg_store.of_consult(tx, consult.id) if consult is not None else []
        if consult is None or consult.state not in _TALKS:
            self.database.write(lambda tx: outbox.done(tx, outbox_id))
            return
        for leg in here:
            if leg.call_ended_at is None:
                self._if_over(leg)
        now = self.clock.now()
        self.database.write(lambda tx: self._seen(tx, outbox_id, consult.id, now))

    def _seen(self, tx: Tx, outbox_id: str, consult_id: str, now: int) -> None:
        consult = hold(tx, consult_id)
        if consult.offer_id and consult.state in _TALKS:
            self.legs.keep_doctor(tx, consult, now)
            outbox.put_back(tx, [outbox_id], now + LOOK_MS)
        else:
            outbox.done(tx, outbox_id)

    def _if_over(self, call: Row) -> None:
        """Ask how this call stands (a row of it, or of its leg), and book its end as if its provider had told us then: money hangs on it.

        A provider that does not answer, or does not know the call, proves nothing of one that it told us of a minute ago.
        """
        placer = self.placers.get(call.provider)
        seen = placer.look_at_call(call.provider_call_id) if placer is not None else None
        if isinstance(seen, SeenCall) and seen.outcome is not None:
            inbound = call.dial_id is None
            self.over(
                CallEnded(call.provider, call.provider_call_id, "", "", inbound, seen.outcome, 0, "found over"),
                seen.over_since(self.clock.now()),
                call.dial_id,
            )

    def _ask(self, ask: Callable[[], SendOutcome]) -> SendOutcome:
        try:
            return ask()
        except Exception as error:
            log.exception("provider raised")
            return Unknown(type(error).__name__)

    def _booked(self, outbox_id: str, outcome: SendOutcome, ref: str) -> None:
        """Asked again for half a minute when it may not have been done; a call that is over needs nothing."""
        now = self.clock.now()
        match outcome:
            case TryLater() | Unknown():
                self.database.write(lambda tx: self._again(tx, outbox_id, now))
            case Accepted() | Never():
                self.database.write(lambda tx: outbox.done(tx, outbox_id))
            case _:
                log.error("a call cannot be moved or ended", extra={"ref": ref, "outcome": str(outcome)})
                self.database.write(lambda tx: outbox.done(tx, outbox_id))

    def _again(self, tx: Tx, outbox_id: str, now: int) -> None:
        if time_of(outbox_id) < now - _GIVEN_UP_MS:
            outbox.done(tx, outbox_id)
        else:
            outbox.put_back(tx, [outbox_id], now + _AGAIN_MS)
