"""Who has opened a card: a cookie that fits one card, one doctor and one PIN, for half an hour. It is signed, and says nothing."""

from flask import Response, request

from ivr.cards.opening import Door
from ivr.settings import Settings
from ivr.texts.addresses import is_ours, mac

OPEN_MS = 30 * 60_000
COOKIE = "card"
_PURPOSE = "card"


def let_in(response: Response, settings: Settings, door: Door, path: str, now: int) -> Response:
    """From now on for 30 minutes. `path`: of this card's link, the only place that the cookie is sent to."""
    until = str(now + OPEN_MS)
    value = f"{until}.{mac(settings, _PURPOSE, until, _names(door))}"
    response.set_cookie(COOKIE, value, max_age=OPEN_MS // 1000, path=path, **_kept(settings))  # type: ignore[arg-type]
    return response


def let_out(response: Response, settings: Settings, path: str) -> Response:
    response.delete_cookie(COOKIE, path=path, **_kept(settings))  # type: ignore[arg-type]
    return response


def is_in(settings: Settings, door: Door, now: int) -> bool:
    """Whether this request comes from somebody who entered the PIN of this card's doctor."""
    until, _, given = request.cookies.get(COOKIE, "").partition(".")
    if not door.proof or len(until) > 15 or not (until.isascii() and until.isdigit()) or int(until) <= now:
        return False
    return is_ours(settings, _PURPOSE, until, _names(door), given)


def _names(door: Door) -> str:
    return f"{door.consult_id}/{door.doctor_id}/{door.proof}"


def _kept(settings: Settings) -> dict[str, object]:
    return {"httponly": True, "samesite": "Strict", "secure": settings.public_url.startswith("https://")}
