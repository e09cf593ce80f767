"""The providers we speak to: one dict, one line for each.

Import-light on purpose: web processes import this. The worker side of a provider is `ivr.providers.<name>_texts`.
"""

from dataclasses import dataclass
from typing import Protocol

from ivr.model.errors import ConfigurationError
from ivr.model.ports import TextHooks, VoiceHooks
from ivr.model.replies import Document
from ivr.providers import plivo, twilio


class Hooks(VoiceHooks, TextHooks, Protocol):
    """The whole web side of a provider."""


@dataclass(frozen=True, slots=True)
class Provider:
    hooks: type[Hooks]  # built in `ivr.wiring`, which knows each one's credentials
    fallback: Document  # for the fallback URL: a static file that refuses the call when we are away


PROVIDERS: dict[str, Provider] = {
    "plivo": Provider(plivo.Plivo, plivo.FALLBACK),
    "twilio": Provider(twilio.Twilio, twilio.FALLBACK),
}


def fallback_document(name: str) -> Document:
    """The static document for `name`'s fallback URL. ConfigurationError for a provider we do not have."""
    if name not in PROVIDERS:
        raise ConfigurationError(f"There is no provider {name!r}; there are {', '.join(sorted(PROVIDERS))}.")
    return PROVIDERS[name].fallback
