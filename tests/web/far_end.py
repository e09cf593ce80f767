"""A provider at our door: signs with its vendor's SDK, through the sandbox's wires."""

from collections.abc import Mapping
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from ivr.sandbox.curl import WIRES, ringing
from ivr.sandbox.records import Accounts, Call, Ending
from ivr.settings import Settings
from tests.clock import HandClock


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
