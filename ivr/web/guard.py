"""What stands before every signed route: size, form, signature; and what stands behind it when the database is away."""

import logging
from collections.abc import Callable
from threading import Lock
from typing import NoReturn, TypeVar
from urllib.parse import quote, unquote

from flask import Request, abort, request
from werkzeug.exceptions import HTTPException

from ivr.model.errors import BadRequest
from ivr.model.ports import Hook
from ivr.providers import Hooks
from ivr.store import alarms
from ivr.store.spool import Spooled
from ivr.wiring import App

log = logging.getLogger(__name__)

E = TypeVar("E", bound=Spooled)
R = TypeVar("R")

MAX_BYTES = 64 * 1024
_MAX_FIELDS = 200
_ALARM_AFTER = 5
_ALARM_EVERY_MS = 60_000


def hook_of(request: Request, public_url: str) -> Hook:
    """The request as its provider signed it; 413 or 400 when no provider sends such a thing."""
    body = request.get_data(cache=False, parse_form_data=False)
    raw_query = request.environ.get("QUERY_STRING", "")
    url = public_url + quote(request.path) + ("?" + raw_query if raw_query else "")
    form = body if request.mimetype == "application/x-www-form-urlencoded" else b""
    try:
        return Hook(
            method=request.method,
            url=url,
            headers={name[5:].replace("_", "-").lower(): value for name, value in request.environ.items() if name.startswith("HTTP_")},
            query=_pairs(raw_query),
            form=_pairs(form.decode("utf-8")),
            body=body,
        )
    except ValueError:
        abort(400)


def _pairs(encoded: str) -> tuple[tuple[str, str], ...]:
    """As `urllib.parse.parse_qsl` with blanks kept, at a third of its time; ValueError for too many fields and for what is no UTF-8."""
    fields = [field for field in encoded.split("&") if field]
    if len(fields) > _MAX_FIELDS:
        raise ValueError("more fields than any provider sends")
    return tuple([(_unquoted(name), _unquoted(value)) for name, _, value in [field.partition("=") for field in fields]])


def _unquoted(text: str) -> str:
    spaced = text.replace("+", " ")
    return unquote(spaced, errors="strict") if "%" in spaced else spaced


class Guard:
    """Verifies; counts broken signatures that name our own account, for those are our fault and not a stranger's noise."""

    def __init__(self, app: App) -> None:
        self._app = app
        self._lock = Lock()
        self._ours = 0
        self._next_alarm_at = 0

    def admit(self, provider: str, verify: Callable[[Hooks, Hook], bool]) -> tuple[Hooks, Hook]:
        """The provider and its request, verified. 404 for a provider we have not, 403 with an empty body for a broken signature."""
        hooks = self._app.hooks.get(provider)
        if hooks is None:
            abort(404)
        hook = hook_of(request, self._app.settings.public_url)
        if not verify(hooks, hook):
            self._refuse(hooks, hook)
        return hooks, hook

    def _refuse(self, hooks: Hooks, hook: Hook) -> NoReturn:
        provider = hooks.name
        log.warning("bad signature", extra={"provider": provider, "names": sorted({name for name, _ in (*hook.query, *hook.form)})[:40]})
        if hooks.own_account(hook.params()):
            self._count(provider, hook)
        abort(403)

    def _count(self, provider: str, hook: Hook) -> None:
        now = self._app.clock.now()
        with self._lock:
            self._ours += 1
            if self._ours < _ALARM_AFTER or now < self._next_alarm_at:
                return
            self._next_alarm_at = now + _ALARM_EVERY_MS
        checked = hook.url.split("?")[0]
        advice = (
            f"requests that name our {provider} account fail the signature check against {checked}: is PUBLIC_URL what the provider calls, "
            f"and does {provider.upper()}_AUTH_TOKEN hold the current token?"
        )
        try:
            self._app.database.write(lambda tx: alarms.sound(tx, "signature", provider, advice, now), wait_s=2.0)
        except Exception:
            log.exception("could not record the signature alarm")


def durably(app: App, event: E, ref: str, use_case: Callable[[E, int], R]) -> R | None:
    """Run a use-case in its one commit. Whatever keeps it from committing, the event goes to this machine's spool: None.

    The relay replays the spool when the database is back, so nothing a provider told us is lost.
    """
    at = app.clock.now()
    try:
        return use_case(event, at)
    except (BadRequest, HTTPException):
        raise
    except Exception:
        log.exception("the commit failed; spooling", extra={"event": type(event).__name__})
        app.spool.keep(event, at, ref)
        return None
