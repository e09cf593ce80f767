"""A provider's first webhook as a shell command, signed with the vendor's SDK: to see by hand what we answer."""

from collections.abc import Callable, Mapping
from shlex import quote
from urllib.parse import urlencode

from ivr.model.ports import Clock
from ivr.sandbox.plivo_wire import PlivoWire
from ivr.sandbox.records import Accounts, Call
from ivr.sandbox.twilio_wire import TwilioWire
from ivr.sandbox.wires import Wire

WIRES: dict[str, Callable[[Accounts], Wire]] = {"plivo": PlivoWire, "twilio": TwilioWire}


def ringing(wire: Wire, caller: str, line: str, clock: Clock) -> dict[str, str]:
    """The parameters of a new call from `caller` to `line`, both E.164."""
    return dict(wire.call_params(Call(wire.new_call_id(), wire.name, caller, line, clock.now(), None)))


def signed_curl(provider: str, target: str, accounts: Accounts, caller: str, line: str, clock: Clock) -> str:
    """One curl command that is a genuine missed call at `target` (PUBLIC_URL). KeyError for an unknown provider."""
    wire = WIRES[provider](accounts)
    url = f"{target}/voice/{provider}"
    params = ringing(wire, caller, line, clock)
    return _command(url, params, wire.sign("POST", url, params))


def _command(url: str, params: Mapping[str, str], headers: Mapping[str, str]) -> str:
    parts = [
        "curl -si",
        *(f"-H {quote(f'{name}: {value}')}" for name, value in headers.items()),
        f"-d {quote(urlencode(params))}",
        quote(url),
    ]
    return " \\\n  ".join(parts)
