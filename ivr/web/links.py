"""Links in texts: to the right store on a phone, a page with both stores anywhere else.

An opening counts when a person goes on to a store, never for a preview or a prefetch. Nothing of the person is kept.
"""

import logging
import re
from enum import StrEnum

import segno
from flask import Blueprint, Response, make_response, redirect, render_template, request
from markupsafe import Markup

from ivr.lines import TextApp
from ivr.links import AppLink, Gone, Store
from ivr.model.errors import DatabaseAway
from ivr.model.tokens import LENGTH as TOKEN_LENGTH
from ivr.texts.addresses import link_url
from ivr.wiring import App

log = logging.getLogger(__name__)

_TOKEN = re.compile(rf"[0-9A-Za-z]{{{TOKEN_LENGTH}}}")
_ROBOT = re.compile(  # "cubot" is a phone; "whatsapp/" without Mozilla, Slack and Google's fetchers are previews
    r"(?<!cu)bot|crawl|spider|preview|fetch|scan|monitor|headless|lighthouse|facebookexternalhit|facebookcatalog|^whatsapp|slack-|"
    r"google-|-google|googleother|googleproxy|embedly|iframely|curl|wget|python|java/|ruby|perl|php|okhttp|go-http|httpclient|http-client|"
    r"axios|libwww|cfnetwork|^dalvik",
    re.IGNORECASE,
)
_APPLE_PHONE = re.compile(r"\b(iphone|ipad|ipod)\b", re.IGNORECASE)
_CSP = (  # Chromium holds the redirect after a POST to form-action too: both stores are named
    "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self' https://play.google.com https://apps.apple.com; "
    "frame-ancestors 'none'; base-uri 'none'"
)
_HEADERS = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex",
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": _CSP,
}


class Trouble(StrEnum):
    """Why a link opens nothing; each is a page of its own."""

    UNKNOWN = "unknown"
    EXPIRED = "expired"
    AWAY = "away"


_STATUS = {Trouble.UNKNOWN: 404, Trouble.EXPIRED: 410, Trouble.AWAY: 503}


def link_routes(app: App) -> Blueprint:
    routes = Blueprint("links", __name__)
    headers = {app.settings.dlt_header} | {header for name in app.templates if (header := app.templates.header(name))}
    hotline = next((line.published for line in app.lines if isinstance(line.action, TextApp)), "")

    @routes.route("/<header>/<token>", methods=["GET", "POST"])
    def follow(header: str, token: str) -> Response:
        if header not in headers or not _TOKEN.fullmatch(token):
            return _sorry(Trouble.UNKNOWN, hotline)
        try:
            link = app.links.find(token)
        except DatabaseAway:
            return _sorry(Trouble.AWAY, hotline)
        if isinstance(link, Gone):
            return _sorry(Trouble(link.value), hotline)
        robot = _is_robot()
        shop = _chosen() if request.method == "POST" else None if robot else _phones_own()
        if shop is None:
            return _choice(link_url(app.settings, header, token), 400 if request.method == "POST" else 200)
        if not robot:
            _count(app, link)
        return _dressed(make_response(redirect(app.links.destination(link, shop), 303 if request.method == "POST" else 302)))

    return routes


def _is_robot() -> bool:
    """A preview, a prefetch or a probe: whatever asks without a person having tapped."""
    hints = (request.headers.get(name, "") for name in ("Sec-Purpose", "Purpose", "X-Moz"))
    agent = request.user_agent.string
    return request.method == "HEAD" or any("prefetch" in hint.lower() for hint in hints) or not agent or bool(_ROBOT.search(agent))


def _phones_own() -> Store | None:
    agent = request.user_agent.string
    if "Windows Phone" in agent:  # names itself an iPhone and an Android phone, and has neither store
        return None
    return Store.IPHONE if _APPLE_PHONE.search(agent) else Store.ANDROID if "android" in agent.lower() else None


def _chosen() -> Store | None:
    shop = request.form.get("shop", "")
    return Store(shop) if shop in list(Store) else None


def _count(app: App, link: AppLink) -> None:
    try:
        app.links.opened(link)
    except DatabaseAway:
        log.warning("an opening could not be counted")


def _choice(address: str, status: int) -> Response:
    code = segno.make(address, error="m", micro=False)
    drawing = Markup(code.svg_inline(scale=4, border=2, dark="#000", light="#fff", title="QR code of this link"))  # noqa: S704 - our own SVG
    return _dressed(make_response(render_template("links/choice.html", qr=drawing), status))


def _sorry(trouble: Trouble, hotline: str) -> Response:
    response = make_response(render_template("links/trouble.html", trouble=trouble.value, hotline=hotline), _STATUS[trouble])
    if trouble is Trouble.AWAY:
        response.headers["Retry-After"] = "60"
    return _dressed(response)


def _dressed(response: Response) -> Response:
    response.headers.update(_HEADERS)
    return response
