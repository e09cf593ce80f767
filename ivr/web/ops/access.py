"""The access log: who did or saw what, when, to what, and why. For admins."""

from collections.abc import Mapping
from dataclasses import dataclass
from json import loads

from flask import Blueprint, Response, request

from ivr.model.ids import LENGTH
from ivr.model.values import Phone
from ivr.operators import Role
from ivr.oversight import Action
from ivr.store import audit
from ivr.store.tx import Row
from ivr.web.ops.access_words import how, to_what
from ivr.web.ops.masking import masked
from ivr.web.ops.pages import Pages
from ivr.web.ops.when import Moment, moment
from ivr.web.ops.words_deeds import DONE, did
from ivr.wiring import App

_MOST = 50
_PLACES: Mapping[str, str] = {
    "call": "/ops/calls/{id}",
    "consult": "/ops/consults/{id}",
    "text": "/ops/calls/{call}",
    "doctor": "/ops/doctors/{id}",
    "doctors": "/ops/doctors",
    "chart": "/ops/charts",
    "grievance": "/ops/grievances",
    "line": "/ops/switches",
    "texts": "/ops/switches",
    "jobs": "/ops/jobs/",
}


@dataclass(frozen=True, slots=True)
class Entry:
    when: Moment
    operator: str
    did: str
    what: str
    path: str  # "" where there is no page of it
    who: str  # masked, "" where it is about nobody
    reason: str
    detail: str


def access_pages(routes: Blueprint, app: App, pages: Pages) -> None:
    @routes.get("/audit")
    def log() -> Response:
        if (refused := pages.refused(Role.ADMIN)) is not None:
            return refused
        operator, action, before = (request.args.get(name, "").strip() for name in ("operator", "action", "before"))
        operator = operator if operator.isascii() and operator.isprintable() else ""
        action = action if action in list(Action) else ""
        before = before if len(before) == LENGTH and before.isascii() and before.isalnum() else ""
        now = app.clock.now()
        with app.database.read() as tx:
            rows = audit.latest(tx, before=before, operator=operator, action=action, most=_MOST + 1)
        return pages.show(
            "audit.html",
            entries=[_entry(row, _what(app, row), masked(app.vault, row.phone), now) for row in rows[:_MOST]],
            older=rows[_MOST - 1].id if len(rows) > _MOST else "",
            operator=operator,
            action=action,
            before=before,
            actions=[(each.value, said) for each, said in DONE.items()],
        )


def _what(app: App, row: Row) -> str:
    """A person's word for the thing; ids that nobody reads are in its link."""
    if row.subject == "line":
        found = app.lines.find(Phone(row.subject_id))
        return f"{found.name} {found.published}" if found is not None else "a former line"
    return to_what(row.subject, row.subject_id)


def _entry(row: Row, what: str, who: str, now: int) -> Entry:
    detail = _detail(row.detail)
    place = _PLACES.get(row.subject, "")
    path = "" if "{call}" in place and not detail.get("call") else place.format(id=row.subject_id, call=detail.get("call"))
    return Entry(moment(row.at, now), row.operator, did(row.action), what, path, who, row.reason, how(row.action, detail))


def _detail(kept: str) -> dict[str, object]:
    try:
        found = loads(kept)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
