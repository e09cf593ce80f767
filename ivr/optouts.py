"""Opting out by SMS, where a route carries replies. Twilio documents none for India, so the opt-out line is the main way."""

from ivr.callbacks.limits import Stop
from ivr.callbacks.wishes import CallBacks
from ivr.lines import Lines
from ivr.model.events import TextReceived
from ivr.model.values import Phone
from ivr.numbering import identify
from ivr.store import callers
from ivr.store.database import Database
from ivr.store.tx import Tx
from ivr.store.vault import Vault

_OUT = frozenset({"stop", "stopall", "unsubscribe", "cancel", "end", "quit", "रोकें", "ನಿಲ್ಲಿಸಿ"})


class OptOuts:
    def __init__(self, database: Database, vault: Vault, lines: Lines, call_backs: CallBacks) -> None:
        self._database = database
        self._vault = vault
        self._lines = lines
        self._call_backs = call_backs

    def received(self, event: TextReceived, at: int) -> None:
        """STOP, in any of our languages, opts the sender out, of calls that are to come too; any other text asks nothing of us.

        Raises DatabaseAway.

        There is no way back in by SMS: not every signature of an incoming text covers its body (Plivo's V2).
        """
        phone = identify(event.sender, self._lines.numbers).phone
        if phone is None or event.body.strip().strip(".!\"'").casefold() not in _OUT:
            return

        def note(tx: Tx) -> None:
            caller_id = callers.ensure(tx, self._vault, phone, at)
            self._call_backs.cancel(tx, caller_id, Stop.OPTED_OUT, at)
            callers.opt_out(tx, caller_id, f"text via {event.provider}", at)

        self._database.write(note, wait_s=2.0)

    def opt_in(self, phone: Phone) -> bool:
        """An operator's word that this caller wants texts again; False when the caller had not opted out."""

        def note(tx: Tx) -> bool:
            caller_id = callers.find(tx, self._vault, phone)
            return caller_id is not None and callers.opt_in(tx, caller_id)

        return self._database.write(note)
