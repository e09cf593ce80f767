"""Before a deed: what exactly will happen, said on a page of its own."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from ivr.connecting.whereabouts import PAIRED
from ivr.consults.lifecycle import ConsultState
from ivr.lines import Line
from ivr.model.errors import ConfigurationError
from ivr.model.ids import LENGTH
from ivr.operating.alarms import open_page
from ivr.operating.calls import live_call
from ivr.operating.consults import SAID, find_consult, refundable, searchable
from ivr.operating.deed import CannotBeDone
from ivr.operating.switches import can_be_paused
from ivr.operating.texts import resendable
from ivr.oversight import Action
from ivr.store import blocks, callers, deeds, pauses
from ivr.store.tx import Row, Tx
from ivr.texts.booking import SEND
from ivr.web.ops import words
from ivr.web.ops.failed_jobs import failed_jobs
from ivr.web.ops.words_deeds import while_paused
from ivr.wiring import App


@dataclass(frozen=True, slots=True)
class Question:
    """`about`: the title goes on with it. `says`: what will happen, a sentence each."""

    about: str
    says: Sequence[str]


def question(app: App, tx: Tx, action: Action, subject: str, now: int) -> Question:
    """CannotBeDone when it cannot, as things are now. RedisError."""
    return _QUESTIONS[action](app, tx, subject, now)


def line_of(app: App, published: str) -> Line:
    """CannotBeDone for a number that is none of ours."""
    found = next((line for line in app.lines if line.published == published), None)
    if found is None:
        raise CannotBeDone("no line of ours has this number")
    return found


def one_of_ours(subject: str) -> bool:
    """Whether it has the shape of an id: the database is asked for nothing else."""
    return len(subject) == LENGTH and subject.isascii() and subject.isalnum()


def _who(app: App, tx: Tx, caller_id: str) -> str:
    try:
        return callers.phone_of(tx, app.vault, caller_id).masked
    except LookupError:
        raise CannotBeDone("there is no such caller") from None
    except ConfigurationError:
        return "a number sealed with a key that DATA_KEY lacks"


def _reveal(app: App, tx: Tx, subject: str, now: int) -> Question:
    says = ("The whole number is shown once, on the next page, and on no list.", "That you looked, and why, stands in the access log.")
    return Question(_who(app, tx, subject), says)


def _block(app: App, tx: Tx, subject: str, now: int) -> Question:
    who = _who(app, tx, subject)
    if blocks.is_doctor(tx, subject):
        raise CannotBeDone("this is a doctor of ours, who would be locked out of their patients; take them off duty instead")
    if blocks.get(tx, subject) is not None:
        raise CannotBeDone("this caller is blocked already")
    says = [
        "Their calls are rejected from now on: no menu, no text, no call back. They pay nothing for them.",
        "Calls back that were planned for them are cancelled. Opting out by a missed call still works.",
    ]
    if blocks.spares(tx, subject):
        says.append("They have paid, and are owed a doctor or their money: that goes on untouched, and the block counts when it is over.")
    return Question(who, says)


def _unblock(app: App, tx: Tx, subject: str, now: int) -> Question:
    if blocks.get(tx, subject) is None:
        raise CannotBeDone("this caller is not blocked")
    return Question(_who(app, tx, subject), ("Their next call is taken as anybody’s.",))


def _end(app: App, tx: Tx, subject: str, now: int) -> Question:
    call = live_call(tx, subject)
    says = ["The provider hangs up within a second or two. Nobody is called back for it."]
    consult = deeds.consult_of(tx, subject)
    if consult is not None and consult.state in PAIRED:
        says.append(f"It belongs to consult {consult.reference}: what follows, follows as if the patient had hung up.")
    return Question(_who(app, tx, call.caller_id) if call.caller_id else "a withheld number", says)


def _resend(app: App, tx: Tx, subject: str, now: int) -> Question:
    text = resendable(tx, subject, now)
    says = [
        f"One SMS goes out now, worded by the registered template {text.template}, with a fresh link to the same thing.",
        "An opt-out and the limits of a day count as ever.",
    ]
    if pauses.get(tx, pauses.TEXTS) is not None:
        says.append("All texts are paused: it waits until they go on.")
    return Question(_who(app, tx, text.caller_id), says)


def _refund(app: App, tx: Tx, subject: str, now: int) -> Question:
    consult = find_consult(tx, subject)
    payment = refundable(tx, consult)
    says = [
        f"Rs {payment.paise // 100} go back to who paid, all of it. This cannot be taken back.",
        f"The consult is {SAID[ConsultState(consult.state)]}; it ends with this, and the patient is told by SMS.",
    ]
    if consult.state in PAIRED:
        says.append("Patient and doctor are on the line for it: both are called out of the room.")
    return Question(f"consult {consult.reference}", says)


def _requeue(app: App, tx: Tx, subject: str, now: int) -> Question:
    consult = find_consult(tx, subject)
    searchable(consult)
    return Question(f"consult {consult.reference}", (_SOUGHT_HOW.get(consult.state, "A doctor is looked for now."),))


_SOUGHT_HOW = {
    ConsultState.CALLBACK_BOOKED: "A doctor is looked for now, not at the time that was booked, and the patient is rung when one accepts.",
    ConsultState.CONNECTING: "Its doctor is let go and put on hold no longer; another one is looked for, before everybody who came later.",
    ConsultState.RECOVERING: "Its doctor is let go; another one is looked for, before everybody who came later.",
}


def _pause(app: App, tx: Tx, subject: str, now: int) -> Question:
    line = line_of(app, subject)
    if not can_be_paused(line):
        raise CannotBeDone("by this line people say no to us, or doctors that they work: it is never paused")
    if pauses.get(tx, line.number.e164) is not None:
        raise CannotBeDone("this line is paused already")
    says = (while_paused(line), "Paid consults go on, calls under way are not touched, and doctors are still answered.")
    return Question(f"{line.name} {line.published}", says)


def _resume(app: App, tx: Tx, subject: str, now: int) -> Question:
    line = line_of(app, subject)
    _stands(pauses.get(tx, line.number.e164), "this line is not paused")
    return Question(f"{line.name} {line.published}", ("Its calls are taken again. Who rang meanwhile is not called or texted for that.",))


def _pause_texts(app: App, tx: Tx, subject: str, now: int) -> Question:
    if pauses.get(tx, pauses.TEXTS) is not None:
        raise CannotBeDone("all texts are paused already")
    says = (
        "No SMS leaves from now on: no app link, no payment link, no receipt, no consult card for a doctor, no alarm to who is on call.",
        "Texts wait. Those whose time is over meanwhile are dropped, and say why; the others go out when you let them.",
        f"{words.count(deeds.waiting(tx, SEND), 'text')} would wait now. What a provider has already is not called back.",
    )
    return Question("", says)


def _resume_texts(app: App, tx: Tx, subject: str, now: int) -> Question:
    _stands(pauses.get(tx, pauses.TEXTS), "texts are not paused")
    says = f"{words.count(deeds.waiting(tx, SEND), 'text')} that waited, and are still timely, go out at once."
    return Question("", (says,))


def _requeue_jobs(app: App, tx: Tx, subject: str, now: int) -> Question:
    failed = sum(failed_jobs(app).values())
    if not failed:
        raise CannotBeDone("no job has failed")
    says = (f"{words.count(failed, 'job')} run again. A job may run twice; nobody is texted, rung or charged twice for it.",)
    return Question("", says)


def _stands(row: Row | None, why_not: str) -> None:
    if row is None:
        raise CannotBeDone(why_not)


def _take_alarm(app: App, tx: Tx, subject: str, now: int) -> Question:
    page = open_page(tx, subject)
    says = ("You see to it: nobody else is texted or called about it, and calls about it that were planned are called off.",)
    return Question(page.reference, says)


_QUESTIONS: Mapping[Action, Callable[[App, Tx, str, int], Question]] = {
    Action.REVEAL_NUMBER: _reveal,
    Action.BLOCK_CALLER: _block,
    Action.UNBLOCK_CALLER: _unblock,
    Action.END_CALL: _end,
    Action.RESEND_LINK: _resend,
    Action.REFUND_CONSULT: _refund,
    Action.REQUEUE_CONSULT: _requeue,
    Action.PAUSE_LINE: _pause,
    Action.RESUME_LINE: _resume,
    Action.PAUSE_TEXTS: _pause_texts,
    Action.RESUME_TEXTS: _resume_texts,
    Action.REQUEUE_JOBS: _requeue_jobs,
    Action.TAKE_ALARM: _take_alarm,
}
