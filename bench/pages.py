"""Which pages the console has: read from the URL map, so that a new one is measured when it lands. Their parameters are seeded ids."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Select, select
from sqlalchemy.sql.functions import random

from bench.stage import BenchError
from ivr.operators import Role, add_operator
from ivr.oversight import Action
from ivr.store.schema import metadata
from ivr.web.ops.charts.chosen import OBEYED
from ivr.wiring import App

BOARD = ("/ops/", "/ops/board/now")
LOGIN = "/ops/login"
_NOT_PAGES = re.compile(r"/ops/?(jobs.*|login|<path:rest>|static.*)|/ops$")
_QUERIES = {
    "/ops/calls": ("line=08061914343", "line=08061914344", "state=failed", "state=asked"),
    "/ops/search": ("q=9845012345", "q=48291307", "q=22+Nov"),
}
"""Asked besides the page itself, as people do."""
_ASKED_WITH = {
    "/ops/doctors/<doctor_id>/days/usual": "?day=2026-11-30",
    "/ops/doctors/<doctor_id>/weekly/drop": "?weekday=0&starts=540&ends=1080",
}
"""Pages that say nothing without it."""
_NAME, _PASSWORD = "bench", "a bench of three planks"
_EACH = 12


@dataclass(frozen=True, slots=True)
class Page:
    """One route of the console, and addresses of it that exist."""

    route: str
    paths: tuple[str, ...]


def pages_of(flask: Flask, app: App) -> list[Page]:
    """All of them, by their routes. BenchError for one with a parameter that nobody here has a value for."""
    rules = sorted(rule.rule for rule in flask.url_map.iter_rules() if "GET" in (rule.methods or ()) and rule.rule.startswith("/ops"))
    routes = [rule for rule in dict.fromkeys(rules) if not _NOT_PAGES.fullmatch(rule)]
    return [Page(route, tuple(_addresses(route, app))) for route in routes]


def inside(flask: Flask, app: App) -> FlaskClient:
    """A browser in which an admin has logged in."""
    add_operator(app.database, _NAME, _PASSWORD, Role.ADMIN, app.clock.now())
    client = flask.test_client()
    token = re.search(r'name="form" value="([^"]+)"', client.get(LOGIN).text)
    fields = {"name": _NAME, "password": _PASSWORD, "form": token[1] if token else ""}
    answer = client.post(LOGIN, data=fields, headers={"Sec-Fetch-Site": "same-origin"})
    if answer.status_code != 303:
        raise BenchError(f"nobody can log in: {answer.status_code}")
    return client


def _addresses(route: str, app: App) -> Iterator[str]:
    names = re.findall(r"<(?:\w+:)?(\w+)>", route)
    if not names:
        yield route
        yield from (f"{route}?{query}" for query in _QUERIES.get(route, ()))
        return
    values = [_values(name, route, app) for name in names]
    for number in range(max(map(len, values))):
        address = route
        for name, known in zip(names, values, strict=True):
            address = re.sub(rf"<(?:\w+:)?{name}>", known[number % len(known)], address)
        yield address + _ASKED_WITH.get(route, "")


def _values(name: str, route: str, app: App) -> Sequence[str]:
    match name:
        case "name" if "/flows/" in route:
            return sorted(app.book.flows)
        case "name" if "/charts/" in route:
            return sorted(OBEYED)
        case "line":
            return [line.published for line in app.lines]
        case "reference":
            return _some(app, "grievance", "reference")
        case "action":
            return [action.value for action in Action]
        case "subject":
            return _some(app, "call", "id")
        case _ if name.removesuffix("_id") in metadata.tables and "id" in metadata.tables[name.removesuffix("_id")].c:
            return _some(app, name.removesuffix("_id"), "id")
        case _:
            raise BenchError(f"{route}: what may {name} be? Say so in bench/pages.py")


def _some(app: App, table: str, column: str) -> list[str]:
    """Values of some rows, the newest among them."""
    with app.database.read() as tx:
        found = [*tx.rows(_newest(table, column)), *tx.rows(_by_chance(table, column))]
    if not found:
        raise BenchError(f"nothing was seeded into {table}")
    return [str(row[0]) for row in found]


def _newest(table: str, column: str) -> Select[tuple[str]]:
    wanted = metadata.tables[table]
    return select(wanted.c[column]).order_by(wanted.c.id.desc()).limit(_EACH // 3)


def _by_chance(table: str, column: str) -> Select[tuple[str]]:
    return select(metadata.tables[table].c[column]).order_by(random()).limit(_EACH)
