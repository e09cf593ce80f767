"""Missed calls as bytes on the wire: every one from another caller, signed as Plivo signs, made before the clock starts."""

from collections.abc import Mapping
from urllib.parse import urlencode, urlsplit

from ivr.sandbox.plivo_wire import PlivoWire
from ivr.sandbox.records import Accounts, Call

STARTED_AT = 1_800_000_000_000
_FIRST_CALLER = 9_845_000_000  # a range that the numbering plan gives to mobiles alone


def caller(number: int) -> str:
    """The E.164 number of the caller with this serial number, 0 to 999,999."""
    return f"+91{_FIRST_CALLER + number}"


def missed_calls(public_url: str, line: str, accounts: Accounts, first: int, count: int) -> list[bytes]:
    """`count` requests to `POST /voice/plivo`, from callers `first` onwards, to a `line` in E.164."""
    wire = PlivoWire(accounts)
    url = f"{public_url}/voice/plivo"
    calls = [Call(wire.new_call_id(), "plivo", caller(number), line, STARTED_AT, None) for number in range(first, first + count)]
    return [signed_post(wire, url, wire.call_params(call)) for call in calls]


def signed_post(wire: PlivoWire, url: str, params: Mapping[str, str]) -> bytes:
    """One request of Plivo's, from its first byte to its last."""
    body = urlencode(params)
    headers = {
        "Host": urlsplit(url).netloc,
        "Content-Type": "application/x-www-form-urlencoded",
        "Content-Length": str(len(body)),
        "Accept": "*/*",
        **wire.sign("POST", url, params),
    }
    head = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    return f"POST {urlsplit(url).path} HTTP/1.1\r\n{head}\r\n{body}".encode()
