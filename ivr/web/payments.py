"""`POST /payments/razorpay`: an event of the gateway. Verified over its very bytes, stored once, answered when that is committed."""

import logging

from flask import Blueprint, Response, request

from ivr.model.errors import BadRequest, DatabaseAway
from ivr.wiring import App

log = logging.getLogger(__name__)

MOST_BYTES = 256 * 1024


def payment_routes(app: App) -> Blueprint:
    routes = Blueprint("payments", __name__)
    inbox = app.consults.inbox

    @routes.get("/payments/razorpay")
    def elsewise() -> Response:
        """Without this the route of links would answer."""
        return Response(status=405, headers={"Allow": "POST"})

    @routes.post("/payments/razorpay")
    def event() -> Response:
        """200 when stored, now or before; 403 unsigned; 400 unreadable; 413 too long; 503 while the database is away: it is told again."""
        if inbox is None:
            return Response(status=404)
        if request.content_length is None or request.content_length > MOST_BYTES:
            return Response(status=413)
        request.max_content_length = MOST_BYTES  # more than other routes take
        body = request.get_data(cache=False)
        headers = {name.lower(): value for name, value in request.headers.items()}
        if not inbox.hooks.verify(body, headers):
            log.warning("an event of the gateway with a signature that is not ours")
            return Response(status=403)
        try:
            inbox.receive(body, headers)
        except BadRequest as error:
            return Response(f"{error}\n", status=400, mimetype="text/plain")
        except DatabaseAway:
            return Response(status=503, headers={"Retry-After": "60"})
        return Response(status=200)

    return routes
