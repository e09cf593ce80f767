"""Probes: is the process up, can it serve, what are its figures."""

import logging
from collections.abc import Callable

from flask import Blueprint, Response, jsonify
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from ivr.store import outbox, revision
from ivr.web.figures import registry
from ivr.wiring import App

log = logging.getLogger(__name__)


def probe_routes(app: App) -> Blueprint:
    routes = Blueprint("probes", __name__)
    figures = registry(app)

    @routes.get("/healthz")
    def healthz() -> Response:
        return Response("ok\n", mimetype="text/plain")

    @routes.get("/readyz")
    def readyz() -> tuple[Response, int]:
        """503 and the reasons when a call would not be served in full. Calls are taken all the same."""
        faults = [fault for probe in (_database, _redis, _spool) if (fault := _attempt(probe, app)) is not None]
        return jsonify({"ready": not faults, "faults": faults}), 503 if faults else 200

    @routes.get("/metrics")
    def metrics() -> Response:
        return Response(generate_latest(figures), content_type=CONTENT_TYPE_LATEST)

    return routes


def _attempt(probe: Callable[[App], str | None], app: App) -> str | None:
    try:
        return probe(app)
    except Exception as error:
        log.warning("not ready", exc_info=error)
        return f"{probe.__name__.strip('_')} cannot be reached ({type(error).__name__}); the log says more"


def _database(app: App) -> str | None:
    with app.database.read() as tx:
        current, wanted = revision.current(tx), revision.wanted()
        waiting, unreported = outbox.oldest_unissued(tx), outbox.unreported(tx)
    if current != wanted:
        return f"the database is at revision {current or 'none'}, this code wants {wanted}: run `python -m ivr migrate`"
    lag_s = 0 if waiting is None else (app.clock.now() - waiting) // 1000
    if lag_s > app.settings.relay_lag_alarm_seconds:
        return f"something has been due for {lag_s} s: is `python -m workers relay` running?"
    if unreported:
        return f"{unreported} wishes were queued and nobody reported back: does `python -m workers texts` run, and work?"
    return None


def _redis(app: App) -> str | None:
    app.redis.ping()
    return None


def _spool(app: App) -> str | None:
    waiting = len(app.spool.waiting())
    return f"{waiting} events in this machine's spool: the relay takes them when the database is back" if waiting else None
