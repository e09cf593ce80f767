"""The addresses we hand out: where a provider reports an attempt, and what a person taps.

Only `A-Z a-z 0-9 _ / -` in a path, so that what the provider signs is what the server sees.
"""

from hashlib import sha256
from hmac import compare_digest, digest

from ivr.settings import Settings

_PURPOSE = "report"


def report_url(settings: Settings, provider: str, attempt_id: str) -> str:
    """Where `provider` reports this attempt; the MAC proves that we handed the address out, even where a signature covers no body."""
    return f"{settings.public_url}/texts/{provider}/report/{attempt_id}/{mac(settings, _PURPOSE, provider, attempt_id)}"


def is_our_report(settings: Settings, provider: str, attempt_id: str, given: str) -> bool:
    return is_ours(settings, _PURPOSE, provider, attempt_id, given)


def link_url(settings: Settings, header: str, token: str) -> str:
    """Our own short URL: the DLT header in its path, no query (TRAI, 20 August 2024)."""
    return f"{settings.public_url}/{header}/{token}"


def mac(settings: Settings, purpose: str, provider: str, ref: str) -> str:
    """32 hex digits that only we can make; one made for another purpose does not fit."""
    return _mac(settings.secret_key.get_secret_value(), purpose, provider, ref)


def is_ours(settings: Settings, purpose: str, provider: str, ref: str, given: str) -> bool:
    keys = (settings.secret_key, *settings.secret_key_fallbacks)
    return any(compare_digest(_mac(key.get_secret_value(), purpose, provider, ref).encode(), given.encode()) for key in keys)


def _mac(key: str, purpose: str, provider: str, ref: str) -> str:
    return digest(key.encode(), f"{purpose}/{provider}/{ref}".encode(), sha256).hex()[:32]
