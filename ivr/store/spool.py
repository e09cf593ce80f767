"""The spool: what a provider told us while the database was away, kept on this machine's disk until it returns."""

import json
import os
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict, fields, is_dataclass
from enum import Enum
from pathlib import Path
from types import UnionType
from typing import Any, get_args, get_type_hints

from ivr.model.events import CallArrived, CallCutOff, CallEnded, RoomNews, TextReceived, TextReported, TurnCame
from ivr.model.ids import new_id
from ivr.store.vault import Vault

Spooled = CallArrived | CallCutOff | CallEnded | RoomNews | TurnCame | TextReported | TextReceived
_KINDS: dict[str, type[Any]] = {kind.__name__: kind for kind in get_args(Spooled)}


class Spool:
    """One encrypted, fsynced file per event, named by time. OSError when the disk fails too."""

    def __init__(self, folder: Path, vault: Vault) -> None:
        self._folder = folder
        self._vault = vault

    def keep(self, event: Spooled, at: int, ref: str = "") -> None:
        """Returns once the event is on disk. `ref` is what the address carried: a report's attempt."""
        record = {"kind": type(event).__name__, "at": at, "ref": ref, "event": asdict(event)}
        self._folder.mkdir(parents=True, exist_ok=True)
        name = new_id(at)
        being_written = self._folder / f".{name}"
        with being_written.open("wb") as file:
            file.write(self._vault.seal(json.dumps(record).encode()))
            file.flush()
            os.fsync(file.fileno())
        being_written.rename(self._folder / f"{name}.event")
        _sync_folder(self._folder)

    def waiting(self) -> list[Path]:
        """Oldest first."""
        return sorted(self._folder.glob("*.event")) if self._folder.is_dir() else []

    def read(self, path: Path) -> tuple[Spooled, int, str]:
        """The event, when it came, and its ref."""
        record = json.loads(self._vault.open(path.read_bytes()))
        return _build(_KINDS[record["kind"]], record["event"]), record["at"], record["ref"]

    def forget(self, path: Path) -> None:
        path.unlink(missing_ok=True)

    def set_aside(self, path: Path) -> None:
        """Out of the way, not lost: a person looks at it (docs/runbook)."""
        with suppress(FileNotFoundError):  # another relay did it
            path.rename(path.with_suffix(".stuck"))

    def __iter__(self) -> Iterator[Path]:
        return iter(self.waiting())


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _build(kind: type[Any], values: dict[str, Any]) -> Any:
    """The dataclass back from JSON: enums and the send outcome by their field types. A younger field has its default."""
    hints = get_type_hints(kind)
    return kind(**{field.name: _revive(hints[field.name], values[field.name]) for field in fields(kind) if field.name in values})


def _revive(hint: Any, value: Any) -> Any:
    if isinstance(hint, type) and issubclass(hint, Enum):
        return hint(value)
    if isinstance(hint, UnionType) and isinstance(value, dict):
        fitting = [
            kind
            for kind in get_args(hint)
            if isinstance(kind, type) and is_dataclass(kind) and {field.name for field in fields(kind)} == set(value)
        ]
        return _build(fitting[0], value)
    return value
