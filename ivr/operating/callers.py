"""Callers: kept out, let in again; their number shown."""

from contextlib import suppress
from dataclasses import dataclass

from ivr.callbacks.limits import Stop
from ivr.callbacks.wishes import CallBacks
from ivr.model.errors import ConfigurationError
from ivr.model.values import Phone
from ivr.operating.deed import CannotBeDone, Deed
from ivr.oversight import Action
from ivr.store import blocks, callers
from ivr.store.database import Database
from ivr.store.tx import Tx
from ivr.store.vault import Vault

CALLER = "caller"


@dataclass(frozen=True, slots=True)
class Keeping:
    database: Database
    vault: Vault
    call_backs: CallBacks

    def block(self, deed: Deed, caller_id: str) -> None:
        """From now on their calls are rejected and bring nothing: no menu, no text, no call back; what was planned is cancelled.

        Who has paid and is owed a doctor (or their money) is kept out only when that is over. CannotBeDone for a doctor, and twice.
        """

        def work(tx: Tx) -> None:
            with suppress(ConfigurationError):  # a number that nobody can read may be kept out too
                self._phone(tx, caller_id)
            callers.lock(tx, caller_id)
            if blocks.is_doctor(tx, caller_id):
                raise CannotBeDone("this is a doctor of ours, who would be locked out of their patients; take them off duty instead")
            if not blocks.add(tx, caller_id=caller_id, at=deed.at, operator=deed.operator, reason=deed.reason):
                raise CannotBeDone("this caller is blocked already")
            if not blocks.spares(tx, caller_id):
                self.call_backs.cancel(tx, caller_id, Stop.BLOCKED, deed.at)
            deed.note(tx, Action.BLOCK_CALLER, CALLER, caller_id, caller_id)

        self.database.write(work)

    def unblock(self, deed: Deed, caller_id: str) -> None:
        """CannotBeDone when nobody blocks them."""

        def work(tx: Tx) -> None:
            if not blocks.remove(tx, caller_id):
                raise CannotBeDone("this caller is not blocked")
            deed.note(tx, Action.UNBLOCK_CALLER, CALLER, caller_id, caller_id)

        self.database.write(work)

    def reveal(self, deed: Deed, caller_id: str) -> Phone:
        """The whole number. Each look is a row of the audit: a page that is loaded again has been looked at again.

        ConfigurationError when DATA_KEY lacks the key that it is sealed with.
        """

        def work(tx: Tx) -> Phone:
            found = self._phone(tx, caller_id)
            deed.note(tx, Action.REVEAL_NUMBER, CALLER, caller_id, caller_id)
            return found

        return self.database.write(work)

    def find(self, phone: Phone) -> str:
        """The id of who has this number. CannotBeDone when they have never rung."""
        with self.database.read() as tx:
            found = callers.find(tx, self.vault, phone)
        if found is None:
            raise CannotBeDone("nobody with this number has ever rung us")
        return found

    def _phone(self, tx: Tx, caller_id: str) -> Phone:
        try:
            return callers.phone_of(tx, self.vault, caller_id)
        except LookupError:
            raise CannotBeDone("there is no such caller") from None
