"""What the console says of money, in plain words. Pure."""

from ivr.model.values import Paise
from ivr.payments.ledger import Account, Cause
from ivr.payments.lifecycle import PaymentState
from ivr.prices import ComponentName
from ivr.web.ops.words import Tone

PAYMENTS: dict[PaymentState, tuple[str, Tone]] = {
    PaymentState.HELD: ("held, until the patient has had a doctor", Tone.WAIT),
    PaymentState.EARNED: ("earned", Tone.GOOD),
    PaymentState.REFUND_DUE: ("to go back: the gateway is to be asked", Tone.WAIT),
    PaymentState.REQUESTED: ("to go back: the gateway is being asked", Tone.WAIT),
    PaymentState.PENDING: ("on its way back: the gateway is at it", Tone.WAIT),
    PaymentState.REFUNDED: ("gone back in full", Tone.PLAIN),
    PaymentState.MANUAL: ("to go back, and a person must see to it: see the alarm", Tone.BAD),
}

LINKS: dict[str, tuple[str, Tone]] = {
    "wished": ("the gateway is being asked for a page", Tone.WAIT),
    "open": ("a page to pay on is open", Tone.WAIT),
    "closing": ("the page is being closed", Tone.WAIT),
    "paid": ("paid", Tone.GOOD),
    "closed": ("closed, unpaid", Tone.PLAIN),
    "failed": ("the gateway made no page", Tone.BAD),
}

QUOTES: dict[str, str] = {"live": "it can be paid", "used": "it was paid", "void": "it cannot be paid any more"}

ACCOUNTS: dict[Account, str] = {
    Account.GATEWAY: "at the gateway",
    Account.HELD: "held for the caller",
    Account.REFUNDS: "to go back",
    Account.CONSULTATION: "income: consultation",
    Account.PLATFORM_FEE: "income: platform fee",
    Account.GST: "GST",
}

CAUSES: dict[Cause, tuple[str, Tone]] = {
    Cause.CAPTURED: ("Paid", Tone.GOOD),
    Cause.EARNED: ("Earned", Tone.GOOD),
    Cause.REFUND_DUE: ("Goes back", Tone.WAIT),
    Cause.REFUNDED: ("Has gone back", Tone.PLAIN),
}

COMPONENTS: dict[ComponentName, str] = {
    ComponentName.CONSULTATION: "consultation",
    ComponentName.PLATFORM_FEE: "platform fee",
    ComponentName.GST: "GST",
}


def payment(state: str) -> tuple[str, Tone]:
    return PAYMENTS[PaymentState(state)] if state in list(PaymentState) else (state, Tone.PLAIN)


def link(state: str) -> tuple[str, Tone]:
    return LINKS.get(state, (state, Tone.PLAIN))


def account(name: str) -> str:
    return ACCOUNTS[Account(name)] if name in list(Account) else name


def cause(name: str) -> tuple[str, Tone]:
    return CAUSES[Cause(name)] if name in list(Cause) else (name, Tone.PLAIN)


def component(name: str) -> str:
    return COMPONENTS[ComponentName(name)] if name in list(ComponentName) else name


def rupees(paise: int) -> str:
    """₹249, ₹249.50, ₹1,00,000: grouped as in India."""
    whole, rest = divmod(Paise(paise).amount, 100)
    return f"₹{grouped(whole)}" + (f".{rest:02}" if rest else "")


def grouped(number: int) -> str:
    """The last three digits together, then two and two."""
    head, tail = divmod(number, 1000)
    if not head:
        return str(tail)
    pairs = []
    while head:
        head, pair = divmod(head, 100)
        pairs.append(f"{pair:02}" if head else str(pair))
    return ",".join([*reversed(pairs), f"{tail:03}"])
