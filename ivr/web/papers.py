"""Receipts, and the privacy notice: pages that are read, printed and kept."""

from flask import Blueprint, Response

from ivr.consults.paying import Standing
from ivr.lines import OptOut
from ivr.model.india import in_india
from ivr.model.values import Language
from ivr.privacy import Particulars
from ivr.web.pay_pages import PayPages, money
from ivr.web.pay_words import speciality
from ivr.web.public import browsers_language
from ivr.wiring import App

_OWN_NAMES = {Language.ENGLISH: "English", Language.HINDI: "हिन्दी", Language.KANNADA: "ಕನ್ನಡ"}
_STAMPS = {Standing.REFUNDING: "going_back", Standing.REFUNDED: "gone_back"}


def show_receipt(app: App, payment_id: str) -> Response | None:
    """The receipt of a payment that bought a consult; None for any other. The doctor's name belongs here once there is one."""
    view = app.consults.papers.receipt(payment_id)
    if view is None:
        return None
    pages, paper = PayPages(app), view.receipt
    local = in_india(paper.at)
    return pages.show(
        "receipt.html",
        view.language,
        title=paper.title.value,
        number=paper.number,
        date=f"{local:%d-%m-%Y, %H:%M} IST",
        what=speciality(view.speciality, pages.say(view.language)),
        reference=view.reference,
        rows=[(f"line_{line.name.value}", money(line.amount, exact=True)) for line in paper.lines],
        total=money(paper.total, exact=True),
        stamp=_STAMPS.get(view.standing, ""),
    )


def privacy_routes(app: App) -> Blueprint:
    """`/privacy` in the browser's language, `/privacy/<language>` in one; 404 for a clinic that has no notice."""
    routes = Blueprint("privacy", __name__)
    pages, particulars = PayPages(app), _particulars(app)

    def notice(language: Language) -> Response:
        if app.consults.privacy is None:
            return pages.news("no_notice", language, {}, 404)
        shown = language if language in app.consults.privacy.languages else Language.ENGLISH
        names = [(each.value, _OWN_NAMES[each]) for each in app.consults.privacy.languages]
        return pages.show("privacy.html", shown, page=app.consults.privacy.page(shown, particulars), names=names)

    @routes.get("/privacy")
    def any_language() -> Response:
        known = app.consults.privacy.languages if app.consults.privacy is not None else tuple(Language)
        response = notice(browsers_language(known))
        response.headers["Vary"] = "Accept-Language"
        return response

    @routes.get("/privacy/<language>")
    def one_language(language: str) -> Response:
        if language not in list(Language):
            return pages.news("no_notice", Language.ENGLISH, {}, 404)
        return notice(Language(language))

    return routes


def _particulars(app: App) -> Particulars:
    """What is not set is shown by its setting's name, so that whoever sets the clinic up sees it missing."""
    settings = app.settings
    named = {name: getattr(settings, name) or f"[{name.upper()}]" for name in ("grievance_name", "grievance_email", "grievance_phone")}
    opt_out_line = next((line.published for line in app.lines if isinstance(line.action, OptOut)), "[a line that says: opt out]")
    return Particulars(clinic=settings.clinic_name, opt_out_line=opt_out_line, **named)
