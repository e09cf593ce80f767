"""Reply → exact XML, and the same document as the vendor's own builder makes."""

from xml.etree import ElementTree

import pytest
from plivo import plivoxml
from twilio.twiml.voice_response import VoiceResponse

from ivr.model.errors import ConfigurationError
from ivr.model.replies import Document, Reject, RejectReason
from ivr.providers import PROVIDERS, fallback_document
from ivr.providers.plivo import Plivo
from ivr.providers.twilio import Twilio

PLIVO = Plivo("MA000000000000000000", ("token",))
TWILIO = Twilio("AC" + "0" * 32, ("token",))


def canonical(document: bytes | str) -> str:
    return ElementTree.canonicalize(document.decode() if isinstance(document, bytes) else document)


@pytest.mark.parametrize(
    ("provider", "reply", "xml"),
    [
        (PLIVO, Reject(), b'<Response><Hangup reason="busy"/></Response>'),
        (PLIVO, Reject(RejectReason.REJECTED), b'<Response><Hangup reason="rejected"/></Response>'),
        (TWILIO, Reject(), b'<Response><Reject reason="busy"/></Response>'),
        (TWILIO, Reject(RejectReason.REJECTED), b'<Response><Reject reason="rejected"/></Response>'),
    ],
)
def test_each_reply_is_exactly_this_document(provider: Plivo | Twilio, reply: Reject, xml: bytes) -> None:
    assert provider.render(reply) == Document(xml, "text/xml; charset=utf-8")


@pytest.mark.parametrize("reason", list(RejectReason))
def test_the_vendors_own_builders_make_the_same_documents(reason: RejectReason) -> None:
    by_plivo = plivoxml.ResponseElement().add(plivoxml.HangupElement(reason=reason.value)).to_string(pretty=False)
    by_twilio = VoiceResponse()
    by_twilio.reject(reason=reason.value)
    assert canonical(PLIVO.render(Reject(reason)).body) == canonical(by_plivo)
    assert canonical(TWILIO.render(Reject(reason)).body) == canonical(str(by_twilio))


@pytest.mark.parametrize(("provider", "verb"), [(PLIVO, "Hangup"), (TWILIO, "Reject")])
@pytest.mark.parametrize("reason", list(RejectReason))
def test_a_refusal_is_the_first_and_only_verb_so_the_caller_pays_nothing(provider: Plivo | Twilio, verb: str, reason: RejectReason) -> None:
    body = provider.render(Reject(reason)).body
    assert body.startswith(f"<Response><{verb} ".encode())
    root = ElementTree.fromstring(body)
    assert [child.tag for child in root] == [verb]
    assert root[0].attrib == {"reason": reason.value}


def test_the_fallback_document_is_the_busy_refusal() -> None:
    assert fallback_document("plivo") == PLIVO.render(Reject())
    assert fallback_document("twilio") == TWILIO.render(Reject())
    with pytest.raises(ConfigurationError, match="'exotel'; there are plivo, twilio"):
        fallback_document("exotel")


def test_each_entry_of_the_registry_bears_the_name_of_its_hooks() -> None:
    assert {name: provider.hooks.name for name, provider in PROVIDERS.items()} == {"plivo": "plivo", "twilio": "twilio"}
