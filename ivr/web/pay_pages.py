"""How a page of payment is answered: in one language, with money and numbers as India writes them, leading to us and the gateway only."""

from collections.abc import Mapping
from re import compile as regex
from typing import Any

from flask import Response, make_response, redirect, render_template
from markupsafe import Markup

from ivr.consults.addresses import gateway_origins
from ivr.flow.vocabulary import PAGE_WORDS
from ivr.lines import Answer, Line, TextApp
from ivr.model.values import Language, Paise
from ivr.web.paper_words import PAPERS
from ivr.web.pay_news import NEWS
from ivr.web.pay_words import Say, words
from ivr.web.public import Trouble, dressed, sorry
from ivr.wiring import App

_TONES = {"paid": "good", "completed": "good", "called": "good", "failed": "bad", "uncalled": "bad"}
_PAIRS = regex(r"(?<=\d)(?=(?:\d\d)+$)")


class PayPages:
    def __init__(self, app: App) -> None:
        self.app = app
        self._origins = gateway_origins(app.settings)
        self._line = _published(app, Answer)
        self._hotline = _published(app, TextApp)

    def say(self, language: Language) -> Say:
        return words(language, NEWS, PAPERS)

    def red_signs(self, language: Language) -> list[str]:
        """The signs of an emergency, as the clinic's words have them; none when it wrote none."""
        written = self.app.voicing.words
        return [written.text(word, language, {}, 0) for word in PAGE_WORDS if written.find(word, language)]

    def show(self, template: str, language: Language, status: int = 200, fault: str = "", **values: Any) -> Response:
        """`fault`: a row of `pay_words` that stands above everything else."""
        numbers = {"n112": _ringing("112"), "n108": _ringing("108"), "line": _ringing(self._line)}
        clinic = {"clinic": self.app.settings.clinic_name, "noticed": self.app.consults.privacy is not None}
        said = {"say": self.say(language), "language": language.value, "fault": fault}
        return dressed(make_response(render_template(f"pay/{template}", **said, **numbers, **clinic, **values), status), self._origins)

    def news(
        self, kind: str, language: Language, places: Mapping[str, object], status: int = 200, fault: str = "", **values: Any
    ) -> Response:
        """A page that says one thing: the rows `<kind>_title` and `<kind>` of `pay_news`."""
        sentences = self.say(language)(kind, **places).splitlines()
        tone = _TONES.get(kind, "wait")
        return self.show("news.html", language, status, fault, kind=kind, tone=tone, sentences=sentences, **values)

    def leave(self, where: str) -> Response:
        """303: to a path of ours, or to the gateway."""
        return dressed(make_response(redirect(where, 303)), self._origins)

    def sorry(self, trouble: Trouble) -> Response:
        return sorry(trouble, self._hotline, self._origins)


def money(amount: Paise, *, exact: bool = False) -> str:
    """`₹1,23,456`; with paise where there are any, or always (`exact`): `₹249.00`."""
    rupees, paise = divmod(amount.amount, 100)
    head, tail = str(rupees)[:-3], str(rupees)[-3:]
    whole = f"{_PAIRS.sub(',', head)},{tail}" if head else tail
    return f"₹{whole}.{paise:02d}" if paise or exact else f"₹{whole}"


def _published(app: App, wanted: type[Answer] | type[TextApp]) -> str:
    """The first line that does this; the first with a menu otherwise, then any."""
    lines: list[Line] = [line for line in app.lines if isinstance(line.action, wanted)]
    lines += [line for line in app.lines if line.flow] if wanted is Answer else []
    return lines[0].published if lines else ""


def _ringing(number: str) -> Markup:
    return Markup('<a href="tel:{0}">{0}</a>').format(number) if number else Markup()
