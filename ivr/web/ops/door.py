"""The console's door: who is inside, for how long, and whether a request is really theirs.

A session is Flask's signed cookie. On each request the operator is looked up again, so that a removed operator or a
changed password ends it; while the database is away the cookie's word is taken, for that is when the console is needed.
"""

from hmac import compare_digest
from secrets import token_urlsafe
from urllib.parse import urlsplit

from flask import Flask, Request, g, request, session
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface

from ivr.model.errors import DatabaseAway
from ivr.operators import Operator, Role, find_operator
from ivr.settings import Settings
from ivr.wiring import App

IDLE_MS = 8 * 60 * 60 * 1000
ABSOLUTE_MS = 12 * 60 * 60 * 1000
_NOTE_EVERY_MS = 60_000  # the cookie is not sent anew on each request
QUIET = "X-Quiet"
"""A page that refreshes itself sends this header: nobody is at the keyboard, so the idle time runs on."""


class _ConsoleSessions(SecureCookieSessionInterface):
    """Sessions are the console's alone: a webhook pays nothing for them."""

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        return super().open_session(app, request) if request.path.startswith("/ops") else None


def set_up_sessions(flask: Flask, settings: Settings) -> None:
    """SameSite=Strict: nothing outside links into the console, and so not even a GET comes from elsewhere with a session."""
    flask.session_interface = _ConsoleSessions()
    flask.secret_key = settings.secret_key.get_secret_value()
    flask.config.update(
        SECRET_KEY_FALLBACKS=[key.get_secret_value() for key in settings.secret_key_fallbacks],
        SESSION_COOKIE_NAME="ivr_ops",
        SESSION_COOKIE_PATH="/ops",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Strict",
        SESSION_COOKIE_SECURE=settings.public_url.startswith("https://"),
    )


class Door:
    def __init__(self, app: App) -> None:
        self._app = app

    def operator(self) -> Operator | None:
        """Who makes this request; None for a stranger and for an expired session."""
        if "operator" not in g:
            g.operator = self._recognise()
        return g.operator  # type: ignore[no-any-return]

    def let_in(self, operator: Operator) -> None:
        """Begin a session with a fresh form token."""
        now = self._app.clock.now()
        session.clear()
        session.update(name=operator.name, role=operator.role.value, proof=operator.proof, since=now, seen=now)
        g.operator = operator

    def let_out(self) -> None:
        session.clear()
        g.operator = None

    def form_token(self) -> str:
        """What every form of ours carries; made at first use, strangers' login form included."""
        if "form" not in session:
            session["form"] = token_urlsafe(24)
        return str(session["form"])

    def genuine_form(self) -> bool:
        """Whether this POST comes from a form that we gave to this browser."""
        token, given = session.get("form", ""), request.form.get("form", "")
        return self.from_us() is not False and bool(token) and compare_digest(token.encode(), given.encode())

    def from_us(self) -> bool | None:
        """Whether the browser says that one of our pages sent this; None when it says nothing."""
        return from_our_pages(request, self._app.settings.public_url)

    def _recognise(self) -> Operator | None:
        now = self._app.clock.now()
        if "name" not in session:
            return None
        if now - session["seen"] >= IDLE_MS or now - session["since"] >= ABSOLUTE_MS:
            self.let_out()
            return None
        operator = self._on_record()
        if operator is None:
            self.let_out()
        elif not _by_itself(request) and now - session["seen"] > _NOTE_EVERY_MS:
            session["seen"] = now
        return operator

    def _on_record(self) -> Operator | None:
        try:
            operator = find_operator(self._app.database, session["name"])
        except DatabaseAway:
            return Operator(session["name"], Role(session["role"]), session["proof"])
        return operator if operator is not None and compare_digest(operator.proof, session["proof"]) else None


def _by_itself(request: Request) -> bool:
    """A page of ours, or the dashboard's, fetching news."""
    return QUIET in request.headers or request.path.endswith(".json")


def from_our_pages(request: Request, public_url: str) -> bool | None:
    """Whether the browser says that one of our pages sent this; None when it says nothing.

    Sec-Fetch-Site comes over HTTPS and on localhost; Origin with every POST (W3C Fetch Metadata, WHATWG Fetch).
    """
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site == "same-origin"
    origin = request.headers.get("Origin")
    ours = urlsplit(public_url)
    return None if origin is None else origin == f"{ours.scheme}://{ours.netloc}"
