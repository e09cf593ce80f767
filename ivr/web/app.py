"""The web application: routes joined to an `App`. Rules live elsewhere."""

import logging

from flask import Flask, Response, request
from werkzeug.exceptions import HTTPException

from ivr.model.errors import BadRequest
from ivr.providers import PROVIDERS
from ivr.web.guard import MAX_BYTES, Guard
from ivr.web.links import link_routes
from ivr.web.ops import mount_ops
from ivr.web.probes import probe_routes
from ivr.web.texts import text_routes
from ivr.web.voice import voice_routes
from ivr.wiring import App

log = logging.getLogger(__name__)


def create_app(app: App) -> Flask:
    """A Flask application on ready parts."""
    flask = Flask("ivr.web", static_folder="static")
    flask.config["MAX_CONTENT_LENGTH"] = MAX_BYTES
    guard = Guard(app)
    flask.register_blueprint(voice_routes(app, guard))
    flask.register_blueprint(text_routes(app, guard))
    flask.register_blueprint(link_routes(app))
    mount_ops(flask, app)
    flask.register_blueprint(probe_routes(app))
    flask.register_error_handler(BadRequest, lambda error: Response(f"{error}\n", 400, mimetype="text/plain"))
    flask.register_error_handler(HTTPException, _plain)
    flask.register_error_handler(Exception, _unexpected)
    return flask


def _plain(error: HTTPException) -> Response:
    """Nothing for a stranger to read."""
    response = error.get_response()
    return Response(status=error.code, headers=[(name, value) for name, value in response.headers if name in ("Allow", "Location")])


def _unexpected(error: Exception) -> Response:
    """A defect of ours. A caller still hears the free reject: an error page would answer the call, and bill it."""
    log.critical("unexpected error", exc_info=error, extra={"path": request.path})
    name = (request.view_args or {}).get("provider", "")
    if request.endpoint == "voice.ring" and name in PROVIDERS:
        document = PROVIDERS[name].fallback
        return Response(document.body, content_type=document.content_type)
    return Response(status=500)
