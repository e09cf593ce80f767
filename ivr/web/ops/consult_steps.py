"""A consult as an operator reads it, step by step: the screen, the price, the payment, doctors who were rung, the room, the end. Pure."""

from collections.abc import Iterator

from ivr.connecting.lifecycle import OfferState
from ivr.consults.lifecycle import OVER, ConsultState
from ivr.store.console_consults import ConsultStory
from ivr.store.console_voice import CallBackStory
from ivr.store.tx import Row
from ivr.web.ops import audited, callbacks, money_steps, words_consults, words_money, words_voice
from ivr.web.ops.steps import Pen, Step, coded
from ivr.web.ops.when import due, moment
from ivr.web.ops.words import Tone

_TOLD_BY_OFFERS = {"offered", *OfferState}
"""Lines of the log that the offers tell better."""


def consult_steps(story: ConsultStory, pen: Pen, *, but_call: str = "") -> Iterator[Step]:
    """All but its texts. `but_call`: what that call's own page tells already is left out."""
    found = story.consult
    if story.screen is not None and story.screen.call_id != but_call:
        yield screen_step(story.screen, pen)
    href, about = f"/ops/consults/{found.id}", f"{found.reference}, for {words_consults.PATIENTS.get(found.patient, found.patient)}"
    yield pen.step(found.opened_at, "Consult opened", about, call_id=_other(found.call_id, but_call), href=href)
    yield from money_steps.money_steps(story.books, pen)
    yield from _calls(story, pen, but_call)
    for each in story.offers:
        yield from _offer_steps(each, [ring for ring in story.offer_rings if ring.call_back.offer_id == each.id], pen)
    yield from _room(story, pen)
    for event in story.events:
        if event.name not in _TOLD_BY_OFFERS:
            title, tone = words_consults.event(event.name)
            yield pen.step(event.at, title, _told(event, pen), tone)
    yield from (audited.step(row, pen) for row in story.audited)
    yield from _end(found, pen)


def screen_step(screen: Row, pen: Pen) -> Step:
    title, tone = words_consults.SCREENS.get(screen.result, (screen.result, Tone.PLAIN))
    return pen.step(screen.at, title, f"asked of {words_consults.PATIENTS.get(screen.patient, screen.patient)}", tone)


def _calls(story: ConsultStory, pen: Pen, but_call: str) -> Iterator[Step]:
    """The caller's, and ours to the caller."""
    for call in story.calls:
        if call.id not in (story.consult.call_id, but_call) and call.dial_id is None:
            yield pen.step(call.arrived_at, "The caller rang again", f"menu {call.flow}" if call.flow else "a missed call", call_id=call.id)
    for ring in story.rings:
        if not but_call or ring.call_back.trigger_call_id != but_call:
            yield from callbacks.call_back_steps(ring, pen)


def _offer_steps(offer: Row, rings: list[CallBackStory], pen: Pen) -> Iterator[Step]:
    name, href = offer.doctor_name, f"/ops/doctors/{offer.doctor_id}"
    yield pen.step(offer.created_at, f"Offered to {name}", words_consults.ranked(offer.why), href=href)
    for dial in (dial for ring in rings for dial in ring.dials):
        said, tone = words_voice.dialled(dial.state)
        yield pen.step(dial.started_at, f"{name} is rung by {dial.provider}", coded(said, dial.code), tone, dial.became or "")
    if offer.answered_at is not None and offer.answered_at != offer.accepted_at:
        yield pen.step(offer.answered_at, f"{name} picked up")
    if offer.accepted_at is not None:
        said, tone = words_consults.OFFERS[OfferState.ACCEPTED]
        yield pen.step(offer.accepted_at, name, said, tone)
    if offer.ended_at is not None:
        said, tone = words_consults.offer(offer.state)
        fee = f"; a stand-by fee of {words_money.rupees(offer.stand_by)} is credited" if offer.stand_by else ""
        yield pen.step(offer.ended_at, name, said + fee, tone)


def _room(story: ConsultStory, pen: Pen) -> Iterator[Step]:
    """Only the last coming and going of each leg is kept."""
    for leg in story.legs:
        who = words_consults.ROLES.get(leg.role, leg.role)
        if leg.entered_at is not None:
            yield pen.step(leg.entered_at, f"{who} came into the room", call_id=leg.call_id)
        if leg.left_at is not None:
            yield pen.step(leg.left_at, f"{who} left the room", call_id=leg.call_id)


def _end(found: Row, pen: Pen) -> Iterator[Step]:
    if found.state in OVER and found.ended_at is not None:
        label, tone = words_consults.consult(found.state)
        yield pen.step(found.ended_at, f"Consult over: {label.lower()}", words_consults.why(found.why), tone)
    elif found.state == ConsultState.CALLBACK_BOOKED and found.slot_at is not None:
        yield pen.step(max(found.slot_at, found.opened_at), "Call booked", due(found.slot_at, pen.now).ago, Tone.WAIT)


def _told(event: Row, pen: Pen) -> str:
    if event.name == "place_kept" and (at := words_consults.slot(event.detail)) is not None:
        return f"for {moment(at, pen.now).ist}"
    return words_consults.event_detail(event.name, event.detail)


def _other(call_id: str, this: str) -> str:
    return "" if call_id == this else call_id
