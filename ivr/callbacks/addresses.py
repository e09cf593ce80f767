"""Where a provider asks for the document of a call that we placed, and where it says that the call is over."""

from ivr.settings import Settings
from ivr.texts.addresses import is_ours, mac

_PURPOSE = "dial"


def dial_urls(settings: Settings, provider: str, dial_id: str) -> tuple[str, str]:
    """Answer and end; the MAC proves that we handed them out, the id names the dial even when our own request timed out."""
    answer = f"{settings.public_url}/voice/{provider}/dial/{dial_id}/{mac(settings, _PURPOSE, provider, dial_id)}"
    return answer, f"{answer}/status"


def is_our_dial(settings: Settings, provider: str, dial_id: str, given: str) -> bool:
    return is_ours(settings, _PURPOSE, provider, dial_id, given)
