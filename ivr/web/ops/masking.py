"""Numbers as the console shows them. Pure but for the key."""

from ivr.model.errors import ConfigurationError
from ivr.store.vault import Vault


def masked(vault: Vault, sealed: bytes | None) -> str:
    """A sealed number, masked; "" for none."""
    if sealed is None:
        return ""
    try:
        return vault.phone(sealed).masked
    except ConfigurationError:
        return "number sealed with a key that DATA_KEY lacks"
