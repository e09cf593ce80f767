"""The providers we speak to: one dict, one line for each.

Import-light on purpose: web processes import this. The worker side of a provider is `ivr.providers.<name>_texts` and `<name>_calls`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from ivr.model.errors import ConfigurationError
from ivr.model.ports import TextHooks, VoiceHooks
from ivr.model.replies import Document, Reject, Reply, Voice
from ivr.providers import plivo, plivo_documents, plivo_voices, twilio, twilio_documents, twilio_voices


class Hooks(VoiceHooks, TextHooks, Protocol):
    """The whole web side of a provider."""


@dataclass(frozen=True, slots=True)
class Provider:
    hooks: type[Hooks]  # built in `ivr.wiring`, which knows each one's credentials
    render: Callable[[Reply], Document]
    fallback_setting: str  # where the address of a fallback document is entered
    voice_fault: Callable[[Voice], str | None]  # why it would end a call that is spoken to in this voice

    @property
    def fallback(self) -> Document:
        """Refuses a call that rings, free of charge, when we are away."""
        return self.render(Reject())


PROVIDERS: dict[str, Provider] = {
    "plivo": Provider(plivo.Plivo, plivo_documents.render, plivo_documents.FALLBACK_SETTING, plivo_voices.voice_fault),
    "twilio": Provider(twilio.Twilio, twilio_documents.render, twilio_documents.FALLBACK_SETTING, twilio_voices.voice_fault),
}


def provider_named(name: str) -> Provider:
    """ConfigurationError for a provider we do not have."""
    if name not in PROVIDERS:
        raise ConfigurationError(f"There is no provider {name!r}; there are {', '.join(sorted(PROVIDERS))}.")
    return PROVIDERS[name]
