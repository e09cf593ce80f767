"""Operators: people who may use the console, and how they prove who they are."""

from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from hashlib import sha256
from re import compile as regex
from threading import Semaphore

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError

from ivr.model.errors import IvrError
from ivr.store import operators as store
from ivr.store.database import Database
from ivr.store.tx import Row

SHORTEST_PASSWORD = 10
LONGEST_PASSWORD = 200

_NAME = regex(r"[a-z][a-z0-9._-]{1,31}")
_hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)  # OWASP Password Storage Cheat Sheet: Argon2id, 19 MiB
_two_at_once = Semaphore(2)  # strangers who try passwords side by side must not take all memory


class Role(StrEnum):
    """Each may do what those before it may."""

    VIEWER = "viewer"
    OPERATOR = "operator"
    ADMIN = "admin"

    def includes(self, wanted: "Role") -> bool:
        ranks = list(Role)
        return ranks.index(self) >= ranks.index(wanted)


class OperatorRefused(IvrError):
    """This operator cannot be added: says what to change."""


@dataclass(frozen=True, slots=True)
class Operator:
    """Somebody who may use the console. `proof` changes with the password, and so ends sessions that began with another."""

    name: str
    role: Role
    proof: str


def add_operator(database: Database, name: str, password: str, role: Role | str, now: int) -> bool:
    """Add an operator, or give an existing one a new password and role; True when new. OperatorRefused, DatabaseAway."""
    if not _NAME.fullmatch(name):
        raise OperatorRefused("the name must be 2 to 32 small letters, digits, dots, hyphens or underscores, beginning with a letter")
    if role not in list(Role):
        raise OperatorRefused(f"the role must be one of {', '.join(Role)}")
    if not SHORTEST_PASSWORD <= len(password) <= LONGEST_PASSWORD:
        raise OperatorRefused(
            f"the password must have {SHORTEST_PASSWORD} to {LONGEST_PASSWORD} characters; three or four random words do well"
        )
    password_hash = _hasher.hash(password)
    return database.write(lambda tx: store.put(tx, name=name, password_hash=password_hash, role=str(role), now=now))


def check_password(database: Database, name: str, password: str) -> Operator | None:
    """Who this is, or None. An unknown name takes as long as a wrong password, so that names cannot be found out. DatabaseAway."""
    row = _row(database, name)
    with _two_at_once:
        stranger = _hash_of_nobody()
        right = _verify(stranger if row is None else row.password_hash, password[: LONGEST_PASSWORD + 1])
    return _operator(row) if row is not None and right else None


def find_operator(database: Database, name: str) -> Operator | None:
    """The operator as now on record. DatabaseAway."""
    row = _row(database, name)
    return None if row is None else _operator(row)


def _row(database: Database, name: str) -> Row | None:
    if not _NAME.fullmatch(name):
        return None
    with database.read() as tx:
        return store.get(tx, name)


def _operator(row: Row) -> Operator:
    role = Role(row.role) if row.role in list(Role) else Role.VIEWER
    return Operator(row.name, role, sha256(row.password_hash.encode()).hexdigest()[:16])


def _verify(password_hash: str, password: str) -> bool:
    try:
        return _hasher.verify(password_hash, password)
    except (Argon2Error, InvalidHashError):
        return False


@cache
def _hash_of_nobody() -> str:
    return _hasher.hash("nobody has this password")
