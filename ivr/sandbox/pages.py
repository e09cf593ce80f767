"""Static pages that somebody else keeps for the product: here when the product is away, like a TwiML Bin or a page on another host."""

from flask import Blueprint, Response, abort, jsonify

from ivr.sandbox.control import bad_input, given_fields
from ivr.sandbox.world import Sandbox

FOLDER = "/sandbox/pages"
"""Below it the pages are served; its address is what the product calls FALLBACK_URL."""


def kept_pages(world: Sandbox) -> Blueprint:
    """`PUT /sandbox/api/pages/<name>` with `{"body": "<Response>…"}` keeps a page, `GET` or `POST /sandbox/pages/<name>` serves it."""
    api = Blueprint("pages", __name__)
    api.register_error_handler(ValueError, bad_input)

    @api.put("/sandbox/api/pages/<name>")
    def keep(name: str) -> Response:
        world.pages[name] = given_fields({"body": str}, required=("body",))["body"]
        return jsonify(page=name, at=f"{FOLDER}/{name}")

    @api.route(f"{FOLDER}/<name>", methods=["GET", "POST"])
    def page(name: str) -> Response:
        if name not in world.pages:
            abort(404)
        return Response(world.pages[name], content_type="text/xml; charset=utf-8")

    return api
