"""Which deeds a page offers to whom: only what this operator may do, and what can be done as things are."""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from urllib.parse import quote

from ivr.operating.calls import live_call
from ivr.operating.consults import refundable, searchable
from ivr.operating.deed import NEEDS, CannotBeDone
from ivr.operating.texts import resendable
from ivr.operators import Role
from ivr.oversight import Action
from ivr.store import blocks, calls, consults, deeds
from ivr.store.tx import Row, Tx
from ivr.web.ops.questions import one_of_ours
from ivr.web.ops.words_deeds import GRAVE, LABELS


@dataclass(frozen=True, slots=True)
class Offer:
    action: Action
    subject: str
    label: str
    grave: bool

    def path(self, back: str) -> str:
        """Of the page that asks again. `back`: where to go afterwards."""
        return f"/ops/do/{self.action}/{self.subject}?back={quote(back, safe='/')}"


def offer(action: Action, subject: str, label: str = "") -> Offer:
    return Offer(action, subject, label or LABELS[action], action in GRAVE)


def offered(tx: Tx, kind: str, subject_id: str, role: Role, now: int) -> list[Offer]:
    """For a `call`, a `consult` or a `caller`, in an order that does not change."""
    if not one_of_ours(subject_id):
        return []
    found = {"call": _of_call, "consult": _of_consult, "caller": _of_caller}[kind](tx, subject_id, now)
    return [each for each in found if role.includes(NEEDS[each.action])]


def _of_call(tx: Tx, call_id: str, now: int) -> Iterator[Offer]:
    call = calls.get(tx, call_id)
    if call is None:
        return
    with suppress(CannotBeDone):
        live_call(tx, call_id)
        yield offer(Action.END_CALL, call_id)
    yield from _texts(tx, call_id, now)
    consult = deeds.consult_of(tx, call_id)
    if consult is not None:
        yield from _money(tx, consult)
    if call.caller_id is not None:
        yield from _of_caller(tx, call.caller_id, now)


def _of_consult(tx: Tx, consult_id: str, now: int) -> Iterator[Offer]:
    consult = consults.get(tx, consult_id)
    if consult is None:
        return
    yield from _money(tx, consult)
    yield from _texts(tx, consult.call_id, now)
    yield from _of_caller(tx, consult.caller_id, now)


def _of_caller(tx: Tx, caller_id: str, now: int) -> Iterator[Offer]:
    yield offer(Action.REVEAL_NUMBER, caller_id)
    if blocks.get(tx, caller_id) is not None:
        yield offer(Action.UNBLOCK_CALLER, caller_id)
    elif not blocks.is_doctor(tx, caller_id):
        yield offer(Action.BLOCK_CALLER, caller_id)


def _texts(tx: Tx, call_id: str, now: int) -> Iterator[Offer]:
    for text in deeds.texts_with_link(tx, call_id):
        with suppress(CannotBeDone):
            resendable(tx, text.id, now)
            yield offer(Action.RESEND_LINK, text.id, f"Send {text.template.replace('_', ' ')} again")


def _money(tx: Tx, consult: Row) -> Iterator[Offer]:
    with suppress(CannotBeDone):
        searchable(consult)
        yield offer(Action.REQUEUE_CONSULT, consult.id)
    with suppress(CannotBeDone):
        refundable(tx, consult)
        yield offer(Action.REFUND_CONSULT, consult.id)
