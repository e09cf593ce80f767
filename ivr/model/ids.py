"""One kind of id: a ULID, 26 characters, sorted by the time it was made."""

from secrets import randbits

_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_PAIRS = [high + low for high in _ALPHABET for low in _ALPHABET]
LENGTH = 26
_SHIFTS = range(120, -1, -10)

LAST = "Z"
"""After every id, in whatever order a database sorts letters: an id begins with a digit."""


def new_id(now: int) -> str:
    """A fresh ULID for the moment `now` (UTC milliseconds). Source: the ULID specification's canonical encoding."""
    return id_of(now, randbits(80))


def id_of(at: int, chance: int) -> str:
    """The ULID of a moment and 80 bits of chance: for invented data, which must come out the same each time."""
    return _encode((at << 80) | chance)


def first_id(at: int) -> str:
    """The smallest id of the moment `at`: ids from then on are not less, so a primary key is also an index by time."""
    return _encode(at << 80)


def time_of(made: str) -> int:
    """When an id was made, UTC milliseconds."""
    number = 0
    for character in made[:10]:
        number = number << 5 | _ALPHABET.index(character)
    return number


def _encode(number: int) -> str:
    return "".join([_PAIRS[(number >> shift) & 1023] for shift in _SHIFTS])
