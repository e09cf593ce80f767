"""What stands before every signed route: size, form, signature; and what stands behind it when the database is away."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock
from typing import TypeVar
from urllib.parse import unquote
from wsgiref.types import WSGIEnvironment

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


@dataclass(frozen=True, slots=True)
class Answer:
    """What goes back to a provider."""

    status: int
    body: bytes = b""
    content_type: str = ""


NOTED = Answer(204)


class Refused(Exception):
    """Not to be served, and nothing to explain to a stranger: 400, 403, 404, 405 or 413 with an empty body."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.answer = Answer(status)


def hook_of(environ: WSGIEnvironment, public_url: str) -> Hook:
    """The request as its provider signed it; Refused with 413 or 400 when no provider sends such a thing."""
    body = _body(environ)
    raw_query = environ.get("QUERY_STRING", "")
    is_form = environ.get("CONTENT_TYPE", "").partition(";")[0].strip().lower() == "application/x-www-form-urlencoded"
    try:
        return Hook(
            method=environ["REQUEST_METHOD"],
            url=f"{public_url}{environ['PATH_INFO']}{'?' if raw_query else ''}{raw_query}",
            headers={name[5:].replace("_", "-").lower(): value for name, value in environ.items() if name.startswith("HTTP_")},
            query=_pairs(raw_query),
            form=_pairs(body.decode("utf-8")) if is_form else (),
            body=body,
        )
    except ValueError:
        raise Refused(400) from None


def _body(environ: WSGIEnvironment) -> bytes:
    """At most MAX_BYTES; a chunked body has no length and is read to its end."""
    length = environ.get("CONTENT_LENGTH") or ("" if "chunked" in environ.get("HTTP_TRANSFER_ENCODING", "").lower() else "0")
    if length and not (length.isascii() and length.isdigit()):
        raise Refused(400)
    wanted = int(length) if length and len(length) < 20 else MAX_BYTES + 1
    if length and wanted > MAX_BYTES:
        raise Refused(413)
    body: bytes = environ["wsgi.input"].read(wanted) if wanted else b""
    if len(body) > MAX_BYTES:
        raise Refused(413)
    return body


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

    def require(self, hooks: Hooks, hook: Hook, genuine: bool) -> None:
        """Refused with 403 and an empty body unless the signature is genuine; nothing of such a request is written."""
        if genuine:
            return
        names = sorted({name[:40] for name, _ in (*hook.query, *hook.form)})[:40]
        log.warning("bad signature", extra={"provider": hooks.name, "names": names})
        if hooks.own_account(hook.params()):
            self._count(hooks.name, hook)
        raise Refused(403)

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
    except (BadRequest, Refused):
        raise
    except Exception:
        log.exception("the commit failed; spooling", extra={"event": type(event).__name__})
        app.spool.keep(event, at, ref)
        return None
