"""The softphone's page, and what it asks for: all its phones in one answer, switches for faults, a link paid."""

from dataclasses import asdict
from typing import Any

from flask import Blueprint, Response, current_app, jsonify, request

from ivr.sandbox.control import bad_input, call_shown, given_fields
from ivr.sandbox.numbers import normal
from ivr.sandbox.payer import pay_by_link
from ivr.sandbox.records import CallRecord
from ivr.sandbox.switches import SWITCHES, is_on, turn
from ivr.sandbox.terminal import is_ready
from ivr.sandbox.world import Sandbox

_PHONES = 21  # on one page: a caller's, and one for each doctor of the directory
_TEXTS = 20  # of one phone


def softphone(world: Sandbox) -> Blueprint:
    """`/sandbox/` and below `/sandbox/api/`: `scene`, `switches`, `pay`. Bad input is answered 400 `{"error": …}`."""
    page = Blueprint("softphone", __name__)
    page.register_error_handler(ValueError, bad_input)

    @page.get("/sandbox/")
    def shown() -> Response:
        return current_app.send_static_file("softphone.html")

    @page.get("/sandbox/api/scene")
    def scene() -> Response:
        """`?phone=…&call=…`, each as often as needed: what those phones ring with or are on, their texts, and those calls."""
        numbers, calls = request.args.getlist("phone")[:_PHONES], request.args.getlist("call")[:_PHONES]
        phones = {number: {"call": _call(world, world.ringing(number)), "texts": _texts(world, number)} for number in numbers}
        return jsonify(now=world.clock.now(), phones=phones, calls={call_id: _call(world, world.call(call_id)) for call_id in calls})

    @page.post("/sandbox/api/pay")
    def pay() -> Response:
        link_id = pay_by_link(world, given_fields({"url": str}, required=("url",))["url"])
        return jsonify(paid=link_id, page=f"/p/{link_id}")

    _switches(page, world)
    return page


def _switches(page: Blueprint, world: Sandbox) -> None:
    def all_of_them() -> Response:
        rows = [{"name": each.name, "title": each.title, "does": each.does, "on": is_on(each, world.faults)} for each in SWITCHES.values()]
        return jsonify(switches=rows, faults=len(world.faults.rules()))

    @page.get("/sandbox/api/switches")
    def switches() -> Response:
        return all_of_them()

    @page.route("/sandbox/api/switches/<name>", methods=["PUT", "DELETE"])
    def switch(name: str) -> Response:
        """PUT turns it on, DELETE off."""
        if name not in SWITCHES:
            raise ValueError(f"there is no switch {name!r}: use {', '.join(SWITCHES)}")
        turn(SWITCHES[name], world.faults, on=request.method == "PUT")
        return all_of_them()


def _call(world: Sandbox, call: CallRecord | None) -> dict[str, Any] | None:
    """Without its webhooks; `ready`: it waits for keys or for speech, and has said what it had to say."""
    if call is None:
        return None
    told = call_shown(call)
    del told["exchanges"]
    return {**told, "ready": is_ready(call, world.clock.now())}


def _texts(world: Sandbox, number: str) -> list[dict[str, Any]]:
    """Oldest first."""
    return [asdict(text) for text in world.inbox(normal(number))[-_TEXTS:]]
