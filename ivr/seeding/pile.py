"""Rows to be, by table: gathered, then written in batches."""

from collections import defaultdict
from collections.abc import Callable
from random import Random
from typing import Any

from ivr.model.ids import id_of
from ivr.store import seeding as store
from ivr.store.database import Database

_BATCH = 20_000
_LETTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_READABLE = "ACDEFHJKMNPRTUVWXY34679"


class Pile:
    """Ids and tokens come from `random`, so that the same seed makes the same ones."""

    def __init__(self, database: Database, random: Random, say: Callable[[str], None]) -> None:
        self.random = random
        self._database, self._say = database, say
        self._rows: dict[str, list[dict[str, Any]]] = defaultdict(list)
        self._waiting = 0
        self.written = 0

    def id(self, at: int) -> str:
        return id_of(at, self.random.getrandbits(80))

    def token(self) -> str:
        return "".join(self.random.choices(_LETTERS, k=10))

    def reference(self) -> str:
        """As `ivr.model.tokens.new_reference` makes them."""
        letters = "".join(self.random.choices(_READABLE, k=8))
        return f"{letters[:4]}-{letters[4:]}"

    def add(self, table: str, **columns: Any) -> dict[str, Any]:
        """The row, which may be changed until the next `rest`."""
        self._rows[table].append(columns)
        self._waiting += 1
        return columns

    def rest(self) -> None:
        """Between two stories: what has been gathered is written when it is much."""
        if self._waiting >= _BATCH:
            self.flush()

    def flush(self) -> None:
        rows, self._rows = self._rows, defaultdict(list)
        self._database.write(lambda tx: store.add_all(tx, rows), wait_s=120)
        self.written += self._waiting
        self._waiting = 0
        self._say(f"{self.written:,} rows")
