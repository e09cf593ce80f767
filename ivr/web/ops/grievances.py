"""Grievances: those that wait for an answer, those that had theirs, and the page of one, where it is answered."""

from re import compile as regex

from flask import Blueprint, Response, request

from ivr.grievances import LONGEST_ANSWER, NoSuchGrievance, NotAnswered, answer
from ivr.menus.effects import GRIEVANCE_NOTED
from ivr.model.ids import LENGTH
from ivr.operators import Role
from ivr.store import console_grievances as store
from ivr.web.ops.grievance_words import grievance_page, grievance_row
from ivr.web.ops.naming import masking, naming
from ivr.web.ops.pages import Pages, leave, secured
from ivr.web.ops.when import moment
from ivr.wiring import App

_REFERENCE = regex(r"[A-Z0-9-]{1,20}")
_MOST_OPEN, _MOST_ANSWERED = 100, 50


def grievance_pages(routes: Blueprint, app: App, pages: Pages) -> None:
    @routes.get("/grievances")
    def grievances() -> Response:
        return _list(app, pages)

    @routes.get("/grievances/<reference>")
    def grievance(reference: str) -> Response:
        return _page(app, pages, reference)

    @routes.post("/grievances/<reference>/answer")
    def answer_grievance(reference: str) -> Response:
        if refused := pages.refused(Role.OPERATOR):
            return refused
        if not _REFERENCE.fullmatch(reference):
            return _nowhere(pages)
        words, who, now = request.form.get("answer", ""), pages.operator, app.clock.now()
        try:
            app.database.write(lambda tx: answer(tx, reference, words, who, now))
        except NoSuchGrievance:
            return _nowhere(pages)
        except NotAnswered as why:
            return _page(app, pages, reference, fault=str(why), written=words)
        return secured(leave(f"/ops/grievances/{reference}"))


def _list(app: App, pages: Pages) -> Response:
    now, masked, before = app.clock.now(), masking(app.vault), request.args.get("before", "")
    before = before if len(before) == LENGTH and before.isalnum() else ""
    with app.database.read() as tx:
        waiting, counts = store.waiting(tx, _MOST_OPEN), store.counts(tx)
        answered = store.answered(tx, before=before, most=_MOST_ANSWERED + 1)
    return pages.show(
        "grievances.html",
        waiting=[grievance_row(row, masked, now) for row in waiting],
        more=counts.get("open", 0) - len(waiting),
        answered=[grievance_row(row, masked, now) for row in answered[:_MOST_ANSWERED]],
        older=answered[_MOST_ANSWERED - 1].id if len(answered) > _MOST_ANSWERED else "",
        paged=bool(before),
        days=app.settings.grievance_days,
        as_of=moment(now, now),
    )


def _page(app: App, pages: Pages, reference: str, *, fault: str = "", written: str = "") -> Response:
    with app.database.read() as tx:
        story = store.one(tx, reference, GRIEVANCE_NOTED) if _REFERENCE.fullmatch(reference) else None
    if story is None:
        return _nowhere(pages)
    card = grievance_page(story, masking(app.vault), naming(app.lines), app.clock.now())
    return pages.show(
        "grievance.html",
        400 if fault else 200,
        card=card,
        fault=fault,
        written=written[:LONGEST_ANSWER],
        longest=LONGEST_ANSWER,
        may_answer=pages.may(Role.OPERATOR),
    )


def _nowhere(pages: Pages) -> Response:
    return pages.message(404, "No such grievance", "No complaint is called so; the list of grievances has all there are.")
