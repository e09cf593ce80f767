"""The addresses we hand out: where a provider reports an attempt, and what a person taps.

Only `A-Z a-z 0-9 _ / -` in a path, so that what the provider signs is what the server sees.
"""

from hashlib import sha256
from hmac import compare_digest, digest

from ivr.settings import Settings


def report_url(settings: Settings, provider: str, attempt_id: str) -> str:
    """Where `provider` reports this attempt; the MAC proves that we handed the address out, even where a signature covers no body."""
    mac = _mac(settings.secret_key.get_secret_value(), provider, attempt_id)
    return f"{settings.public_url}/texts/{provider}/report/{attempt_id}/{mac}"


def is_our_report(settings: Settings, provider: str, attempt_id: str, mac: str) -> bool:
    keys = (settings.secret_key, *settings.secret_key_fallbacks)
    return any(compare_digest(_mac(key.get_secret_value(), provider, attempt_id).encode(), mac.encode()) for key in keys)


def link_url(settings: Settings, header: str, token: str) -> str:
    """Our own short URL: the DLT header in its path, no query (TRAI, 20 August 2024)."""
    return f"{settings.public_url}/{header}/{token}"


def _mac(key: str, provider: str, attempt_id: str) -> str:
    return digest(key.encode(), f"report/{provider}/{attempt_id}".encode(), sha256).hex()[:32]
