"""The page of one caller: what they had from us, newest first. Their number is masked."""

from collections.abc import Iterator
from dataclasses import dataclass

from flask import Blueprint, Response

from ivr.model.ids import LENGTH
from ivr.store import console_consults, console_search
from ivr.store.tx import Row
from ivr.web.ops import audited, words
from ivr.web.ops.calls import teller
from ivr.web.ops.consult_cards import consult_card
from ivr.web.ops.pages import Pages
from ivr.web.ops.when import Moment, moment
from ivr.web.ops.words import Tone
from ivr.wiring import App

_MOST = 50


@dataclass(frozen=True, slots=True)
class GrievanceLine:
    reference: str
    call_id: str
    state: str
    when: Moment


def caller_pages(routes: Blueprint, app: App, pages: Pages) -> None:
    @routes.get("/callers/<caller_id>")
    def caller(caller_id: str) -> Response:
        with app.database.read() as tx:
            story = console_search.one_caller(tx, caller_id, _MOST) if len(caller_id) == LENGTH and caller_id.isalnum() else None
            paid = console_consults.payment_states(tx, [row.id for row in story.consults]) if story is not None else {}
        if story is None:
            return pages.message(404, "No such caller", "They may have been removed when the time to keep their particulars was over.")
        tell, found = teller(app), story.caller
        return pages.show(
            "caller.html",
            caller=found,
            masked=tell.masked(found.phone),
            came=moment(found.created_at, tell.pen.now),
            language=words.language(found.language) if found.language else "",
            badges=list(_standing(found, tell.pen.now)),
            calls=[tell.call(each) for each in story.calls],
            consults=[consult_card(row, paid.get(row.id, ""), tell) for row in story.consults],
            texts=[tell.text(each) for each in story.texts],
            grievances=[
                GrievanceLine(row.reference, row.call_id, row.state, moment(row.created_at, tell.pen.now)) for row in story.grievances
            ],
            audited=[audited.step(row, tell.pen) for row in story.audited],
            most=_MOST,
        )


def _standing(found: Row, now: int) -> Iterator[tuple[str, Tone]]:
    if found.blocked_at is not None:
        yield f"Blocked by {found.operator}, {moment(found.blocked_at, now).ist}: {found.reason}", Tone.BAD
    if found.opted_out_at is not None:
        yield f"Opted out of texts and calls, {moment(found.opted_out_at, now).ist}", Tone.WAIT
    if found.blocked_at is None and found.opted_out_at is None:
        yield "Neither blocked nor opted out", Tone.PLAIN
