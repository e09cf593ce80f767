"""A sheet between the look at it and its import: sealed, in the hands of the browser that sent it, and nowhere on a disk."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from json import dumps, loads
from zlib import compress, decompress

from ivr.model.errors import ConfigurationError, IvrError
from ivr.store.vault import Vault

LARGEST_SHEET = 250_000
"""Bytes: about a thousand doctors."""
_PURPOSE = "a sheet of doctors"
_LASTS_MS = 60 * 60_000


class SheetGone(IvrError):
    """This is not the sheet that was looked at: choose the file again."""


def keep(vault: Vault, text: str, operator: str, now: int) -> str:
    """For this operator, for an hour. `now`: UTC milliseconds."""
    kept = {"purpose": _PURPOSE, "operator": operator, "until": now + _LASTS_MS, "sheet": text}
    return urlsafe_b64encode(vault.seal(compress(dumps(kept).encode()))).decode()


def kept_sheet(vault: Vault, sealed: str, operator: str, now: int) -> str:
    """Exactly the text that was kept. SheetGone for anything that `keep` did not give to this operator within the hour."""
    try:
        found = loads(decompress(vault.open(urlsafe_b64decode(sealed.encode("ascii")))))
    except (ValueError, ConfigurationError):
        raise SheetGone("this is not the sheet that was looked at; choose the file again") from None
    if not isinstance(found, dict) or (found.get("purpose"), found.get("operator")) != (_PURPOSE, operator):
        raise SheetGone("somebody else has looked at this sheet; choose the file again")
    if now > found["until"]:
        raise SheetGone("it was looked at more than an hour ago; choose the file again")
    return str(found["sheet"])
