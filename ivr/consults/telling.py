"""What a caller is told of their consult by text. A text whose template is not in texts.yaml is not sent."""

from collections.abc import Mapping
from dataclasses import dataclass

from ivr.lines import Line, Lines
from ivr.model.values import Language, Paise, Phone
from ivr.numbering import identify
from ivr.store import callers
from ivr.store.tx import Row, Tx
from ivr.store.vault import Vault
from ivr.texts.asking import Asked, Asking, LinkTo, Trigger
from ivr.texts.limits import Limits

PAY_LINK, RECEIPT, REFUND, EMERGENCY, PRIVACY = "pay_link", "receipt", "refund", "emergency", "privacy_notice"
FOLLOW_UP_BOOKED, FOLLOW_UP_MISSED = "follow_up_booked", "follow_up_missed"
"""Texts that go out by themselves, where texts.yaml has them."""

_LIMITS = Limits(window_ms=0, per_day=6)  # of one template: what is owed to the caller is told, and nobody is flooded


@dataclass(frozen=True, slots=True)
class Telling:
    asking: Asking
    lines: Lines
    vault: Vault

    def tell(self, tx: Tx, trigger: Trigger, template: str, values: Mapping[str, str], link: LinkTo | None = None) -> Asked | None:
        """Ask for a text; None when there is nobody to text, or no such template."""
        if trigger.caller_id is None or template not in self.asking.templates:
            return None
        kind = identify(callers.phone_of(tx, self.vault, trigger.caller_id).e164, self.lines.numbers).kind
        return self.asking.ask(tx, trigger, kind, template, values=values, limits=_LIMITS, link=link)

    def trigger(self, consult: Row, at: int) -> Trigger:
        """The call in which this consult was opened. A line that is none of ours any more is stood in for by another."""
        return Trigger(consult.call_id, consult.caller_id, self._line(consult.line), Language(consult.language), at)

    def _line(self, number: str) -> Line:
        return self.lines.find(Phone(number)) or next(iter(self.lines))


def rupees(amount: Paise) -> str:
    """`249`: prices are whole rupees."""
    return str(amount.amount // 100)
