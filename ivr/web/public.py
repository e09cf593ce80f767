"""What pages for the public have in common: headers that keep them private, the pages for links that open nothing, whose form it was."""

from collections.abc import Sequence
from enum import StrEnum

from flask import Response, make_response, render_template, request

from ivr.model.values import Language
from ivr.web.ops.door import from_our_pages


class Trouble(StrEnum):
    """Why a link opens nothing; each is a page of its own."""

    UNKNOWN = "unknown"
    EXPIRED = "expired"
    AWAY = "away"


_STATUS = {Trouble.UNKNOWN: 404, Trouble.EXPIRED: 410, Trouble.AWAY: 503}


def sorry(trouble: Trouble, hotline: str, forms_lead_to: Sequence[str]) -> Response:
    """`hotline`: the published number whose missed call brings a new link, "" when there is none. Its form tries the address again."""
    response = make_response(render_template("links/trouble.html", trouble=trouble.value, hotline=hotline), _STATUS[trouble])
    if trouble is Trouble.AWAY:
        response.headers["Retry-After"] = "60"
    return dressed(response, forms_lead_to)


def dressed(response: Response, forms_lead_to: Sequence[str] = ()) -> Response:
    """Kept by nobody, told to nobody. `forms_lead_to`: origins beside our own; Chromium holds the redirects after a POST to it too."""
    origins = " ".join(("'self'", *forms_lead_to))
    policy = f"default-src 'none'; style-src 'self'; img-src 'self' data:; form-action {origins}; frame-ancestors 'none'; base-uri 'none'"
    response.headers.update(
        {
            "Cache-Control": "no-store",
            "Referrer-Policy": "no-referrer",
            "X-Robots-Tag": "noindex",
            "X-Content-Type-Options": "nosniff",
            "Content-Security-Policy": policy,
        }
    )
    return response


def browsers_language(offered: Sequence[Language]) -> Language:
    """What the browser likes best of these, whatever the region it names (`kn-IN` is Kannada); English otherwise."""
    by_code = {each.value: each for each in offered}
    liked = (by_code.get(tag.lower().partition("-")[0]) for tag, quality in request.accept_languages if quality > 0)
    return next((each for each in liked if each is not None), Language.ENGLISH)


def foreign_form(public_url: str) -> bool:
    """Whether the browser says that another site's page sent this POST.

    `Origin: null` says nothing: without Sec-Fetch-Site, it is what a browser sends from our own pages too, which have no referrer.
    """
    says_nothing = request.headers.get("Sec-Fetch-Site") is None and request.headers.get("Origin") == "null"
    return not says_nothing and from_our_pages(request, public_url) is False
