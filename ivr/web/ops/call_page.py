"""All of one call on one page: from the first webhook to the receipt of the consult that was opened in it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ivr.store import audit, console, console_consults, console_voice, outbox
from ivr.store.console import CallStory, TextStory
from ivr.store.console_consults import ConsultStory
from ivr.store.console_voice import Conversation
from ivr.store.tx import Row
from ivr.web.ops import audited, wire
from ivr.web.ops.consult_cards import ConsultCard, consult_card
from ivr.web.ops.consult_steps import consult_steps, screen_step
from ivr.web.ops.money_steps import MoneyCard, money_card
from ivr.web.ops.steps import Step
from ivr.web.ops.texts import TextCard, brief_steps
from ivr.web.ops.timeline import CallCard, Teller
from ivr.web.ops.waiting import JobCard, job_cards
from ivr.web.ops.wire import Exchange
from ivr.wiring import App


@dataclass(frozen=True, slots=True)
class CallKnown:
    """What our tables hold of one call."""

    story: CallStory
    menu: Conversation
    consults: Sequence[ConsultStory]
    screens: Sequence[Row]
    audited: Sequence[Row]
    waiting: Sequence[Row]


@dataclass(frozen=True, slots=True)
class CallPage:
    """`texts` are the call's own and those of its consults."""

    call: CallCard
    caller_id: str
    consults: Sequence[tuple[ConsultCard, MoneyCard]]
    texts: Sequence[TextCard]
    exchanges: Sequence[Exchange]
    jobs: Sequence[JobCard]


def read_call(app: App, call_id: str) -> CallKnown | None:
    """Raises DatabaseAway."""
    with app.database.read() as tx:
        story = console.one_call(tx, call_id)
        if story is None:
            return None
        menu, consults = console_voice.conversation(tx, story.call), console_consults.about_call(tx, story.call)
        waiting = outbox.about(tx, list(dict.fromkeys(_things(story, consults))))
        return CallKnown(story, menu, consults, console_consults.screens(tx, call_id), audit.of_subject(tx, call_id), waiting)


def call_page(known: CallKnown, tell: Teller, render: wire.Render) -> CallPage:
    now, story = tell.pen.now, known.story
    own = {each.text.id for each in story.texts}
    others = {each.text.id: each for consult in known.consults for each in consult.texts if each.text.id not in own}
    call = tell.whole_call(story, known.menu, _more(known, list(others.values()), tell), brief=bool(known.consults))
    return CallPage(
        call=call,
        caller_id=story.call.caller_id or "",
        consults=[(_card(each, tell), money_card(each.books, now)) for each in known.consults],
        texts=[*call.texts, *(tell.text(each) for each in others.values())],
        exchanges=wire.exchanges(story, known.menu, render, now),
        jobs=job_cards(known.waiting, now),
    )


def _card(story: ConsultStory, tell: Teller) -> ConsultCard:
    paid = story.books.payments
    return consult_card(story.consult, paid[-1].state if paid else "", tell)


def _more(known: CallKnown, texts: Sequence[TextStory], tell: Teller) -> Iterator[Step]:
    yield from (screen_step(each, tell.pen) for each in known.screens)
    for consult in known.consults:
        yield from consult_steps(consult, tell.pen, but_call=known.story.call.id)
    for text in texts:
        yield from brief_steps(text, tell.pen)
    yield from (audited.step(row, tell.pen) for row in known.audited)


def _things(story: CallStory, consults: Sequence[ConsultStory]) -> Iterator[str]:
    """Ids of all that something may still be wished for."""
    yield story.call.id
    for text in story.texts:
        yield from (text.text.id, *(each.id for each in text.attempts))
    for ring in story.call_backs:
        yield from (ring.call_back.id, *(each.id for each in ring.dials))
    for consult in consults:
        yield from consult.things
