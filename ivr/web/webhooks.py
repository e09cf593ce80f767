"""Webhooks: the routes that providers sign, answered before Flask, of which they need nothing (docs/adr/0012).

Whatever comes: 200 or 204 when taken, 400, 403, 404, 405 or 413 when not, and never a 5xx that a stranger could cause.
"""

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from re import ASCII
from re import compile as regex
from wsgiref.types import StartResponse, WSGIEnvironment

from ivr.model.errors import BadRequest
from ivr.model.ports import Hook
from ivr.model.replies import HangUp, Reply
from ivr.providers import PROVIDERS, Hooks
from ivr.web import texts, voice
from ivr.web.guard import Answer, Guard, Refused, hook_of
from ivr.wiring import App

log = logging.getLogger(__name__)

_PATH = regex(r"/(?:voice|texts)/[A-Za-z0-9_/-]+", ASCII)
_NUMBER = regex(r"[0-9]{1,4}", ASCII)
_STATUS = {
    200: "200 OK",
    204: "204 No Content",
    400: "400 Bad Request",
    403: "403 Forbidden",
    404: "404 Not Found",
    405: "405 Method Not Allowed",
    413: "413 Content Too Large",
    500: "500 Internal Server Error",
}


@dataclass(frozen=True, slots=True)
class Route:
    """`verify` says which signature this route bears; `handle` gets what the address carried besides the provider."""

    verify: Callable[[Hooks, Hook], bool]
    handle: Callable[..., Answer]


def _voice(hooks: Hooks, hook: Hook) -> bool:
    return hooks.verify_voice(hook)


def _text(hooks: Hooks, hook: Hook) -> bool:
    return hooks.verify_text(hook)


RING, STATUS = Route(_voice, voice.ring), Route(_voice, voice.status)
TURN, AGAIN = Route(_voice, voice.turn), Route(_voice, voice.again)
ROOM = Route(_voice, voice.room)
ANSWERED, DIAL_STATUS = Route(_voice, voice.answered), Route(_voice, voice.dial_status)
INCOMING, REPORT = Route(_text, texts.incoming), Route(_text, texts.report)


def route_of(path: str) -> tuple[Route, str, tuple[str, ...]] | None:
    """The route of a path, its provider and what else it carries; None when it is no webhook's."""
    if not _PATH.fullmatch(path):
        return None
    _, side, provider, *rest = path.split("/")
    found = _voice_route(rest) if side == "voice" else _text_route(rest)
    return None if found is None or not provider else (found[0], provider, found[1])


def _voice_route(rest: list[str]) -> tuple[Route, tuple[str, ...]] | None:
    match rest:
        case []:
            return RING, ()
        case ["status"]:
            return STATUS, ()
        case ["turn", call, number, *times] if call and len(times) < 2 and all(map(_NUMBER.fullmatch, (number, *times))):
            return TURN, (call, number, *times)
        case ["turn", call, number, "again", times] if call and _NUMBER.fullmatch(number) and _NUMBER.fullmatch(times):
            return AGAIN, (call, number, times)
        case ["room", consult, number] if consult and _NUMBER.fullmatch(number):
            return ROOM, (consult, number)
        case ["dial", dial, mac]:
            return ANSWERED, (dial, mac)
        case ["dial", dial, mac, "status"]:
            return DIAL_STATUS, (dial, mac)
        case _:
            return None


def _text_route(rest: list[str]) -> tuple[Route, tuple[str, ...]] | None:
    match rest:
        case ["incoming"]:
            return INCOMING, ()
        case ["report", attempt, mac]:
            return REPORT, (attempt, mac)
        case _:
            return None


class Webhooks:
    def __init__(self, app: App) -> None:
        self._app = app
        self._guard = Guard(app)

    def answer(self, environ: WSGIEnvironment) -> Answer | None:
        """What a provider is answered; None when this is not for us."""
        found = route_of(environ.get("PATH_INFO", ""))
        if found is None:
            return None
        route, provider, carried = found
        try:
            return self._take(route, provider, carried, environ)
        except Refused as refusal:
            return refusal.answer
        except BadRequest as error:
            return Answer(400, f"{error}\n".encode(), "text/plain; charset=utf-8")
        except Exception as error:
            log.critical("unexpected error", exc_info=error, extra={"path": environ["PATH_INFO"]})
            return self._sorry(route, provider)

    def _take(self, route: Route, provider: str, carried: tuple[str, ...], environ: WSGIEnvironment) -> Answer:
        hooks = self._app.hooks.get(provider)
        if hooks is None:
            raise Refused(404)
        if environ["REQUEST_METHOD"] not in ("POST", "GET"):
            raise Refused(405)
        hook = hook_of(environ, self._app.settings.public_url)
        self._guard.require(hooks, hook, route.verify(hooks, hook))
        return route.handle(self._app, hooks, hook, *carried)

    def _sorry(self, route: Route, provider: str) -> Answer:
        """A defect of ours. A caller still hears something: the free reject while it rings, kind words once it is answered.

        An error page would answer the call and bill it, or be read out by the provider.
        """
        if route is RING:
            document = PROVIDERS[provider].fallback
        elif route in (TURN, AGAIN, ANSWERED):
            document = self._app.hooks[provider].render(self._kind_words(provider))
        else:
            return Answer(500)
        return Answer(200, document.body, document.content_type)

    def _kind_words(self, provider: str) -> Reply:
        try:
            return self._app.menus.sorry(provider)
        except Exception:
            log.exception("not even an apology can be said")
            return HangUp()


def send(answer: Answer, start_response: StartResponse) -> Iterable[bytes]:
    """WSGI's way of answering."""
    headers: list[tuple[str, str]] = []
    if answer.status != 204:
        headers.append(("Content-Length", str(len(answer.body))))
    if answer.content_type:
        headers.append(("Content-Type", answer.content_type))
    if answer.status == 405:
        headers.append(("Allow", "GET, POST"))
    start_response(_STATUS[answer.status], headers)
    return [answer.body]
