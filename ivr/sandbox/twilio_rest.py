"""What Twilio's messaging and voice APIs have in common: accounts, addresses, pages."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from urllib.parse import urlencode

from flask import Response, request

from ivr.sandbox.numbers import refuse_elsewhere
from ivr.sandbox.refusals import Answer, refusal
from ivr.sandbox.rest import authorised, reply
from ivr.sandbox.twilio_wire import API_VERSION
from ivr.sandbox.world import Sandbox

_PAGE = 50


def check_account(world: Sandbox) -> Response | None:
    """The account in the path and the token must be ours."""
    account = (request.view_args or {}).pop("account", "")
    known = account == world.accounts.twilio_account_sid and authorised(account, world.accounts.twilio_auth_token)
    return None if known else reply(refusal("twilio", "20003"))


def is_ours(url: str) -> bool:
    """Whether a webhook's address is on this machine, or there is none."""
    try:
        return not url or bool(refuse_elsewhere(url.partition("#")[0]))
    except ValueError:
        return False


def second_of(text: str) -> int:
    """UTC seconds of a filter's time; ValueError."""
    given = datetime.fromisoformat(text)
    return int((given if given.tzinfo else given.replace(tzinfo=UTC)).timestamp())


def page_of(world: Sandbox, resource: str, wanted: Mapping[str, str], shown: Sequence[Mapping[str, object]]) -> Answer:
    """Page `Page` of `PageSize`, with the addresses of the next and the first."""
    size_text, page_text = wanted.get("PageSize", str(_PAGE)), wanted.get("Page", "0")
    if not (size_text.isdecimal() and page_text.isdecimal() and int(size_text)):
        return refusal("twilio", "20500", 400, message="PageSize is 1 to 1000, Page 0 or more")
    size, page = min(int(size_text), 1000), int(page_text)
    here = f"/{API_VERSION}/Accounts/{world.accounts.twilio_account_sid}/{resource}.json"
    following = urlencode({**wanted, "PageSize": size, "Page": page + 1})
    body: dict[str, object] = {
        resource.lower(): list(shown[page * size : (page + 1) * size]),
        "page": page,
        "page_size": size,
        "start": page * size,
        "end": min((page + 1) * size, len(shown)) - 1,
        "uri": here,
        "first_page_uri": f"{here}?{urlencode({**wanted, 'PageSize': size, 'Page': 0})}",
        "next_page_uri": f"{here}?{following}" if (page + 1) * size < len(shown) else None,
        "previous_page_uri": None,
    }
    return Answer(200, body)
