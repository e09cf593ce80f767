"""The PIN that opens a doctor's cards: six digits that the doctor chose, kept as an Argon2id hash."""

from hashlib import sha256
from re import compile as regex
from threading import Semaphore

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError

from ivr.model.errors import IvrError
from ivr.store import cards as store
from ivr.store.database import Database
from ivr.store.tx import Row, Tx

PIN_DIGITS = 6
MOST_WRONG = 5
"""Wrong PINs in a row, after which a card stays shut until its doctor has a new PIN: one in 200,000 to guess it."""

_SHAPE = regex(rf"[0-9]{{{PIN_DIGITS}}}")
_RUNS = "01234567890", "09876543210"
_hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)  # OWASP Password Storage Cheat Sheet: Argon2id, 19 MiB
_two_at_once = Semaphore(2)  # strangers who try PINs side by side must not take all memory


class PinRefused(IvrError):
    """This PIN cannot be set, or for this doctor: says what to change."""


def choose_pin(database: Database, registration: str, pin: str, at: int, council: str = "") -> str:
    """Give a doctor a new PIN and unlock their cards; the doctor's name. Open cards close. PinRefused, DatabaseAway.

    `registration`: the number, in letters of any size; `council`: only needed when two councils gave the same number.
    """
    if not _SHAPE.fullmatch(pin):
        raise PinRefused("the PIN must be six digits")
    if len(set(pin)) < 3 or any(pin in run for run in _RUNS):
        raise PinRefused("the PIN is one of the first that anybody tries; choose another")
    pin_hash = _hasher.hash(pin)

    def chosen(tx: Tx) -> str:
        doctor = _only(store.registered(tx, " ".join(registration.upper().split())), council)
        store.set_pin(tx, doctor.id, pin_hash, at)
        store.unlock(tx, doctor.id)
        return str(doctor.name)

    return database.write(chosen)


def _only(doctors: list[Row], council: str) -> Row:
    found = [each for each in doctors if not council or each.council.casefold() == council.strip().casefold()]
    if not found:
        raise PinRefused("no doctor has this registration number; `python -m ivr doctors list` shows them")
    if len(found) > 1:
        raise PinRefused(f"doctors of several councils have this number; add --council: {', '.join(each.council for each in found)}")
    return found[0]


def tidy(typed: str) -> str:
    """The digits that somebody typed, without blanks; "" when that is no PIN."""
    digits = "".join(typed[:40].split())
    return digits if _SHAPE.fullmatch(digits) else ""


def fits(pin_hash: str, pin: str) -> bool:
    with _two_at_once:
        try:
            return _hasher.verify(pin_hash, pin)
        except (Argon2Error, InvalidHashError):
            return False


def proof(pin_hash: str) -> str:
    """Changes with the PIN, and so ends what was opened with another."""
    return sha256(pin_hash.encode()).hexdigest()[:16]
