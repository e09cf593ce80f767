"""A live call: ended at its provider, by a job."""

from dataclasses import dataclass

from ivr.connecting.moving import CALL_STOP
from ivr.operating.deed import CannotBeDone, Deed
from ivr.oversight import Action
from ivr.store import callers, calls, outbox
from ivr.store.database import Database
from ivr.store.tx import Row, Tx


@dataclass(frozen=True, slots=True)
class Ending:
    database: Database

    def end(self, deed: Deed, call_id: str) -> None:
        """The provider is asked to hang up; nobody is called back for it. CannotBeDone when it is over, or was never answered."""

        def work(tx: Tx) -> None:
            call = live_call(tx, call_id)
            if call.caller_id is not None:
                callers.lock(tx, call.caller_id)
            deed.not_twice(tx, Action.END_CALL, call_id)
            outbox.add(tx, CALL_STOP, call_id, deed.at, deed.at)
            deed.note(tx, Action.END_CALL, "call", call_id, call.caller_id)

        self.database.write(work)


def live_call(tx: Tx, call_id: str) -> Row:
    """CannotBeDone when it is not live, as far as we know."""
    call = calls.get(tx, call_id)
    if call is None:
        raise CannotBeDone("there is no such call")
    if call.flow is None:
        raise CannotBeDone("this call was never answered, so there is nothing to end")
    if call.ended_at is not None:
        raise CannotBeDone("this call is over already")
    return call
