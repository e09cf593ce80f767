"""A provider at our door: signs with its vendor's SDK, through the sandbox's wires."""

import re
from collections.abc import Mapping
from typing import Any
from xml.etree import ElementTree

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from ivr.sandbox.curl import WIRES, ringing
from ivr.sandbox.records import Accounts, Call, Ending
from ivr.settings import Settings
from tests.clock import HandClock

MENU_LINE, CALL_BACK_LINE = "+918061914344", "+918061914348"


class Provider:
    """Sends the webhooks of one provider to a test client."""

    def __init__(self, name: str, settings: Settings, client: FlaskClient, clock: HandClock) -> None:
        accounts = Accounts(
            settings.plivo_auth_id,
            settings.plivo_auth_token[0].get_secret_value(),
            settings.twilio_account_sid,
            settings.twilio_auth_token[0].get_secret_value(),
        )
        self.name = name
        self.wire = WIRES[name](accounts)
        self.client = client
        self._public_url = settings.public_url
        self._clock = clock

    def ringing(self, caller: str = "+919845012345", line: str = "+918061914343") -> dict[str, str]:
        return ringing(self.wire, caller, line, self._clock)

    def ended(self, caller: str = "+919845012345", line: str = "+918061914343") -> dict[str, str]:
        call = Call(self.wire.new_call_id(), self.name, caller, line, self._clock.now(), None)
        return self.wire.ended_params(call, Ending(self.wire.cancelled), self._clock.now())

    def send(self, path: str, params: Mapping[str, str], *, texting: bool = False, **more: Any) -> TestResponse:
        """POST, correctly signed."""
        sign = self.wire.sign_text if texting else self.wire.sign
        return self.client.post(path, data=dict(params), headers=sign("POST", self._public_url + path, params), **more)

    def get(self, path: str, query: str) -> TestResponse:
        """GET, correctly signed, with the query as it stands."""
        url = f"{self._public_url}{path}?{query}"
        return self.client.get(f"{path}?{query}", headers=self.wire.sign("GET", url, {}))

    def rings(self, **who: str) -> TestResponse:
        return self.send(f"/voice/{self.name}", self.ringing(**who))

    def live_call(self, line: str = MENU_LINE, *, id: str = "", outbound: bool = False) -> "LiveCall":
        """A call of which we have not been told yet; `id`: the provider's, a new one otherwise."""
        direction = "outbound" if outbound else "inbound"
        call = Call(id or self.wire.new_call_id(), self.name, "+919845012345", line, self._clock.now(), None, direction=direction)
        return LiveCall(self, call)

    @property
    def now(self) -> int:
        return self._clock.now()


class LiveCall:
    """A call that goes on: it asks for document after document, as its provider would."""

    def __init__(self, far_end: Provider, call: Call) -> None:
        self._far_end = far_end
        self.call = call

    def arrives(self) -> TestResponse:
        return self.asks(f"/voice/{self._far_end.name}", first=True)

    def presses(self, path: str, keys: str = "") -> TestResponse:
        """No keys: silence."""
        return self.asks(path, self._far_end.wire.digits_params(keys, ""))

    def asks(self, path: str, said: Mapping[str, str] | None = None, *, first: bool = False) -> TestResponse:
        """`said`: what came of the last document; it stands, whatever else the provider would say."""
        wire = self._far_end.wire
        if not first:
            self.call.answered_at, self.call.state = self.call.started_at, "live"
        params = wire.call_params(self.call) if first else wire.turn_params(self.call)
        return self._far_end.send(path, {**params, **(said or {})})

    def ends(self, path: str = "") -> TestResponse:
        """It was answered, and the person hangs up."""
        wire, now = self._far_end.wire, self._far_end.now
        person = "Callee" if self.call.outbound else "Caller"
        params = wire.ended_params(self.call, Ending(wire.codes["hung up"], True, 20, source=person), now)
        return self._far_end.send(path or f"/voice/{self._far_end.name}/status", params)


def heard(answer: TestResponse) -> str:
    """What a valid document says, "" when it says nothing; an AssertionError for anything that no provider would perform."""
    assert (answer.status_code, answer.content_type) == (200, "text/xml; charset=utf-8"), (answer.status_code, answer.text)
    document = ElementTree.fromstring(answer.data)
    assert document.tag == "Response"
    assert len(document), answer.text
    return " ".join(each.text or "" for each in document.iter() if each.tag in ("Speak", "Say"))


def next_path(answer: TestResponse) -> str:
    """Where the document has the call ask for its next one."""
    found = re.search(r"https://calls\.example(/voice/[A-Za-z0-9_/-]+)", answer.text)
    assert found, answer.text
    return found[1]
