"""Around every emulated REST operation: it is written down, and goes wrong when a fault says so."""

import socket
from collections.abc import Callable
from hmac import compare_digest

from flask import Response, jsonify, request

from ivr.sandbox.faults import Fault
from ivr.sandbox.refusals import Answer, refusal
from ivr.sandbox.world import Sandbox

_EFFECTS = ("error_before", "error_after", "hang_before", "hang_after", "reset", "rejected", "html")
_LOST = {"razorpay": 504}  # what is answered in place of an answer that got lost; 503 elsewhere
_REFUSED = {"razorpay": "invalid"}  # what `rejected` is without a code; "dlt" elsewhere


def authorised(user: str, secret: str) -> bool:
    """HTTP Basic, as both vendors use it."""
    given = request.authorization
    return given is not None and given.username == user and compare_digest(str(given.password).encode(), secret.encode())


def perform(world: Sandbox, provider: str, operation: str, number: str, effect: Callable[[], Answer]) -> Response:
    """Answer one request, faults included. `number` is the person's, for faults that name one and for `requests()`.

    The gateway's requests have a link's reference or an id in its place.
    """
    answered = world.note_request(provider, operation, number)
    if slow := world.faults.take(operation, provider, number, ("latency",)):
        world.hooks.pause(slow.ms)
    fault = world.faults.take(operation, provider, number, _EFFECTS)
    if fault is not None and fault.effect == "reset":
        answered(0)  # before the client can notice
        return reply(_hang_up())
    answer = effect() if fault is None else _with_fault(world, provider, fault, effect)
    answered(answer.status)
    return reply(answer)


def _with_fault(world: Sandbox, provider: str, fault: Fault, effect: Callable[[], Answer]) -> Answer:
    error = refusal(provider, fault.code, fault.status, fault.retry_after)
    match fault.effect:
        case "hang_before":
            world.hooks.pause(fault.ms)
            return refusal(provider, status=fault.status or 503)
        case "hang_after":
            answer = effect()
            world.hooks.pause(fault.ms)
            return answer
        case "error_after":
            effect()
            return error if fault.status or fault.code else refusal(provider, status=_LOST.get(provider, 503))
        case "error_before":
            return error if fault.status or fault.code else refusal(provider, status=503)
        case "html":
            return refusal(provider, "html", fault.status, fault.retry_after)
        case _:  # rejected
            return error if fault.status or fault.code else refusal(provider, _REFUSED.get(provider, "dlt"))


def _hang_up() -> Answer:
    """Close the connection under the client. The listener hands us the socket; other servers cannot do this."""
    connection = request.environ.get("sandbox.connection")
    if isinstance(connection, socket.socket):
        connection.shutdown(socket.SHUT_RDWR)
        return Answer(0, {})
    return Answer(502, {"error": "this server cannot reset a connection: use ivr.sandbox.server.listen"})


def reply(answer: Answer) -> Response:
    bare = answer.page or answer.status == 204
    response = Response(answer.page, mimetype="text/html") if bare else jsonify(answer.body)
    response.status_code = answer.status or 503  # 0: nobody is there to read it
    if answer.retry_after is not None:
        response.headers["Retry-After"] = str(answer.retry_after)
    return response
