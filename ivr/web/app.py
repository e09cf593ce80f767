"""The web application: routes joined to an `App`. Rules live elsewhere."""

import logging
from collections.abc import Iterable
from urllib.parse import urlsplit
from wsgiref.types import StartResponse, WSGIEnvironment

from flask import Flask, Response, redirect, request
from werkzeug.exceptions import HTTPException
from werkzeug.http import parse_date
from werkzeug.routing import RequestRedirect

from ivr.web.audio import audio_routes
from ivr.web.guard import MAX_BYTES
from ivr.web.links import link_routes
from ivr.web.ops import mount_ops
from ivr.web.papers import privacy_routes
from ivr.web.pay import pay_routes
from ivr.web.pay_code import code_routes
from ivr.web.payments import payment_routes
from ivr.web.probes import probe_routes
from ivr.web.webhooks import Webhooks, send
from ivr.wiring import App

log = logging.getLogger(__name__)

_DATES = ("HTTP_IF_MODIFIED_SINCE", "HTTP_IF_UNMODIFIED_SINCE", "HTTP_IF_RANGE")


class Web(Flask):
    """Flask for people; providers' webhooks are answered before it."""

    def __init__(self, webhooks: Webhooks) -> None:
        super().__init__("ivr.web", static_folder="static")
        self._webhooks = webhooks

    def wsgi_app(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        answer = self._webhooks.answer(environ)
        if answer is None:
            _drop_impossible_dates(environ)
        return super().wsgi_app(environ, start_response) if answer is None else send(answer, start_response)


def create_app(app: App) -> Flask:
    """A Flask application on ready parts."""
    flask = Web(Webhooks(app))
    flask.config["MAX_CONTENT_LENGTH"] = MAX_BYTES
    flask.register_blueprint(payment_routes(app))
    for routes in (link_routes, pay_routes, code_routes, privacy_routes):
        flask.register_blueprint(routes(app))
    mount_ops(flask, app)
    flask.register_blueprint(probe_routes(app))
    flask.register_blueprint(audio_routes(app))
    flask.add_url_rule("/", "front", lambda: redirect("/ops/"))
    flask.register_error_handler(HTTPException, _plain)
    flask.register_error_handler(Exception, _unexpected)
    flask.after_request(_lead_on_here)
    return flask


def _drop_impossible_dates(environ: WSGIEnvironment) -> None:
    """Werkzeug reads these for every file, and fails where a year or a zone does not fit a machine's whole number."""
    for name in _DATES:
        try:
            parse_date(environ.get(name))
        except OverflowError:
            del environ[name]


def _plain(error: HTTPException) -> Response:
    """Nothing for a stranger to read."""
    response = error.get_response()
    return Response(status=error.code, headers=[(name, value) for name, value in response.headers if name in ("Allow", "Location")])


def _lead_on_here(response: Response) -> Response:
    """Where a path is to be written in another way, whatever host the visitor named: Flask makes this answer by itself."""
    if isinstance(request.routing_exception, RequestRedirect):
        response.set_data(b"")
        response.headers["Location"] = urlsplit(response.headers["Location"])._replace(scheme="", netloc="").geturl()
    return response


def _unexpected(error: Exception) -> Response:
    log.critical("unexpected error", exc_info=error, extra={"path": request.path})
    return Response(status=500)
