"""The providers we speak to: one dict, one line for each.

Import-light on purpose: web processes import this. The worker side of a provider is `ivr.providers.<name>_texts` and `<name>_calls`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from ivr.model.errors import ConfigurationError
from ivr.model.ports import TextHooks, VoiceHooks
from ivr.model.replies import Document, Voice
from ivr.providers import plivo, plivo_documents, plivo_voices, twilio, twilio_documents, twilio_voices


class Hooks(VoiceHooks, TextHooks, Protocol):
    """The whole web side of a provider."""


@dataclass(frozen=True, slots=True)
class Provider:
    hooks: type[Hooks]  # built in `ivr.wiring`, which knows each one's credentials
    fallback: Document  # for the fallback URL: a static file that refuses the call when we are away
    voice_fault: Callable[[Voice], str | None]  # why it would end a call that is spoken to in this voice


PROVIDERS: dict[str, Provider] = {
    "plivo": Provider(plivo.Plivo, plivo_documents.FALLBACK, plivo_voices.voice_fault),
    "twilio": Provider(twilio.Twilio, twilio_documents.FALLBACK, twilio_voices.voice_fault),
}


def fallback_document(name: str) -> Document:
    """The static document for `name`'s fallback URL. ConfigurationError for a provider we do not have."""
    if name not in PROVIDERS:
        raise ConfigurationError(f"There is no provider {name!r}; there are {', '.join(sorted(PROVIDERS))}.")
    return PROVIDERS[name].fallback
