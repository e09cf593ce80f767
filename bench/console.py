"""Every page of the console on a month of a busy clinic: what the server needs to answer it.

In process, by WSGI: what is measured is our part, without a network. Beside each figure stands that of a page without a database.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import cycle, islice

from flask import Flask
from flask.testing import FlaskClient

from bench.machine import load
from bench.pages import LOGIN, Page, inside, pages_of
from bench.shots import percentile
from bench.stage import BenchError, Ours, installation
from ivr.seeding.amounts import Amounts
from ivr.seeding.seed import seed
from ivr.web.app import create_app
from tests import servers

DAYS = 30
_ANSWERS = (200, 303)  # a page that has moved, or that asks for more, is measured as it is
_REFUSED = (400, 403, 404, 409)
_HEALTH = "/healthz"


@dataclass(frozen=True, slots=True)
class Viewed:
    """One page: how often it was asked for, and ms of the first time (nothing is known yet), then of the middle and the slow ones.

    `refused`: how many of the views were answered 400, 403 or 404, as for an action that does not fit what it is tried on.
    """

    route: str
    asked: int
    refused: int
    first_ms: float
    p50_ms: float
    p95_ms: float
    kb: float


@dataclass(frozen=True, slots=True)
class Console:
    """All pages on one database with so many calls. `health` and `login` are the baselines of the same run."""

    database: str
    calls: int
    live: int
    load: tuple[float, float]
    health: Viewed
    login: Viewed
    pages: tuple[Viewed, ...]


def console_row(database: str, calls: int, views: int, say: Callable[[str], None]) -> Console:
    """Each page `views` times, on a freshly seeded database. BenchError for a page that does not answer."""
    with seeded(database, calls, say) as (ours, flask):
        return view(ours, flask, calls, views, say)


def view(ours: Ours, flask: Flask, calls: int, views: int, say: Callable[[str], None]) -> Console:
    """The same, on an installation that is seeded with so many calls."""
    before, client, stranger = load(), inside(flask, ours.app), flask.test_client()
    pages = pages_of(flask, ours.app)
    say(f"console: {len(pages)} pages, {views} views each, on {ours.name}")
    health, login = (_viewed(stranger, Page(path, (path,)), views) for path in (_HEALTH, LOGIN))
    rows = tuple(_viewed(client, page, views) for page in pages)
    return Console(ours.name, calls, amounts_of(ours, calls).live, (before, load()), health, login, rows)


@contextmanager
def seeded(database: str, calls: int, say: Callable[[str], None]) -> Iterator[tuple[Ours, Flask]]:
    """An installation with a month behind it, and its web application."""
    with servers.valkey() as redis_url, installation(database, redis_url) as ours:
        say(f"console: inventing {calls:,} calls on {database}")
        seed(ours.app, amounts_of(ours, calls), lambda _: None)
        yield ours, create_app(ours.app)


def amounts_of(ours: Ours, calls: int) -> Amounts:
    """50,000 calls come with 60,000 texts and 5,000 consults."""
    return Amounts(calls, calls * 6 // 5, max(40, calls // 10), DAYS, 1, ours.app.clock.now())


def _viewed(client: FlaskClient, page: Page, views: int) -> Viewed:
    ms, refused, size = list[float](), 0, 0
    for path in islice(cycle(page.paths), max(views, len(page.paths)) + 1):
        begun = time.perf_counter()
        answer = client.get(path)
        ms.append((time.perf_counter() - begun) * 1000)
        if answer.status_code not in (*_ANSWERS, *_REFUSED):
            raise BenchError(f"{path} is answered with {answer.status_code}")
        refused += answer.status_code in _REFUSED
        size = max(size, len(answer.data))
    if refused == len(ms):
        raise BenchError(f"{page.route}: every view is refused; what may its parameters be? Say so in bench/pages.py")
    first, *again = ms
    rising = sorted(again)
    return Viewed(page.route, len(again), refused, first, percentile(rising, 50), percentile(rising, 95), size / 1024)
