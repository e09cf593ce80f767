"""How a page names people and lines: a number is masked, a line has its name before it."""

from collections.abc import Callable

from ivr.lines import Lines
from ivr.model.errors import ConfigurationError
from ivr.model.values import Phone
from ivr.store.vault import Vault


def masking(vault: Vault) -> Callable[[bytes], str]:
    """Opens a sealed number and masks it; one that no key opens does not hide the rest of a page."""

    def masked(sealed: bytes) -> str:
        try:
            return vault.phone(sealed).masked
        except ConfigurationError:
            return "number sealed with a key that DATA_KEY lacks"

    return masked


def naming(lines: Lines) -> Callable[[str], str]:
    """A line's name and published number from its E.164 form, that itself when it is none of ours."""

    def name(e164: str) -> str:
        found = lines.find(Phone(e164)) if e164 else None
        return f"{found.name} {found.published}" if found else e164

    return name
