"""Missed calls as bytes on the wire: every one from another caller, signed as Plivo signs, made before the clock starts."""

from urllib.parse import urlencode, urlsplit

from ivr.sandbox.plivo_wire import PlivoWire
from ivr.sandbox.records import Accounts, Call

_FIRST_CALLER = 9_845_000_000  # a range that the numbering plan gives to mobiles alone
_STARTED_AT = 1_800_000_000_000


def caller(number: int) -> str:
    """The E.164 number of the caller with this serial number, 0 to 999,999."""
    return f"+91{_FIRST_CALLER + number}"


def missed_calls(public_url: str, line: str, accounts: Accounts, first: int, count: int) -> list[bytes]:
    """`count` requests to `POST /voice/plivo`, from callers `first` onwards, to a `line` in E.164."""
    wire = PlivoWire(accounts)
    url = f"{public_url}/voice/plivo"
    return [_request(wire, url, caller(number), line) for number in range(first, first + count)]


def _request(wire: PlivoWire, url: str, from_number: str, line: str) -> bytes:
    params = wire.call_params(Call(wire.new_call_id(), "plivo", from_number, line, _STARTED_AT, None))
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
