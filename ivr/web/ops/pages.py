"""How a console page is answered: rendered with who is inside, and with headers that let nothing else in."""

from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import quote

from flask import Response, make_response, redirect, render_template, request

from ivr.operators import Role
from ivr.web.ops.door import Door
from ivr.web.ops.way_back import FIRST, page_of, page_of_form

CSP = (
    "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self' data:; "
    "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)


@dataclass(frozen=True, slots=True)
class Place:
    """One entry of the console's menu; `role`: who sees it."""

    path: str
    name: str
    role: Role = Role.VIEWER


PLACES = (
    Place("/ops/", "Board"),
    Place("/ops/calls", "Calls"),
    Place("/ops/consults", "Consults"),
    Place("/ops/grievances", "Grievances"),
    Place("/ops/doctors", "Doctors"),
    Place("/ops/shifts", "Shifts"),
    Place("/ops/charts", "Charts"),
    Place("/ops/flows", "Flows"),
    Place("/ops/switches", "Switches"),
    Place("/ops/audit", "Access log", Role.ADMIN),
    Place("/ops/jobs/", "Jobs"),
)


class Told(StrEnum):
    """What the login page says first to who was inside before."""

    NOT_DONE = "not-done"
    ENDED = "ended"


class Pages:
    def __init__(self, door: Door, sandbox_url: str) -> None:
        self._door = door
        self._sandbox = f"{sandbox_url}/sandbox/" if sandbox_url else ""

    def show(self, template: str, status: int = 200, **values: object) -> Response:
        who = self._door.operator()
        html = render_template(
            f"ops/{template}",
            who=who,
            places=[place for place in PLACES if who is not None and who.role.includes(place.role)],
            here=request.path,
            form_token=self._door.form_token(),
            sandbox=self._sandbox,
            **values,
        )
        return secured(make_response(html, status))

    @property
    def operator(self) -> str:
        """The name of who makes this request, as the audit keeps it."""
        who = self._door.operator()
        return "" if who is None else who.name

    def may(self, wanted: Role) -> bool:
        """Whether who makes this request has this role, or more: a page shows no form that would be refused."""
        who = self._door.operator()
        return who is not None and who.role.includes(wanted)

    def refused(self, wanted: Role) -> Response | None:
        """Why this request may not do what only `wanted` and above may, with a form of ours; None: it may. Asked first by every POST."""
        if not self.may(wanted):
            return self.message(403, "Not with your role", f"Only {_WHO[wanted]} may do this. Ask one of them.")
        if request.method == "POST" and not self._door.genuine_form():
            return self.not_taken()
        return None

    def not_taken(self) -> Response:
        """For a form that is not genuine: of another site, or older than this session."""
        if self._door.from_us() is False:
            return self.message(403, "That did not come from this console", "Nothing was done. Open the console, and do it there.")
        text = "Nothing was done: this form was opened before you last signed in. Open it again, and send it once more."
        return self.message(403, "That was not done", text, page_of_form(ours=self._door.from_us() is True), "Open the form again")

    def message(self, status: int, title: str, text: str, to: str = "/ops/", button: str = "To the console") -> Response:
        """A page that says one thing, and where its button leads."""
        return self.show("message.html", status, title=title, text=text, to=to, button=button)

    def database_away(self) -> Response:
        text = (
            "Calls are still taken and answered: what callers ask for is kept on this machine and done when the database is back. "
            "Try again in a minute."
        )
        response = self.message(503, "The database is away", text)
        response.headers["Retry-After"] = "60"
        return response

    def to_login(self) -> Response:
        """Off to the login, and back here afterwards when this was a page of ours. A part that renews itself takes its page along."""
        if "HX-Request" in request.headers:
            way = _login(page_of(request.headers.get("HX-Current-URL", "")), Told.ENDED)
            return secured(make_response("", 401, {"HX-Redirect": way}))
        if request.method in ("GET", "HEAD"):
            return secured(leave(_login(page_of(request.full_path.rstrip("?")))))
        return secured(leave(_login(page_of_form(ours=self._door.from_us() is True), Told.NOT_DONE)))


def _login(back: str, told: Told | None = None) -> str:
    asked = [f"next={quote(back, safe='/')}"] if back != FIRST else []
    asked += [f"told={told}"] if told is not None else []
    return f"/ops/login?{'&'.join(asked)}".rstrip("?")


_WHO = {Role.VIEWER: "people who have signed in", Role.OPERATOR: "operators and admins", Role.ADMIN: "admins"}


def leave(path: str) -> Response:
    """303 to a path on this host: relative, so that no Host header has a say in it."""
    return make_response(redirect(path, 303))


def secured(response: Response, csp: str = CSP) -> Response:
    """The console's headers. Referrer-Policy is same-origin: with no-referrer browsers send `Origin: null` with our own forms."""
    response.headers.update(
        {
            "Content-Security-Policy": csp,
            "Cache-Control": "no-store",
            "Referrer-Policy": "same-origin",
            "X-Content-Type-Options": "nosniff",
            "X-Frame-Options": "DENY",
            "X-Robots-Tag": "noindex",
            "Cross-Origin-Opener-Policy": "same-origin",
            "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
        }
    )
    return response
