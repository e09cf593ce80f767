"""Where people pay: a link's page, with a button for every way in which paying can go.

Source of the way back: Razorpay's page on the callback URL of a payment link (query parameters, and HMAC-SHA256 with the key's
secret over link, reference, status and payment, joined by `|`).
"""

from collections.abc import Callable
from hashlib import sha256
from hmac import new as hmac
from urllib.parse import urlencode, urlsplit

from flask import Blueprint, Response, make_response, redirect, render_template, request
from flask.typing import ResponseReturnValue

from ivr.model.india import in_india
from ivr.sandbox.gateway_records import Link
from ivr.sandbox.world import Sandbox

_LATEST_MINUTES = 3 * 24 * 60


def pay_page(world: Sandbox) -> Blueprint:
    """`/p/<link id>`: GET shows, POST with `do` (pay, twice, fail, late with `minutes`, after) does."""
    page = Blueprint("pay", __name__, template_folder="templates")

    @page.get("/p/<link_id>")
    def show(link_id: str) -> ResponseReturnValue:
        link = world.gateway.link(link_id)
        return _unknown() if link is None else _shown(world, link)

    @page.post("/p/<link_id>")
    def act(link_id: str) -> ResponseReturnValue:
        link = world.gateway.link(link_id)
        if link is None:
            return _unknown()
        deed = _deeds(world, link_id).get(request.form.get("do", ""))
        if deed is None:
            return _shown(world, link, "There is no such button.", 400)
        try:
            paid = deed()
        except ValueError as why:
            return _shown(world, world.gateway.books.links[link_id], str(why), 409)
        link = world.gateway.books.links[link_id]
        return redirect(way_back(world, link) if paid and link.callback_url else f"/p/{link_id}", 303)

    return page


def way_back(world: Sandbox, link: Link) -> str:
    """The merchant's address, with the signed parameters once something was captured; "" when the link names none."""
    captured = world.gateway.books.captured_of(link.id)
    if not link.callback_url or not captured:
        return link.callback_url
    names = ("payment_link_id", "payment_link_reference_id", "payment_link_status", "payment_id")
    values = (link.id, link.reference, link.status, captured[-1].id)
    signature = hmac(world.accounts.razorpay_key_secret.encode(), "|".join(values).encode(), sha256).hexdigest()
    query = urlencode({f"razorpay_{name}": value for name, value in zip((*names, "signature"), (*values, signature), strict=True)})
    return f"{link.callback_url}{'&' if urlsplit(link.callback_url).query else '?'}{query}"


def _deeds(world: Sandbox, link_id: str) -> dict[str, Callable[[], bool]]:
    """What the buttons do; true when the payer is sent back to the merchant, as only success does."""
    gateway = world.gateway
    return {
        "pay": lambda: bool(gateway.pay(link_id)),
        "twice": lambda: bool(gateway.pay(link_id, times=2)),
        "fail": lambda: not gateway.fail(link_id),
        "late": lambda: not gateway.authorise_late(link_id, _minutes()),
        "after": lambda: not gateway.pay_late(link_id),
    }


def _minutes() -> int:
    given = request.form.get("minutes", "")
    if not given.isdecimal() or not 0 < int(given) <= _LATEST_MINUTES:
        raise ValueError(f"minutes is a whole number from 1 to {_LATEST_MINUTES}")
    return int(given)


def _shown(world: Sandbox, link: Link, trouble: str = "", status: int = 200) -> Response:
    text = render_template(
        "gateway/pay.html",
        link=link,
        rupees=f"{link.amount // 100:,}.{link.amount % 100:02d}",
        until=f"{in_india(link.expire_by):%d %b, %H:%M}",
        attempts=world.gateway.books.payments_of(link.id),
        way_back=way_back(world, link),
        trouble=trouble,
    )
    response = make_response(text, status)
    response.headers["Content-Security-Policy"] = _policy(link.callback_url)
    return response


def _policy(callback_url: str) -> str:
    """A browser holds the redirect after a form to `form-action` too, so the merchant's origin is among them."""
    parts = urlsplit(callback_url)
    merchant = f" {parts.scheme}://{parts.netloc}" if parts.netloc else ""
    return f"default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'{merchant}"


def _unknown() -> Response:
    return make_response(render_template("gateway/pay.html", link=None), 404)
