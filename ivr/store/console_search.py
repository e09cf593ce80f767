"""What an operator looks for: a caller and all that is theirs, a reference, an id of ours or of a provider. By keys alone."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import BindParameter, Select, Text, bindparam, select

from ivr.model.ids import first_id
from ivr.model.values import Phone
from ivr.store import audit, callers, console, console_consults
from ivr.store.console import CallStory, TextStory
from ivr.store.schema import (
    attempt,
    block,
    call,
    call_back,
    caller,
    consult,
    dial,
    doctor,
    grievance,
    offer,
    opt_out,
    page,
    pay_link,
    payment,
    refund,
    text,
)
from ivr.store.tx import Row, Tx
from ivr.store.vault import Vault

CALL, CONSULT, TEXT, CALLER, GRIEVANCE, DOCTOR = "call", "consult", "text", "caller", "grievance", "doctor"

_id, _named = bindparam("id", type_=Text), bindparam("named", type_=Text)
_providers: BindParameter[Any] = bindparam("providers", expanding=True)
_CALLER = (
    select(caller, opt_out.c.at.label("opted_out_at"), opt_out.c.source, block.c.at.label("blocked_at"), block.c.operator, block.c.reason)
    .add_columns(doctor.c.id.label("doctor_id"), doctor.c.name.label("doctor_name"))
    .select_from(
        caller.outerjoin(opt_out, opt_out.c.caller_id == caller.c.id)
        .outerjoin(block, block.c.caller_id == caller.c.id)
        .outerjoin(doctor, doctor.c.caller_id == caller.c.id)
    )
    .where(caller.c.id == _id)
)
_whose = bindparam("caller_id", type_=Text)
_CALLS_OF = (
    select(call, caller.c.phone)
    .join(caller, caller.c.id == call.c.caller_id)
    .where(call.c.caller_id == _whose)
    .order_by(call.c.id.desc())
    .limit(bindparam("most"))
)
_TEXTS_OF = select(text.c.id).where(text.c.caller_id == _whose).order_by(text.c.asked_at.desc()).limit(bindparam("most"))
_GRIEVANCES_OF = (  # there are few, and none from before the caller came
    select(grievance.c.reference, grievance.c.call_id, grievance.c.state, grievance.c.created_at, grievance.c.due_at)
    .where(grievance.c.id >= bindparam("since", type_=Text), grievance.c.caller_id == _whose)
    .order_by(grievance.c.id.desc())
)
_from, _until = bindparam("since", type_=Text), bindparam("until", type_=Text)
_CALLS_BETWEEN = (
    select(call, caller.c.phone)
    .select_from(call.outerjoin(caller, caller.c.id == call.c.caller_id))
    .where(call.c.id >= _from, call.c.id < _until)
    .order_by(call.c.id.desc())
    .limit(bindparam("most"))
)
_TEXTS_BETWEEN = select(text.c.id).where(text.c.id >= _from, text.c.id < _until).order_by(text.c.id.desc()).limit(bindparam("most"))

_BY_ID: Sequence[tuple[str, Select[Any]]] = (
    (CALL, select(call.c.id).where(call.c.id == _id)),
    (CONSULT, select(consult.c.id).where(consult.c.id == _id)),
    (TEXT, select(text.c.id).where(text.c.id == _id)),
    (CALLER, select(caller.c.id).where(caller.c.id == _id)),
    (CONSULT, select(offer.c.consult_id.label("id")).where(offer.c.id == _id)),
    (CONSULT, select(payment.c.consult_id.label("id")).where(payment.c.id == _id)),
    (TEXT, select(attempt.c.text_id.label("id")).where(attempt.c.id == _id)),
    (CALL, select(call_back.c.trigger_call_id.label("id")).where(call_back.c.id == _id)),
    (
        CALL,
        select(call_back.c.trigger_call_id.label("id")).join(dial, dial.c.call_back_id == call_back.c.id).where(dial.c.id == _id),
    ),
)
_BY_REFERENCE: Sequence[tuple[str, Select[Any]]] = (
    (CONSULT, select(consult.c.id).where(consult.c.reference == _named)),
    (GRIEVANCE, select(grievance.c.reference.label("id")).where(grievance.c.reference == _named)),
    (CALL, select(page.c.call_id.label("id")).where(page.c.reference == _named)),
)
_AT_PROVIDER: Sequence[tuple[str, Select[Any]]] = (
    (CALL, select(call.c.id).where(call.c.provider.in_(_providers), call.c.provider_call_id == _named)),
    (TEXT, select(attempt.c.text_id.label("id")).where(attempt.c.provider_message_id == _named)),
)
_AT_GATEWAY: Sequence[tuple[str, Select[Any]]] = (
    (
        CONSULT,
        select(payment.c.consult_id.label("id")).where(payment.c.gateway == bindparam("gateway"), payment.c.gateway_payment_id == _named),
    ),
    (CONSULT, select(pay_link.c.consult_id.label("id")).where(pay_link.c.gateway_link_id == _named)),
    (CONSULT, select(pay_link.c.consult_id.label("id")).where(pay_link.c.reference == _named)),
    (
        CONSULT,
        select(payment.c.consult_id.label("id"))
        .join(refund, refund.c.payment_id == payment.c.id)
        .where(refund.c.gateway_refund_id == _named),
    ),
)


@dataclass(frozen=True, slots=True, order=True)
class Hit:
    """`kind`: which page shows it (call, consult, text, caller, doctor). `label`: what it is called, where that says more."""

    kind: str
    id: str
    label: str = ""


@dataclass(frozen=True, slots=True)
class CallerStory:
    """One caller (sealed phone; when and how they opted out; when, by whom and why they were blocked; which doctor they are, if one).

    What is theirs, newest first.
    """

    caller: Row
    calls: Sequence[CallStory]
    consults: Sequence[Row]
    texts: Sequence[TextStory]
    grievances: Sequence[Row]
    audited: Sequence[Row]


def caller_with(tx: Tx, vault: Vault, phone: Phone) -> str | None:
    """Whose number this is."""
    return callers.find(tx, vault, phone)


def one_caller(tx: Tx, caller_id: str, most: int = 50) -> CallerStory | None:
    found = tx.row(_CALLER, id=caller_id)
    if found is None:
        return None
    return CallerStory(
        found,
        console.call_stories(tx, tx.rows(_CALLS_OF, caller_id=caller_id, most=most)),
        console_consults.of_caller(tx, caller_id, most),
        console.texts(tx, [row.id for row in tx.rows(_TEXTS_OF, caller_id=caller_id, most=most)]),
        tx.rows(_GRIEVANCES_OF, caller_id=caller_id, since=first_id(found.created_at)),
        audit.of_subject(tx, caller_id),
    )


def calls_between(tx: Tx, since: int, until: int, most: int = 50) -> list[CallStory]:
    """Of [since, until), UTC milliseconds; newest first."""
    return console.call_stories(tx, tx.rows(_CALLS_BETWEEN, since=first_id(since), until=first_id(until), most=most))


def texts_between(tx: Tx, since: int, until: int, most: int = 50) -> list[TextStory]:
    return console.texts(tx, [row.id for row in tx.rows(_TEXTS_BETWEEN, since=first_id(since), until=first_id(until), most=most)])


def by_id(tx: Tx, id: str) -> list[Hit]:
    """Of ours: of a call, consult, text or caller, or of something that belongs to one."""
    return _hits(tx, _BY_ID, id=id)


def by_reference(tx: Tx, reference: str) -> list[Hit]:
    """A consult's eight digits; a grievance's or an alarm's, which lead to their call."""
    return _hits(tx, _BY_REFERENCE, named=reference)


def by_name(tx: Tx, named: str, providers: Collection[str], gateway: str) -> list[Hit]:
    """What a provider or the gateway calls it: a call, a message, a payment, a link, a refund."""
    found = [*_hits(tx, _AT_PROVIDER[:1], named=named, providers=list(providers)), *_hits(tx, _AT_PROVIDER[1:], named=named)]
    return found or [*_hits(tx, _AT_GATEWAY[:1], named=named, gateway=gateway), *_hits(tx, _AT_GATEWAY[1:], named=named)]


def _hits(tx: Tx, ways: Sequence[tuple[str, Select[Any]]], **values: object) -> list[Hit]:
    found = [Hit(kind, row.id) for kind, statement in ways for row in tx.rows(statement, **values) if row.id is not None]
    return list(dict.fromkeys(found))
