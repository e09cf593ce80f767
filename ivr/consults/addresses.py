"""The addresses of a payment: where the payer waits, where the gateway sends them back to, and which pages of a gateway we send them to."""

from re import compile as regex
from urllib.parse import urlsplit

from ivr.settings import Settings
from ivr.texts.addresses import is_ours, mac

_PURPOSE = "pay"
_HOSTS = ("razorpay.com", "rzp.io")  # a payment link is rzp.io/…, and goes on to pages of razorpay.com (Razorpay, payment links)
_AT_HOME = regex(r"https://(?:[a-z0-9-]+\.)*(?:razorpay\.com|rzp\.io)(?:/[!-\[\]-~]*)?")
_PLAIN = regex(r"[!-\[\]-~]*")  # printable ASCII without the backslash, which browsers read as a slash


def wait_path(settings: Settings, link_id: str) -> str:
    """Our page of one try to pay (a `pay_link`); the MAC proves that we handed its address out."""
    return f"/pay/{link_id}/{mac(settings, _PURPOSE, _PURPOSE, link_id)}"


def return_url(settings: Settings, link_id: str) -> str:
    """Where the gateway sends the payer's browser afterwards. It appends a query, which proves nothing and is not read."""
    return f"{settings.public_url}{wait_path(settings, link_id)}/back"


def is_our_try(settings: Settings, link_id: str, given: str) -> bool:
    return is_ours(settings, _PURPOSE, _PURPOSE, link_id, given)


def gateway_origins(settings: Settings) -> tuple[str, ...]:
    """Origins that a form may lead to, as a Content-Security-Policy writes them."""
    at_home = tuple(origin for host in _HOSTS for origin in (f"https://{host}", f"https://*.{host}"))
    return (*at_home, *_sandboxes(settings))


def is_gateway_page(settings: Settings, url: str) -> bool:
    """Whether this is a page of the gateway's, or of the sandbox that stands in for it: nobody is sent anywhere else."""
    if _AT_HOME.fullmatch(url):
        return True
    return bool(_PLAIN.fullmatch(url)) and any(url.startswith(f"{origin}/") for origin in _sandboxes(settings))


def _sandboxes(settings: Settings) -> tuple[str, ...]:
    """Both settings are refused in production."""
    parts = [urlsplit(url) for url in (settings.razorpay_api_url, settings.sandbox_url) if url]
    return tuple(dict.fromkeys(f"{part.scheme}://{part.netloc}" for part in parts))
