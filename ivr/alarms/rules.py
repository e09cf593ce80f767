"""What each kind of alarm says to the person on call, and whom it may wake. Data; `alarms.sound` names the kind."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from ivr.alarms.plan import Urgency


class Subject(StrEnum):
    """What the call says that it is about; the SMS says more. Each but OTHER has a fact that flows can ask for."""

    EMERGENCY = "emergency"  # a caller told of emergency signs
    UNCLEAR = "unclear"  # a caller could not be screened
    UNSERVED = "unserved"  # a patient has paid, and no doctor came
    MONEY = "money"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Rule:
    """`says` goes into a DLT slot: 40 characters at most. `again_min`: an alarm that goes on is a new page only after so long.

    `each`: every key is a page of its own, for there is a person behind each; otherwise one page stands for all keys of the kind.
    Such a key names a call, by its id, or a consult, by its reference: the person on call may be joined with its caller. Another
    alarm about the same caller joins the page there is, if it is of the same kind or of one in `joins`, and open or younger than that.
    """

    says: str
    urgency: Urgency
    subject: Subject = Subject.OTHER
    again_min: int = 6 * 60
    each: bool = False
    joins: tuple[str, ...] = ()


ONCALL_ALARM = "oncall_alarm"
"""The text that goes to who is on call, where texts.yaml has it."""
UNTAKEN, QUEUE_AGE, CALLERS_WAIT = "untaken", "queue_age", "callers_wait"
"""Kinds that this package sounds itself."""

_NOW, _HOURS = Urgency.NOW, Urgency.IN_HOURS
_DAY = 24 * 60

RULES: Mapping[str, Rule] = {
    "red_flag": Rule("A caller told of emergency signs", _NOW, Subject.EMERGENCY, again_min=60, each=True),
    "unclear_triage": Rule("A caller to be rung, not screened", _NOW, Subject.UNCLEAR, again_min=60, each=True, joins=("red_flag",)),
    "unserved": Rule("Paid 10 minutes ago, and no doctor yet", _NOW, Subject.UNSERVED, again_min=60, each=True),
    "refund_stuck": Rule("A refund does not go through", _HOURS, Subject.MONEY),
    "gateway_balance": Rule("Gateway balance too low for refunds", _HOURS, Subject.MONEY),
    "gateway": Rule("The payment gateway refuses us", _HOURS, Subject.MONEY),
    "amount": Rule("A payment is not of its link's amount", _HOURS, Subject.MONEY),
    "webhook_silence": Rule("The gateway sends us no events", _HOURS, Subject.MONEY),
    "reconcile": Rule("Our books and the gateway's differ", _HOURS, Subject.MONEY, again_min=_DAY),
    "ledger": Rule("The ledger does not add up", _HOURS, Subject.MONEY, again_min=_DAY),
    "account": Rule("A provider refuses our account", _NOW),  # no credit left, most likely: calls and texts stand still
    CALLERS_WAIT: Rule("More callers wait: see the console", _NOW, again_min=60),
    QUEUE_AGE: Rule("Workers stand still: calls, texts wait", _NOW, again_min=60),
    "signature": Rule("Webhooks fail our signature check", _HOURS),  # a stranger can provoke it, and shall wake nobody
    "dlt": Rule("Texts are refused by the DLT check", _HOURS, again_min=_DAY),
    "text": Rule("A text cannot be sent as things are", _HOURS),
    "call": Rule("A caller cannot be called as things are", _HOURS),
    "call_back": Rule("A line cannot call its callers back", _HOURS, again_min=_DAY),
    "connecting": Rule("A paid patient cannot be connected", _NOW, again_min=60),
    "prescription_owed": Rule("A prescription is owed for over a day", _HOURS, again_min=_DAY),
    "card_locked": Rule("Wrong PINs have locked a consult card", _HOURS),
    "short_talks": Rule("Talks of one caller end short, refunded", _HOURS, again_min=_DAY),
    "spool": Rule("An event could not be served", _HOURS),
    UNTAKEN: Rule("Nobody took an alarm", Urgency.CONSOLE),  # those on call have just been tried
}
GRAVEST: Mapping[str, tuple[str, ...]] = {
    "red_flag": ("red_flag",),
    "unclear_triage": ("red_flag", "unclear_triage"),
    "unserved": ("red_flag", "unclear_triage", "unserved"),
}
"""Kinds with a person behind each, the gravest first, with those whose pages one of that kind waits for when too many are open."""

_USUAL = Rule("Something needs you: see the console", _HOURS)


def says(kind: str, callers: int) -> str:
    """What the SMS says; `callers`: how many wait who have no page of their own yet."""
    return f"{callers} more callers wait: see the console" if kind == CALLERS_WAIT and callers > 1 else rule(kind).says


def rule(kind: str) -> Rule:
    """Of a kind that nobody has written a rule for, the usual one: better heard by day than never."""
    return RULES.get(kind, _USUAL)
