"""One kind of id: a ULID, 26 characters, sorted by the time it was made."""

from secrets import randbits

_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH = 26


def new_id(now: int) -> str:
    """A fresh ULID for the moment `now` (UTC milliseconds). Source: the ULID specification's canonical encoding."""
    number = (now << 80) | randbits(80)
    return "".join(_ALPHABET[(number >> shift) & 31] for shift in range(125, -1, -5))
