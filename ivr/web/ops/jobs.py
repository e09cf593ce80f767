"""RQ's dashboard at `/ops/jobs/`, behind our door, and for looking only.

It has no login of its own, asks for no reason and leaves no trace, and reads pickles unless told otherwise: each is put right here.
"""

import json
from collections.abc import Callable
from functools import partial
from html import escape
from re import compile as regex
from typing import Any

from flask import Blueprint, Flask, Response, make_response, request
from redis import Redis
from redis.exceptions import RedisError

from ivr.web.ops.door import Door
from ivr.web.ops.pages import Pages, leave, secured
from ivr.wiring import App

READING = frozenset(
    f"rq_dashboard.{name}"
    for name in (
        "queues_overview",
        "workers_overview",
        "jobs_overview",
        "job_view",
        "list_queues",
        "list_jobs",
        "job_info",
        "list_workers",
        "favicon",
        "static",
    )
)
"""What may be asked for. `GET /requeue/<queue>` is not among them, nor will be what a later version adds."""

_UNESCAPED = frozenset({"rq_dashboard.job_info", "rq_dashboard.list_workers", "rq_dashboard.list_queues"})
_CSP = (  # its templates are inline scripts, compiled in the browser: the one exception to the console's policy
    "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    "object-src 'none'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)

_INSTEAD = (
    "Nothing was done. Failed jobs are done again on the page Switches, which asks for a reason and leaves a trace in the access log. "
    "No other job needs a hand: what is still to be done comes due again by itself."
)
_PLAIN = regex(r"[A-Za-z0-9_.:-]{1,64}")
"""What queues, lists, orders and jobs are called. Its scripts are templates too, which repeat what the address says unescaped."""

_MOST = 1000  # rows of a page, and pages
_ICON = '<link rel="shortcut icon" href="/static/favicon.ico">'  # which we do not have
_HEAD = '<link rel="icon" href="/static/icon.svg" type="image/svg+xml"><link rel="stylesheet" href="/static/jobs.css">'
_BAR = (
    '<p class="ours"><a href="/ops/">← Console</a> For looking only: '
    'failed jobs are done again by <a href="/ops/switches">Switches</a>.</p>'
)


def mount_jobs(flask: Flask, app: App, door: Door) -> None:
    """The dashboard, or a page that says why there is none."""
    pages = Pages(door, app.settings.sandbox_url)
    flask.register_blueprint(_approach(app, door, pages))
    if app.settings.redis_url:
        flask.before_request(partial(_guard, app, door, pages))  # before the dashboard's own, which believes its paths
        _register(flask, app)
        for endpoint in [name for name in flask.view_functions if name.startswith("rq_dashboard.")]:
            flask.view_functions[endpoint] = _covered(flask.view_functions[endpoint], pages)


def _approach(app: App, door: Door, pages: Pages) -> Blueprint:
    routes = Blueprint("jobs", __name__, url_prefix="/ops")

    @routes.get("/jobs")
    def without_slash() -> Response:
        return secured(leave("/ops/jobs/"))

    if not app.settings.redis_url:

        @routes.get("/jobs/")
        @routes.get("/jobs/<path:rest>")
        def nothing(rest: str = "") -> Response:
            text = "REDIS_URL is not set, so there are no queues to look at. Calls are taken; texts wait until a relay and workers run."
            return pages.message(503, "No Redis", text) if door.operator() else pages.to_login()

    return routes


def _register(flask: Flask, app: App) -> None:
    import rq_dashboard
    from rq import Worker
    from rq.job import Job, requeue_job
    from rq.serializers import JSONSerializer
    from rq.worker import BaseWorker

    class JsonJob(Job):
        @classmethod
        def fetch(cls, id: str, connection: Redis | None = None, serializer: Any = None) -> Job:
            return super().fetch(id, connection, serializer or JSONSerializer)

    class JsonWorker(Worker):
        @classmethod
        def all(cls, connection: Redis | None = None, *_: Any, **__: Any) -> list[BaseWorker]:
            return super().all(connection, serializer=JSONSerializer)

    web = rq_dashboard.web
    web.config.serializer = JSONSerializer
    # it forgets the serializer here and there, and then unpickles what lies in Redis
    web.Job, web.Worker, web.requeue_job = JsonJob, JsonWorker, partial(requeue_job, serializer=JSONSerializer)
    flask.config.update(RQ_DASHBOARD_REDIS_URL=app.settings.redis_url, RQ_DASHBOARD_DISABLE_DELETE=True)
    web.setup_rq_connection(flask)
    flask.register_blueprint(rq_dashboard.blueprint, url_prefix="/ops/jobs")


def _guard(app: App, door: Door, pages: Pages) -> Response | None:
    """Before every request to the dashboard."""
    if request.blueprint != "rq_dashboard":
        return None
    operator = door.operator()
    if operator is None:
        return pages.to_login()
    if request.method not in ("GET", "HEAD") or request.endpoint not in READING:
        return pages.message(403, "The dashboard is for looking only", _INSTEAD, "/ops/switches", "To the switches")
    place = request.view_args or {}
    if place.get("instance_number"):
        return pages.message(404, "No such Redis", "There is one Redis, number 0.")
    if not all(_is_sound(name, value) for name, value in place.items()):
        return pages.message(404, "Nothing here", "The dashboard has no such page. Its menu leads to what is there.")
    try:
        app.redis.ping()
    except RedisError:
        return _redis_away(pages)
    return None


def _is_sound(name: str, value: Any) -> bool:
    """Whether a part of an address is what the dashboard writes there itself. `value` is None, or a number, or text."""
    match name:
        case "filename":
            return True  # Flask's to look up, and repeated nowhere
        case "page" | "per_page":
            return str(value).isdecimal() and 1 <= int(value) <= _MOST
        case _:
            return value is None or _PLAIN.fullmatch(str(value)) is not None


def _redis_away(pages: Pages) -> Response:
    text = (
        "Nothing is lost: calls and texts are in the database, and their jobs are issued again when Redis is back. Try again in a minute."
    )
    response = pages.message(503, "Redis is away", text)
    response.headers["Retry-After"] = "60"
    return response


def _covered(view: Callable[..., Any], pages: Pages) -> Callable[..., Response]:
    """A view of the dashboard with our head and headers, with answers where it would fail, and with data it does not escape escaped."""
    from rq.exceptions import InvalidJobOperation, NoSuchJobError

    def covered(**place: Any) -> Response:
        try:
            response = make_response(view(**place))
        except RedisError:
            return _redis_away(pages)
        except NoSuchJobError:
            gone = "It has been done and forgotten: finished jobs are kept for a short time. The list of calls knows what came of it."
            return pages.message(404, "No such job", gone)
        except (InvalidJobOperation, ValueError, UnboundLocalError):  # of the last: a list that it does not have
            return pages.message(404, "Nothing here", "There is no such list of jobs, or the job has moved on meanwhile.")
        if request.endpoint in _UNESCAPED and response.is_json:
            response.set_data(json.dumps(_escaped(response.get_json())))
        if response.mimetype == "text/html":
            response.set_data(response.get_data(as_text=True).replace(_ICON, _HEAD, 1).replace("<body>", f"<body>{_BAR}", 1))
        return secured(response, _CSP)

    return covered


def _escaped(value: Any) -> Any:
    match value:
        case str():
            return escape(value, quote=True)
        case list():
            return [_escaped(each) for each in value]
        case dict():
            return {name: _escaped(each) for name, each in value.items()}
        case _:
            return value
