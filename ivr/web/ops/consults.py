"""The latest consults, and the page of one."""

from dataclasses import dataclass
from datetime import date

from flask import Blueprint, Response, request

from ivr.consults.lifecycle import ConsultState
from ivr.model.ids import LAST, LENGTH, first_id
from ivr.model.india import DAY_MS
from ivr.model.india import moment as midnight
from ivr.model.values import Language
from ivr.store import console_consults, outbox
from ivr.web.ops import words_consults
from ivr.web.ops.calls import teller
from ivr.web.ops.consult_cards import consult_card, consult_page
from ivr.web.ops.pages import Pages
from ivr.web.ops.waiting import job_cards
from ivr.web.ops.when import moment
from ivr.wiring import App

_MOST = 50


@dataclass(frozen=True, slots=True)
class Filter:
    """What the operator wants to see: a state, a day in India, "" for all; and, of a list in parts, those before an id."""

    state: str
    day: str
    before: str
    since_id: str
    until_id: str

    def __bool__(self) -> bool:
        return bool(self.state or self.day)


def consult_pages(routes: Blueprint, app: App, pages: Pages) -> None:
    @routes.get("/consults")
    def consults() -> Response:
        return _latest(app, pages)

    @routes.get("/consults/<consult_id>")
    def consult(consult_id: str) -> Response:
        with app.database.read() as tx:
            story = console_consults.one_consult(tx, consult_id) if _is_id(consult_id) else None
            waiting = outbox.about(tx, story.things) if story is not None else []
        if story is None:
            return pages.message(404, "No such consult", "It may have been removed when its time to be kept was over.")
        tell = teller(app)
        return pages.show("consult.html", consult=consult_page(story, tell, signs(app)), jobs=job_cards(waiting, tell.pen.now))


def signs(app: App) -> dict[str, str]:
    """An amber flag is the question that the caller said yes to, as the clinic's words have it."""
    written = app.voicing.words
    if not written.find("amber_signs", Language.ENGLISH):
        return {}
    asked, mark, _ = written.text("amber_signs", Language.ENGLISH, {}, 0).partition("?")
    return {"amber": f"yes to “{asked}{mark}”"}


def _latest(app: App, pages: Pages) -> Response:
    chosen, tell = _filter(), teller(app)
    if chosen is None:
        return pages.message(400, "No such day", "Choose a day like 2026-11-22, or none for all.")
    with app.database.read() as tx:
        rows = console_consults.latest(tx, state=chosen.state, since=chosen.since_id, before=chosen.until_id, most=_MOST + 1)
        paid = console_consults.payment_states(tx, [row.id for row in rows])
    shown = rows[:_MOST]
    return pages.show(
        "consults.html",
        consults=[consult_card(row, paid.get(row.id, ""), tell) for row in shown],
        chosen=chosen,
        states=[(state.value, label) for state, (label, _) in words_consults.CONSULTS.items()],
        more=shown[-1].id if len(rows) > _MOST else "",
        as_of=moment(tell.pen.now, tell.pen.now),
    )


def _filter() -> Filter | None:
    """None for a day that is none."""
    state, day, before = (request.args.get(name, "") for name in ("state", "day", "before"))
    since_id, until_id = "", LAST
    if day:
        try:
            begins = midnight(date.fromisoformat(day))
            since_id, until_id = first_id(begins), first_id(begins + DAY_MS)
        except (ValueError, OverflowError):
            return None
    before = before if _is_id(before) else ""
    return Filter(state if state in list(ConsultState) else "", day, before, since_id, min(until_id, before or until_id))


def _is_id(text: str) -> bool:
    return len(text) == LENGTH and text.isalnum() and text.isascii()
