"""Consults as cards: as much as a list needs, and the head of a consult's own page. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from operator import attrgetter

from ivr.consults.lifecycle import OVER, ConsultState
from ivr.model.ids import time_of
from ivr.store.console_consults import ConsultStory
from ivr.store.tx import Row
from ivr.web.ops import words, words_consults, words_money
from ivr.web.ops.consult_steps import consult_steps
from ivr.web.ops.money_steps import MoneyCard, money_card
from ivr.web.ops.steps import Step
from ivr.web.ops.texts import TextCard, brief_steps
from ivr.web.ops.timeline import Teller
from ivr.web.ops.when import Moment, lasted, moment
from ivr.web.ops.words import Tone


@dataclass(frozen=True, slots=True)
class ConsultCard:
    id: str
    reference: str
    who: str
    caller_id: str
    when: Moment  # opened
    badge: str
    tone: Tone
    why: str
    doctor: str
    doctor_id: str
    money: str


@dataclass(frozen=True, slots=True)
class CallLine:
    """A call that belongs to a consult."""

    id: str
    what: str
    when: Moment


@dataclass(frozen=True, slots=True)
class ConsultPage:
    """One consult, whole. `since`: when it came into its state; `facts`: name and value."""

    card: ConsultCard
    since: Moment
    facts: Sequence[tuple[str, str]]
    money: MoneyCard
    steps: Sequence[Step]
    calls: Sequence[CallLine]
    texts: Sequence[TextCard]


def consult_card(row: Row, payment_state: str, tell: Teller) -> ConsultCard:
    """`row`: with the sealed phone, the doctor's name, and what was quoted. `payment_state`: "" when nothing was paid."""
    badge, tone = words_consults.consult(row.state)
    price = "" if row.paise is None else words_money.rupees(row.paise)
    money = f"{price} {words_money.payment(payment_state)[0]}" if payment_state else f"{price}, not paid" if row.paise else price and "free"
    return ConsultCard(
        id=row.id,
        reference=row.reference,
        who=tell.masked(row.phone),
        caller_id=row.caller_id,
        when=moment(row.opened_at, tell.pen.now),
        badge=badge,
        tone=tone,
        why=words_consults.why(row.why),
        doctor=row.doctor_name or "",
        doctor_id=row.doctor_id or "",
        money=money,
    )


def consult_page(story: ConsultStory, tell: Teller, signs: Mapping[str, str]) -> ConsultPage:
    """`signs`: what an amber flag means, in the clinic's words."""
    found, pen, paid = story.consult, tell.pen, story.books.payments
    texts = [tell.text(each) for each in story.texts]
    steps = [*consult_steps(story, pen), *(step for each in story.texts for step in brief_steps(each, pen))]
    return ConsultPage(
        card=consult_card(found, paid[-1].state if paid else "", tell),
        since=moment(since(story), pen.now),
        facts=[(name, value) for name, value in _facts(story, signs) if value],
        money=money_card(story.books, pen.now),
        steps=sorted(steps, key=attrgetter("at")),
        calls=list(_calls(story, tell)),
        texts=texts,
    )


def since(story: ConsultStory) -> int:
    """When it came into its state, UTC milliseconds: what ended it, began its refund, accepted it, or wound the state's clock."""
    found = story.consult
    if found.ended_at is not None and found.state in OVER:
        return int(found.ended_at)
    match found.state:
        case ConsultState.REFUNDING if story.books.refunds:
            return max(int(each.created_at) for each in story.books.refunds)
        case ConsultState.CONNECTING:
            accepted = [int(each.accepted_at) for each in story.offers if each.id == found.offer_id and each.accepted_at is not None]
            return accepted[0] if accepted else int(found.opened_at)
        case _:
            return time_of(found.clock_id) if found.clock_id is not None else int(found.opened_at)


def _facts(story: ConsultStory, signs: Mapping[str, str]) -> list[tuple[str, str]]:
    found = story.consult
    together = found.together_ms and lasted(found.together_ms)
    flags = [signs.get(flag, flag) for flag in filter(None, found.flags.split(", "))]
    pain = found.pain_place and found.pain_place.replace("_", " ") + (f", for {found.pain_time}" if found.pain_time else "")
    return [
        ("Patient", words_consults.PATIENTS.get(found.patient, found.patient)),
        ("Age", "" if found.age is None else str(found.age)),
        ("Pain", pain or ""),
        ("To mind", "; ".join(flags)),
        ("Language", words.language(found.language) + (", or Hindi or English" if found.any_language else "")),
        ("PIN code", found.pin_code or ""),
        ("Speciality", f"{found.speciality}, {found.tier}"),
        ("Kind", "a follow-up, free of charge" if found.follow_up_of else ""),
        ("Talked together", together or ""),
        ("What came of it", words_consults.DISPOSITIONS.get(found.disposition, found.disposition) if found.disposition else ""),
        ("Doctor’s card", _card(story)),
    ]


def _card(story: ConsultStory) -> str:
    """That there is a note, a film, a prescription: never what is in them."""
    card, films = story.card, story.films
    said = [words.count(films["film"], "photo") + " from the patient"] if films.get("film") else []
    if card is not None:
        said.append("opened" if card.opened_at is not None else "not opened yet")
        said += ["a note is kept"] if card.noted else []
        said += (
            ["a prescription was sent"] if card.sent_at is not None else ["a prescription is owed"] if card.promised_at is not None else []
        )
    return ", ".join(said)


def _calls(story: ConsultStory, tell: Teller) -> list[CallLine]:
    roles = {each.call_id: each.role for each in story.legs}
    lines = {story.consult.call_id: ("the call in which it was opened", time_of(story.consult.call_id))}
    for call in story.calls:
        lines.setdefault(call.id, ("our call to the patient" if call.dial_id else "a call of the patient’s", call.arrived_at))
    for call_id, role in roles.items():
        lines.setdefault(call_id, (f"a call with {words_consults.ROLES.get(role, role).lower()}", time_of(call_id)))
    for dial in (dial for each in story.offer_rings for dial in each.dials if dial.became):
        lines.setdefault(dial.became, ("a call with a doctor", dial.started_at))
    ordered = sorted(lines.items(), key=lambda line: line[1][1])
    return [CallLine(id, what + (", in the room" if id in roles else ""), moment(at, tell.pen.now)) for id, (what, at) in ordered]
