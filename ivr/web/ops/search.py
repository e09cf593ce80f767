"""The search field: a way to a caller, a consult, a doctor and the rest. A number comes by POST alone, stands in no address and no log."""

from flask import Blueprint, Response, request

from ivr.consults.paying import GATEWAY
from ivr.model.values import Phone
from ivr.operators import Role
from ivr.providers import PROVIDERS
from ivr.store import console_consults, console_doctors, console_search
from ivr.store.console_search import Hit
from ivr.store.tx import Tx
from ivr.web.ops.calls import teller
from ivr.web.ops.consult_cards import consult_card
from ivr.web.ops.pages import Pages, leave, secured
from ivr.web.ops.seeking import ById, ByName, ByPhone, ByReference, ByTime, Sought, Unreadable, doctors_words, sought
from ivr.web.ops.when import moment
from ivr.wiring import App

_MOST_DOCTORS = 20
_PLACES = {
    console_search.CALL: "/ops/calls/",
    console_search.CONSULT: "/ops/consults/",
    console_search.TEXT: "/ops/texts/",
    console_search.CALLER: "/ops/callers/",
    console_search.GRIEVANCE: "/ops/grievances/",
    console_search.DOCTOR: "/ops/doctors/",
}


def search_pages(routes: Blueprint, app: App, pages: Pages) -> None:
    @routes.post("/search")
    def search() -> Response:
        refused = pages.refused(Role.VIEWER)
        typed = request.form.get("q", "")
        return refused if refused is not None else _answer(app, pages, sought(typed, app.clock.now()), typed)

    @routes.get("/search")
    def found() -> Response:
        typed = request.args.get("q", "") or request.args.get("at", "")
        if not typed:
            return pages.show("search.html", hits=[], fault="")
        wanted = sought(typed, app.clock.now())
        if isinstance(wanted, ByPhone) or (isinstance(wanted, Unreadable) and wanted.like_a_number):
            fault = "A number is looked up with the field above, never by an address: addresses are kept in logs and histories."
            return pages.show("search.html", 400, hits=[], fault=fault)
        return _at(app, pages, wanted) if isinstance(wanted, ByTime) else _answer(app, pages, wanted, typed)


def _answer(app: App, pages: Pages, wanted: Sought, typed: str) -> Response:
    match wanted:
        case ByPhone(phone):
            return _caller(app, pages, phone)
        case ByTime(written=written):
            return secured(leave(f"/ops/search?at={written}"))
    hits = _hits(app, wanted, typed)
    if len(hits) == 1:
        return secured(leave(_PLACES[hits[0].kind] + hits[0].id))
    links = [(hit.label or hit.kind, _PLACES[hit.kind] + hit.id) for hit in hits]
    if hits:
        return pages.show("search.html", hits=links, more=len(hits) == _MOST_DOCTORS, fault="")
    if isinstance(wanted, Unreadable):
        fault = "That is none of the things below, and no doctor is called so. A number needs all its digits."
        return pages.show("search.html", 400, hits=[], fault=fault)
    fault = "Nothing of ours is called so, and no doctor. It may have been removed when its time to be kept was over."
    return pages.show("search.html", 404, hits=[], fault=fault)


def _caller(app: App, pages: Pages, phone: Phone) -> Response:
    if phone in app.lines.numbers:
        line = app.lines.find(phone)
        return secured(leave(f"/ops/calls?line={line.published}" if line else "/ops/calls"))
    with app.database.read() as tx:
        caller_id = console_search.caller_with(tx, app.vault, phone)
    if caller_id is not None:
        return secured(leave(f"/ops/callers/{caller_id}"))
    return pages.show(
        "search.html", 404, hits=[], fault=f"Nobody with the number {phone.masked} has rung us, and we have rung nobody there."
    )


def _hits(app: App, wanted: ByReference | ById | ByName | Unreadable, typed: str) -> list[Hit]:
    with app.database.read() as tx:
        found = _called_so(tx, wanted)
        doctors = [] if found else console_doctors.named(tx, doctors_words(typed), _MOST_DOCTORS)
    return found or [Hit(console_search.DOCTOR, row.id, f"{row.name}, {row.council} {row.registration}") for row in doctors]


def _called_so(tx: Tx, wanted: ByReference | ById | ByName | Unreadable) -> list[Hit]:
    match wanted:
        case ByReference(reference):
            return console_search.by_reference(tx, reference)
        case ById(id):
            return console_search.by_id(tx, id)
        case ByName(name):
            return console_search.by_name(tx, name, PROVIDERS, GATEWAY)
        case Unreadable():
            return []


def _at(app: App, pages: Pages, wanted: ByTime) -> Response:
    tell = teller(app)
    with app.database.read() as tx:
        calls = console_search.calls_between(tx, wanted.since, wanted.until)
        consults = console_consults.between(tx, wanted.since, wanted.until)
        paid = console_consults.payment_states(tx, [row.id for row in consults])
        texts = console_search.texts_between(tx, wanted.since, wanted.until)
    return pages.show(
        "found.html",
        since=moment(wanted.since, tell.pen.now),
        until=moment(wanted.until, tell.pen.now),
        calls=[tell.call(story) for story in calls],
        consults=[consult_card(row, paid.get(row.id, ""), tell) for row in consults],
        texts=[tell.text(story) for story in texts],
    )
