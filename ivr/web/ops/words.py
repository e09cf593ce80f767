"""What the console says, in plain words. Every state and reason of the model has its sentence here, or in `words_voice.py`. Pure."""

from enum import StrEnum

from ivr.alarms.lifecycle import PageState
from ivr.alarms.taking import BY_COMMAND
from ivr.model.events import CallOutcome, ReportState
from ivr.model.values import CallerKind, Language
from ivr.texts.lifecycle import TextState
from ivr.texts.limits import DropReason


class Tone(StrEnum):
    """How a thing looks: the stylesheet has one colour for each."""

    GOOD = "good"
    BAD = "bad"
    WAIT = "wait"
    PLAIN = "plain"


ENDED: dict[CallOutcome, str] = {
    CallOutcome.ANSWERED: "answered",
    CallOutcome.BUSY: "not answered: the caller heard the busy tone and paid nothing",
    CallOutcome.NO_ANSWER: "not answered; the caller paid nothing",
    CallOutcome.CANCELLED: "the caller hung up first and paid nothing",
    CallOutcome.REJECTED: "not answered: we rejected it, and the caller paid nothing",
    CallOutcome.FAILED: "it failed at the provider",
}

CALLERS: dict[CallerKind, str] = {
    CallerKind.MOBILE: "mobile",
    CallerKind.LANDLINE: "landline",
    CallerKind.FOREIGN: "foreign number",
    CallerKind.WITHHELD: "withheld number",
    CallerKind.SPECIAL: "special number",
    CallerKind.OWN_LINE: "one of our own lines",
    CallerKind.INVALID: "invalid number",
}

STATES: dict[TextState, tuple[str, Tone]] = {
    TextState.ASKED: ("Waiting to be sent", Tone.WAIT),
    TextState.SENDING: ("Being sent", Tone.WAIT),
    TextState.SENT: ("Sent", Tone.PLAIN),
    TextState.DELIVERED: ("Delivered", Tone.GOOD),
    TextState.UNDELIVERED: ("Not delivered", Tone.BAD),
    TextState.FAILED: ("Failed", Tone.BAD),
    TextState.DROPPED: ("No text", Tone.PLAIN),
}

DROPPED: dict[DropReason, str] = {
    DropReason.LANDLINE: "a landline cannot get an SMS",
    DropReason.FOREIGN: "we text Indian mobiles only",
    DropReason.WITHHELD: "the caller withheld the number",
    DropReason.SPECIAL: "short codes, toll-free and service numbers get no SMS",
    DropReason.OWN_LINE: "it was one of our own lines",
    DropReason.INVALID: "the number is not valid",
    DropReason.OPTED_OUT: "this caller has opted out of texts",
    DropReason.WINDOW: "rang again while the first text was on its way",
    DropReason.DAILY_LIMIT: "this caller has had the day's links already",
    DropReason.NO_PROVIDER: "texting is switched off, or no provider can carry this template",
    DropReason.TOO_LATE: "too long after the call: a late answer would be spam",
    DropReason.BLOCKED: "the clinic has blocked this caller",
    DropReason.PAUSED: "all texts were switched off until it was too late for this one",
}

ATTEMPTS: dict[str, tuple[str, Tone]] = {
    "sending": ("waiting for the provider's answer", Tone.WAIT),
    "accepted": ("the provider took it", Tone.PLAIN),
    "try_later": ("the provider was busy; we try again", Tone.WAIT),
    "never": ("refused for good", Tone.BAD),
    "unknown": ("no clear answer; we are asking the provider whether it went out", Tone.WAIT),
    "dlt": ("refused by the DLT check: the alarm says what to compare", Tone.BAD),
    "account": ("the provider refused our account: see the alarm", Tone.BAD),
    "lost": ("the provider never said whether it went out", Tone.BAD),
    "absent": ("the provider has no trace of it; we try again", Tone.WAIT),
}

REPORTS: dict[ReportState, tuple[str, Tone]] = {
    ReportState.QUEUED: ("queued at the provider", Tone.PLAIN),
    ReportState.SENT: ("sent to the network", Tone.PLAIN),
    ReportState.DELIVERED: ("delivered to the phone", Tone.GOOD),
    ReportState.UNDELIVERED: ("not delivered: it reached the network, but not the phone", Tone.BAD),
    ReportState.FAILED: ("failed: it never left the provider", Tone.BAD),
}

LANGUAGES: dict[Language, str] = {Language.ENGLISH: "English", Language.HINDI: "Hindi", Language.KANNADA: "Kannada"}

ALARMS = {
    "signature": "Requests with a bad signature name our account",
    "dlt": "Texts are refused by the DLT check",
    "account": "A provider refuses our account",
    "text": "A text cannot be sent as things are",
    "spool": "An event could not be served and was set aside",
    "call": "A caller cannot be called back as things are",
    "call_back": "A line's provider cannot call its callers back",
    "red_flag": "A caller told of emergency signs",
    "unclear_triage": "A caller could not be screened, and is to be rung",
    "connecting": "A paid patient cannot be connected as things are",
    "unserved": "A patient has paid, and no doctor came",
    "callers_wait": "More callers wait for somebody on call",
    "refund_stuck": "A refund does not go through",
    "gateway_balance": "The gateway's balance is too low for refunds",
    "gateway": "The payment gateway refuses us",
    "amount": "A payment is not of its link's amount",
    "webhook_silence": "The gateway sends us no events",
    "reconcile": "Our books and the gateway's differ",
    "ledger": "The ledger does not add up",
    "queue_age": "Workers stand still: calls and texts wait",
    "untaken": "Nobody took an alarm",
}

PAGES: dict[PageState, str] = {
    PageState.RAISED: "somebody on call hears of it when the clinic opens",
    PageState.TEXTED: "texted to who is on call; nobody has taken it yet",
    PageState.CALLING: "those on call are being called; nobody has taken it yet",
    PageState.TAKEN: "taken",
    PageState.UNTAKEN: "nobody on call took it, and nobody is called any more",
}
"""How an alarm on its way to a person stands."""


def dropped(reason: str | None) -> str:
    return DROPPED[DropReason(reason)] if reason in list(DropReason) else reason or "no reason on record"


def page(state: str, taken_by: str | None) -> str:
    """`taken_by`: a place in ONCALL_NUMBER, the name of an operator, or that it was by command."""
    if state != PageState.TAKEN:
        return PAGES[PageState(state)] if state in list(PageState) else state
    if (taken_by or "").isdigit():
        return f"taken by number {taken_by} of ONCALL_NUMBER"
    return f"taken by {taken_by or BY_COMMAND}"


def attempt(state: str) -> tuple[str, Tone]:
    return ATTEMPTS.get(state, (state, Tone.PLAIN))


def report(state: str) -> tuple[str, Tone]:
    return REPORTS[ReportState(state)] if state in list(ReportState) else (state, Tone.PLAIN)


def caller(kind: str) -> str:
    return CALLERS[CallerKind(kind)] if kind in list(CallerKind) else kind


def language(code: str) -> str:
    return LANGUAGES[Language(code)] if code in list(Language) else code


def count(number: int, one: str, many: str = "") -> str:
    """`1 segment`, `2 segments`."""
    return f"{number} {one if number == 1 else many or one + 's'}"
