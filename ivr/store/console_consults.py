"""What the console shows of consults: each with all that came of it. Everything is found by a key or by the time in an id."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import BindParameter, Text, bindparam, func, or_, select

from ivr.model.ids import LAST, first_id
from ivr.store import audit, connecting, console, console_voice, consults, legs
from ivr.store import payments as payment_store
from ivr.store.console import TextStory
from ivr.store.console_voice import CallBackStory
from ivr.store.schema import (
    call,
    call_back,
    caller,
    card,
    consult,
    dial,
    doctor,
    entry,
    film,
    leg,
    link,
    offer,
    payment,
    quote,
    receipt,
    refund,
    stand_by,
    text,
    triage,
)
from ivr.store.tx import Row, Tx

_AFTERWARDS_MS = 60 * 60 * 1000  # whoever rings so long after the end rings about it
_MOST_OF_A_CALL = 3

_ids: BindParameter[Any] = bindparam("ids", expanding=True)
_since, _until = bindparam("since", type_=Text), bindparam("until", type_=Text)
_state = bindparam("state", type_=Text)
_named = select(consult, caller.c.phone, doctor.c.name.label("doctor_name"), quote.c.paise, quote.c.first).select_from(
    consult.join(caller, caller.c.id == consult.c.caller_id)
    .outerjoin(doctor, doctor.c.id == consult.c.doctor_id)
    .outerjoin(quote, quote.c.consult_id == consult.c.id)
)
_CONSULT = _named.where(consult.c.id == bindparam("id"))
_LATEST = (
    _named.where(consult.c.id >= _since, consult.c.id < _until, or_(_state == "", consult.c.state == _state))
    .order_by(consult.c.id.desc())
    .limit(bindparam("most"))
)
_OF_CALLER = _named.where(consult.c.caller_id == bindparam("caller_id")).order_by(consult.c.id.desc()).limit(bindparam("most"))
_PAID = select(payment.c.id, payment.c.consult_id, payment.c.state).where(payment.c.consult_id.in_(_ids))

_consult_id = bindparam("consult_id", type_=Text)
_TRIAGE = select(triage.c.result, triage.c.patient, triage.c.at, triage.c.call_id).where(triage.c.id == bindparam("id"))
_of_payment = payment.c.consult_id == _consult_id
_REFUNDS = select(refund).join(payment, payment.c.id == refund.c.payment_id).where(_of_payment)
_ENTRIES = select(entry).join(payment, payment.c.id == entry.c.payment_id).where(_of_payment).order_by(entry.c.id)
_RECEIPTS = select(receipt).join(payment, payment.c.id == receipt.c.payment_id).where(_of_payment)
_OFFERS = (
    select(offer, doctor.c.name.label("doctor_name"), stand_by.c.paise.label("stand_by"))
    .select_from(offer.join(doctor, doctor.c.id == offer.c.doctor_id).outerjoin(stand_by, stand_by.c.offer_id == offer.c.id))
    .where(offer.c.consult_id == _consult_id)
    .order_by(offer.c.id)
)
_OFFER_RINGS = (
    select(call_back)
    .join(offer, offer.c.id == call_back.c.offer_id)
    .where(offer.c.consult_id == _consult_id, call_back.c.offer_id.isnot(None))
    .order_by(call_back.c.id)
)
_whose = bindparam("caller_id", type_=Text)
_PATIENT_RINGS = (
    select(call_back).where(call_back.c.caller_id == _whose, call_back.c.id >= _since, call_back.c.id < _until).order_by(call_back.c.id)
)
_CALLS = select(call).where(call.c.caller_id == _whose, call.c.id >= _since, call.c.id < _until).order_by(call.c.id)
_CARD = select(
    card.c.doctor_id, card.c.note.isnot(None).label("noted"), card.c.promised_at, card.c.sent_at, card.c.attested_at, card.c.opened_at
).where(card.c.consult_id == _consult_id)
_FILMS = select(film.c.kind, func.count().label("n")).where(film.c.consult_id == _consult_id).group_by(film.c.kind)
_TEXTS_IN = select(text.c.id).where(text.c.call_id.in_(_ids), text.c.id >= _since)
_TEXTS_WITH_LINK = select(link.c.text_id.label("id")).where(link.c.ref.in_(_ids))

_call_id = bindparam("call_id", type_=Text)
_OPENED_IN = select(consult.c.id).where(consult.c.call_id == _call_id)
_LEG_OF = select(leg.c.consult_id.label("id")).where(leg.c.call_id == _call_id)
_RUNG_FOR = (
    select(offer.c.consult_id.label("id"))
    .select_from(dial.join(call_back, call_back.c.id == dial.c.call_back_id).join(offer, offer.c.id == call_back.c.offer_id))
    .where(dial.c.id == bindparam("dial_id"))
)
_UNDER_WAY = (
    select(consult.c.id)
    .where(consult.c.caller_id == _whose, consult.c.id < _until, or_(consult.c.ended_at.is_(None), consult.c.ended_at >= bindparam("at")))
    .order_by(consult.c.id.desc())
    .limit(_MOST_OF_A_CALL)
)
_SCREENS = select(triage.c.result, triage.c.patient, triage.c.at).where(triage.c.call_id == _call_id).order_by(triage.c.id)


@dataclass(frozen=True, slots=True)
class Books:
    """What was asked for a consult, and where its money is."""

    quote: Row | None
    links: Sequence[Row]
    payments: Sequence[Row]
    refunds: Sequence[Row]
    entries: Sequence[Row]
    receipts: Sequence[Row]


@dataclass(frozen=True, slots=True)
class ConsultStory:
    """One consult (with the caller's sealed phone, and the doctor's name), and what came of it, oldest first.

    `calls` are the caller's meanwhile; `rings`: call backs to the caller, `offer_rings`: to doctors. `card` says nothing of its content.
    """

    consult: Row
    screen: Row | None
    books: Books
    offers: Sequence[Row]
    offer_rings: Sequence[CallBackStory]
    legs: Sequence[Row]
    events: Sequence[Row]
    card: Row | None
    films: dict[str, int]
    calls: Sequence[Row]
    rings: Sequence[CallBackStory]
    texts: Sequence[TextStory]
    audited: Sequence[Row]

    @property
    def things(self) -> list[str]:
        """Ids of all that something may still be wished for."""
        rings = [*self.rings, *self.offer_rings]
        dials = [dial.id for each in rings for dial in each.dials]
        rows = [
            *self.offers,
            *self.books.links,
            *self.books.payments,
            *(each.call_back for each in rings),
            *(each.text for each in self.texts),
        ]
        return [self.consult.id, *(row.id for row in rows), *dials, *(each.call_id for each in self.legs)]


def latest(tx: Tx, *, state: str = "", since: str = "", before: str = LAST, most: int = 50) -> list[Row]:
    """Newest first: consults with `phone`, `doctor_name`, `paise` and `first` of the quote. `since` and `before`: ids."""
    return tx.rows(_LATEST, state=state, since=since, until=before, most=most)


def between(tx: Tx, since: int, until: int) -> list[Row]:
    """The same, of [since, until), UTC milliseconds."""
    return latest(tx, since=first_id(since), before=first_id(until))


def of_caller(tx: Tx, caller_id: str, most: int = 50) -> list[Row]:
    """The same, of one caller."""
    return tx.rows(_OF_CALLER, caller_id=caller_id, most=most)


def payment_states(tx: Tx, ids: Sequence[str]) -> dict[str, str]:
    """By consult: the state of its latest payment."""
    rows = sorted(tx.rows(_PAID, ids=list(ids)), key=lambda row: str(row.id)) if ids else []
    return {str(row.consult_id): str(row.state) for row in rows}


def one_consult(tx: Tx, consult_id: str) -> ConsultStory | None:
    found = tx.row(_CONSULT, id=consult_id)
    return None if found is None else _story(tx, found)


def about_call(tx: Tx, of: Row) -> list[ConsultStory]:
    """Consults that were opened in a call (a row of `call`), that it is a leg of, rings a doctor for, or that were under way meanwhile."""
    ids = [row.id for row in (*tx.rows(_OPENED_IN, call_id=of.id), *tx.rows(_LEG_OF, call_id=of.id))]
    if of.dial_id is not None:
        ids += [row.id for row in tx.rows(_RUNG_FOR, dial_id=of.dial_id)]
    if of.caller_id is not None:
        ids += [row.id for row in tx.rows(_UNDER_WAY, caller_id=of.caller_id, until=first_id(of.arrived_at + 1), at=of.arrived_at)]
    stories = (one_consult(tx, each) for each in sorted(set(ids))[:_MOST_OF_A_CALL])
    return [story for story in stories if story is not None]


def of_text(tx: Tx, found: TextStory) -> list[Row]:
    """Consults that a text is about: its link leads there, or the call that it answers opened one or is a leg of one."""
    ids = [each.ref for each in found.links if each.ref is not None]
    if found.text.call_id is not None:
        ids += [row.id for statement in (_OPENED_IN, _LEG_OF) for row in tx.rows(statement, call_id=found.text.call_id)]
    rows = (tx.row(_CONSULT, id=each) for each in sorted(set(ids)))
    return [row for row in rows if row is not None]


def screens(tx: Tx, call_id: str) -> list[Row]:
    """`result`, `patient` and `at` of each emergency screen of a call, oldest first."""
    return tx.rows(_SCREENS, call_id=call_id)


def _story(tx: Tx, found: Row) -> ConsultStory:
    until = LAST if found.ended_at is None else first_id(found.ended_at + _AFTERWARDS_MS)
    meanwhile = {"caller_id": found.caller_id, "since": first_id(found.opened_at), "until": until}
    books, of_legs = _books(tx, found.id), legs.of_consult(tx, found.id)
    calls = tx.rows(_CALLS, **meanwhile)
    heard_in = list(dict.fromkeys([found.call_id, *(each.call_id for each in of_legs), *(each.id for each in calls)]))
    linked = tx.rows(_TEXTS_WITH_LINK, ids=[found.id, *(each.id for each in books.payments)])
    written = [*tx.rows(_TEXTS_IN, ids=heard_in, since=first_id(found.opened_at)), *linked]
    return ConsultStory(
        consult=found,
        screen=tx.row(_TRIAGE, id=found.triage_id),
        books=books,
        offers=tx.rows(_OFFERS, consult_id=found.id),
        offer_rings=console_voice.with_dials(tx, tx.rows(_OFFER_RINGS, consult_id=found.id)),
        legs=of_legs,
        events=connecting.events_of(tx, found.id),
        card=tx.row(_CARD, consult_id=found.id),
        films={row.kind: int(row.n) for row in tx.rows(_FILMS, consult_id=found.id)},
        calls=calls,
        rings=console_voice.with_dials(tx, tx.rows(_PATIENT_RINGS, **meanwhile)),
        texts=console.texts(tx, {row.id for row in written})[::-1],
        audited=audit.of_subject(tx, found.id),
    )


def _books(tx: Tx, consult_id: str) -> Books:
    refunds, entries, receipts = (tx.rows(statement, consult_id=consult_id) for statement in (_REFUNDS, _ENTRIES, _RECEIPTS))
    paid, links = payment_store.of_consult(tx, consult_id), payment_store.links_of(tx, consult_id)
    return Books(consults.quote_of(tx, consult_id), links, paid, refunds, entries, receipts)
