"""Opting out and back in by SMS, where a route carries replies. Twilio documents none for India, so the opt-out line is the main way."""

from ivr.lines import Lines
from ivr.model.events import TextReceived
from ivr.numbering import identify
from ivr.store import callers
from ivr.store.database import Database
from ivr.store.tx import Tx
from ivr.store.vault import Vault

_OUT = frozenset({"stop", "stopall", "unsubscribe", "cancel", "end", "quit", "रोकें", "ನಿಲ್ಲಿಸಿ"})
_IN = frozenset({"start", "unstop"})


class OptOuts:
    def __init__(self, database: Database, vault: Vault, lines: Lines) -> None:
        self._database = database
        self._vault = vault
        self._lines = lines

    def received(self, event: TextReceived, at: int) -> None:
        """STOP opts the sender out, START back in; any other text asks nothing of us. Raises DatabaseAway."""
        word = event.body.strip().strip(".!\"'").casefold()
        phone = identify(event.sender, self._lines.numbers).phone
        if phone is None or word not in _OUT | _IN:
            return

        def note(tx: Tx) -> None:
            caller_id = callers.ensure(tx, self._vault, phone, at)
            if word in _OUT:
                callers.opt_out(tx, caller_id, f"text via {event.provider}", at)
            else:
                callers.opt_in(tx, caller_id)

        self._database.write(note, wait_s=2.0)
