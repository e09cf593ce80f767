"""What Plivo's messaging and voice APIs have in common: accounts, numbers, pages."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from uuid import uuid4

from flask import Response, request

from ivr.sandbox.numbers import normal, refuse_elsewhere
from ivr.sandbox.refusals import Answer, refusal
from ivr.sandbox.rest import authorised, reply
from ivr.sandbox.world import Sandbox

_PAGE = 20
_STRIPPED = str.maketrans("", "", "/-.+() ")


def check_account(world: Sandbox) -> Response | None:
    """The account in the path and the token must be ours."""
    account = (request.view_args or {}).pop("auth_id", "")
    known = account == world.accounts.plivo_auth_id and authorised(account, world.accounts.plivo_auth_token)
    return None if known else reply(refusal("plivo", "auth"))


def api_id() -> str:
    return str(uuid4())


def stripped(written: str) -> str:
    """Plivo drops punctuation."""
    return written.translate(_STRIPPED)


def as_number(written: str) -> str:
    """Plivo expects the country code first; alphanumeric senders stay as they are."""
    bare = stripped(written)
    return normal(f"+{bare}") if bare.isdigit() else bare


def moment_of(text: str) -> float:
    """UTC milliseconds of a filter's time; ValueError."""
    given = datetime.fromisoformat(text)
    return (given if given.tzinfo else given.replace(tzinfo=UTC)).timestamp() * 1000


def url_problem(name: str, url: str | None) -> str:
    """Why a webhook's address is refused; "" when there is none or it is on this machine."""
    try:
        refuse_elsewhere((url or "http://127.0.0.1").partition("#")[0])
    except ValueError as error:
        return f"{name} is not valid: {error}"
    return ""


def json_fields() -> dict[str, str]:
    """The JSON object sent, every value as text."""
    given = request.get_json(silent=True)
    return {name: str(value) for name, value in given.items() if value is not None} if isinstance(given, dict) else {}


def page_of(world: Sandbox, resource: str, wanted: Mapping[str, str], shown: Sequence[Mapping[str, object]]) -> Answer:
    """`limit` (at most 20) from `offset` on, with what Plivo says about the rest."""
    limit, offset = wanted.get("limit", str(_PAGE)), wanted.get("offset", "0")
    if not (limit.isdecimal() and offset.isdecimal() and 0 < int(limit) <= _PAGE):
        return refusal("plivo", message="limit must be between 1 and 20, offset 0 or more", status=400)
    size, start = int(limit), int(offset)
    there = f"/v1/Account/{world.accounts.plivo_auth_id}/{resource}/?limit={size}&offset="
    meta = {
        "limit": size,
        "offset": start,
        "total_count": len(shown),
        "previous": f"{there}{max(start - size, 0)}" if start else None,
        "next": f"{there}{start + size}" if start + size < len(shown) else None,
    }
    return Answer(200, {"api_id": api_id(), "meta": meta, "objects": list(shown[start : start + size])})
