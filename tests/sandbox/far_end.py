"""The far ends of the sandbox: a product that receives webhooks, the vendors' real SDKs, and a clock wound by hand."""

from collections import defaultdict
from dataclasses import dataclass
from functools import partial
from threading import Event, Lock
from urllib.parse import parse_qsl, urlsplit, urlunsplit

import plivo
import plivo.utils
import razorpay
import requests
from plivo import plivoxml
from twilio.http.http_client import TwilioHttpClient
from twilio.request_validator import RequestValidator
from twilio.rest import Client as TwilioClient
from twilio.twiml.voice_response import VoiceResponse

from ivr.sandbox.listener import Listener
from ivr.sandbox.world import Accounts

ACCOUNTS = Accounts("MA000000000000000000", "plivo-token-000000000000", "AC" + "0" * 32, "twilio-token-00000000000")
CALLER, LINE = "+919845012345", "08061914343"
SHOWN = "918061914348"  # the line from which the product calls
BUSY_PLIVO = '<Response><Hangup reason="busy"/></Response>'
BUSY_TWILIO = '<Response><Reject reason="busy"/></Response>'
DLT = {"dlt_entity_id": "1201", "dlt_template_id": "1207", "dlt_template_category": "service_implicit"}


class HandWoundClock:
    def __init__(self, now=1_795_330_200_000):
        self._now = now

    def now(self):
        return self._now

    def forward(self, ms):
        self._now += ms


@dataclass
class Received:
    path: str
    url: str
    method: str
    params: dict
    headers: dict
    genuine: bool
    body: str = ""


@dataclass
class Answer:
    body: str = ""
    status: str = "200 OK"
    content_type: str = "text/xml"
    hold: Event | None = None
    hang_up: bool = False
    location: str = ""


class Product:
    """Answers webhooks by script (the last answer of a path repeats) and checks every signature with the vendors' SDKs."""

    def __init__(self):
        self.received = []
        self._scripts = defaultdict(list)
        self._lock = Lock()
        self.answers("/voice/plivo", Answer(BUSY_PLIVO))
        self.answers("/voice/twilio", Answer(BUSY_TWILIO))
        self.listener = Listener(self._app)
        self.url = self.listener.url
        self.listener.start()

    def answers(self, path, *answers):
        self._scripts[path] = list(answers)

    def at(self, path):
        return [each for each in self.received if each.path == path]

    def _app(self, environ, start_response):
        path, query = environ["PATH_INFO"], environ["QUERY_STRING"]
        body = environ["wsgi.input"].read().decode()
        url = self.url + path + (f"?{query}" if query else "")
        headers = {name[5:].replace("_", "-"): value for name, value in environ.items() if name.startswith("HTTP_")}
        params = dict(parse_qsl(body or query, keep_blank_values=True))
        genuine = is_genuine(environ["REQUEST_METHOD"], url, headers, params if body else {}, body)
        with self._lock:
            self.received.append(Received(path, url, environ["REQUEST_METHOD"], params, headers, genuine, body))
            script = self._scripts[path] or [Answer()]
            answer = script.pop(0) if len(script) > 1 else script[0]
        if answer.hold is not None:
            answer.hold.wait(5)
        if answer.hang_up:
            environ["sandbox.connection"].shutdown(2)
        location = [("Location", answer.location)] if answer.location else []
        start_response(answer.status, [("Content-Type", answer.content_type), *location])
        return [answer.body.encode()]


def is_genuine(method, url, headers, params, body=""):
    checks = []
    if signature := headers.get("X-RAZORPAY-SIGNATURE"):
        checks.append(is_signed(body, signature, ACCOUNTS.razorpay_webhook_secret))
    if signature := headers.get("X-TWILIO-SIGNATURE"):
        checks.append(RequestValidator(ACCOUNTS.twilio_auth_token).validate(url, params, signature))
    for name in ("V3", "MA-V3"):
        if signature := headers.get(f"X-PLIVO-SIGNATURE-{name}"):
            nonce = headers["X-PLIVO-SIGNATURE-V3-NONCE"]
            checks.append(plivo.utils.validate_v3_signature(method, url, nonce, ACCOUNTS.plivo_auth_token, signature, dict(params)))
    for name in ("V2", "MA-V2"):
        if signature := headers.get(f"X-PLIVO-SIGNATURE-{name}"):
            checks.append(plivo.utils.validate_signature(url, headers["X-PLIVO-SIGNATURE-V2-NONCE"], signature, ACCOUNTS.plivo_auth_token))
    return bool(checks) and all(checks)


def is_signed(body, signature, secret):
    try:
        return razorpay.Utility().verify_webhook_signature(body, signature, secret)
    except razorpay.errors.SignatureVerificationError:
        return False


def gateway_client(base, secret=ACCOUNTS.razorpay_key_secret, timeout=5):
    """The SDK, with the timeout that it lacks, and without this machine's proxies."""
    session = requests.Session()
    session.trust_env = False
    session.request = partial(session.request, timeout=timeout)
    return razorpay.Client(session=session, auth=(ACCOUNTS.razorpay_key_id, secret), base_url=base)


def plivo_document(*elements):
    """Plivo XML of the vendor's own making."""
    response = plivoxml.ResponseElement()
    for element in elements:
        response.add(element)
    return response.to_string(False)


def plivo_menu(action, say="Press 1", **how):
    menu = plivoxml.GetInputElement(**{"action": action, "input_type": "dtmf", "num_digits": 1, "execution_timeout": 5, **how})
    return menu.add(plivoxml.SpeakElement(say, voice="Polly.Aditi", language="hi-IN"))


def twilio_menu(action, say="Press 1", **how):
    """A VoiceResponse that begins with a menu; the test may add to it."""
    twiml = VoiceResponse()
    gather = twiml.gather(**{"num_digits": 1, "timeout": 5, **({"action": action} if action else {}), **how})
    gather.say(say, voice="Polly.Aditi", language="hi-IN")
    return twiml


class _Elsewhere(requests.adapters.HTTPAdapter):
    """Sends Plivo's SDK to the sandbox, and keeps the answers that its exceptions hide."""

    def __init__(self, base):
        super().__init__()
        self.base = base
        self.answers = []

    def send(self, request, **kwargs):
        request.url = moved(request.url, self.base)
        answer = super().send(request, **kwargs)
        self.answers.append(answer)
        return answer


class _TwilioElsewhere(TwilioHttpClient):
    def __init__(self, base, timeout):
        super().__init__(timeout=timeout)
        self.base = base

    def request(self, method, url, *args, **kwargs):
        return super().request(method, moved(url, self.base), *args, **kwargs)


def moved(url, base):
    there, parts = urlsplit(base), urlsplit(url)
    return urlunsplit((there.scheme, there.netloc, parts.path, parts.query, ""))


def plivo_client(base, token=ACCOUNTS.plivo_auth_token, timeout=5):
    client = plivo.RestClient(ACCOUNTS.plivo_auth_id, token, timeout=timeout)
    client.adapter = _Elsewhere(base)
    client.session.mount("https://", client.adapter)
    return client


def twilio_client(base, token=ACCOUNTS.twilio_auth_token, timeout=5):
    return TwilioClient(ACCOUNTS.twilio_account_sid, token, http_client=_TwilioElsewhere(base, timeout))
