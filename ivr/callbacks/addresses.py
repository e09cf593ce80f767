"""Where a provider asks for the document of a call that we placed, and where it says that the call is over."""

from ivr.settings import Settings
from ivr.texts.addresses import is_ours, mac

_PURPOSE = "dial"


def dial_urls(settings: Settings, provider: str, dial_id: str) -> tuple[str, str]:
    """Answer and end; the MAC proves that we handed them out, the id names the dial even when our own request timed out."""
    answer = f"{settings.public_url}/voice/{provider}/dial/{dial_id}/{mac(settings, _PURPOSE, provider, dial_id)}"
    return answer, f"{answer}/status"


def outbound_file(provider: str) -> str:
    """The static document of calls that we place; see `ivr.fallbacks`."""
    return f"{provider}-outbound.xml"


def fallback_url(settings: Settings, provider: str) -> str:
    """Where a provider finds it when we are away; "" when nobody serves it."""
    return f"{settings.fallback_url}/{outbound_file(provider)}" if settings.fallback_url else ""


def is_our_dial(settings: Settings, provider: str, dial_id: str, given: str) -> bool:
    return is_ours(settings, _PURPOSE, provider, dial_id, given)
