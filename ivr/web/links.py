"""Links in texts: to the right store on a phone, a page with both stores anywhere else; to what is paid, a receipt, the notice.

An opening of a link to the app counts when a person goes on to a store, never for a preview or a prefetch. Nothing of the person is kept.
"""

import logging
import re

import segno
from flask import Blueprint, Response, make_response, redirect, render_template, request
from markupsafe import Markup

from ivr.lines import TextApp
from ivr.links import AppLink, CardLink, FilmsLink, Gone, Link, PayLink, PrescriptionLink, PrivacyLink, ReceiptLink, Store
from ivr.model.errors import DatabaseAway
from ivr.model.tokens import LENGTH as TOKEN_LENGTH
from ivr.texts.addresses import link_url
from ivr.web.cards import CardPage
from ivr.web.films import FilmPage, show_prescription
from ivr.web.papers import show_receipt
from ivr.web.pay import PayPage
from ivr.web.public import Trouble, dressed, sorry
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
_STORES = ("https://play.google.com", "https://apps.apple.com")


def link_routes(app: App) -> Blueprint:
    routes = Blueprint("links", __name__)
    headers = {app.settings.dlt_header} | {header for name in app.templates if (header := app.templates.header(name))}
    hotline = next((line.published for line in app.lines if isinstance(line.action, TextApp)), "")
    pay, card, films = PayPage(app), CardPage(app), FilmPage(app)

    def trouble(why: Trouble) -> Response:
        return sorry(why, hotline, _STORES)

    routes.register_error_handler(DatabaseAway, lambda _: trouble(Trouble.AWAY))

    @routes.route("/<header>/<token>", methods=["GET", "POST"])
    def follow(header: str, token: str) -> Response:
        if header not in headers or not _TOKEN.fullmatch(token):
            return trouble(Trouble.UNKNOWN)
        match app.links.find(token):
            case AppLink() as link:
                return _to_the_app(app, link, link_url(app.settings, header, token))
            case Gone() as gone:
                return trouble(Trouble(gone.value))
            case CardLink(consult_id, caller_id):
                return card.show(consult_id, caller_id, request.path)
            case link:
                return _paper(app, pay, films, link) or trouble(Trouble.UNKNOWN)

    return routes


def _paper(app: App, pay: PayPage, films: FilmPage, link: Link) -> Response | None:
    """What a patient's link opens; None when there is no such thing."""
    match link:
        case PayLink(consult_id):
            return pay.show(consult_id)
        case ReceiptLink(payment_id):
            return show_receipt(app, payment_id)
        case FilmsLink(consult_id):
            return films.show(consult_id)
        case PrescriptionLink(consult_id):
            return show_prescription(app, consult_id)
        case PrivacyLink(language):
            return dressed(make_response(redirect(f"/privacy/{language.value}")))
        case _:
            return None


def _to_the_app(app: App, link: AppLink, address: str) -> Response:
    posted, robot = request.method == "POST", _is_robot()
    shop = _chosen() if posted else None if robot else _phones_own()
    if shop is None:
        return _choice(address, 400 if posted else 200)
    if not robot:
        _count(app, link)
    return dressed(make_response(redirect(app.links.destination(link, shop), 303 if posted else 302)), _STORES)


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
    return dressed(make_response(render_template("links/choice.html", qr=drawing), status), _STORES)
