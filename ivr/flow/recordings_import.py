"""Takes recordings over from a folder: only what the list asks for, and only what can be played on a phone."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from ivr.flow.check.case import known
from ivr.flow.recordings import ENDINGS, recording_list
from ivr.flow.recordings_sound import sound_faults
from ivr.flow.words import Words
from ivr.model.errors import ConfigurationError
from ivr.model.values import Language
from ivr.sheet import shown


@dataclass(frozen=True, slots=True)
class Imported:
    """Keys that were copied, and one row for each fault: `main_menu.wav: what to do`."""

    copied: tuple[str, ...]
    faults: tuple[str, ...]


def import_recordings(source: Path, target: Path, words: Words, language: Language, *, only_good: bool = False) -> Imported:
    """Copies the recordings of `source` into `target` (`callflows/audio/<language>`).

    With any fault nothing is copied, unless `only_good`. Each file appears whole or not at all; one with the other ending gives way to it.
    ConfigurationError when `source` is no folder.
    """
    if not source.is_dir():
        raise ConfigurationError(f"there is no folder {shown(source.name)} to take recordings from; name the one they are in")
    keys = {row.key for row in recording_list(words, language)}
    paths = [path for path in sorted(source.iterdir()) if path.is_file() and not path.name.startswith(".")]
    good: dict[Path, bytes] = {}
    faults: list[str] = []
    for path in paths:
        data = path.read_bytes()
        found = [*_name_faults(path, paths, keys)] or [*sound_faults(path.suffix, data)]
        faults += [f"{path.name}: {fault}" for fault in found]
        if not found:
            good[path] = data
    if not paths:
        faults.append(f"{source.name}: no recording is in this folder; `python -m ivr words sheet {language.value}` lists them")
    if faults and not only_good:
        return Imported((), tuple(faults))
    target.mkdir(parents=True, exist_ok=True)
    for path, data in good.items():
        _put(target / path.name, data)
    return Imported(tuple(path.stem for path in good), tuple(faults))


def _name_faults(path: Path, paths: list[Path], keys: set[str]) -> Iterator[str]:
    if path.suffix not in ENDINGS:
        yield "a recording ends in .mp3 or .wav, in small letters; save it as one of these, or take it out of the folder"
    elif path.stem not in keys:
        yield f"the list has no {shown(path.stem)}; {_nearest(path.stem, keys)}"
    elif any(other.stem == path.stem and other != path for other in paths if other.suffix in ENDINGS):
        yield "it is here as .mp3 and as .wav; keep one"


def _nearest(stem: str, keys: set[str]) -> str:
    remedy = known(stem, keys)
    return remedy if remedy.startswith("did") else "`python -m ivr words sheet` prints the list"


def _put(path: Path, data: bytes) -> None:
    """Whole or not at all: written beside its place, then moved there."""
    beside = path.with_name(f".{path.name}.part")
    with beside.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)
    for ending in ENDINGS:
        if ending != path.suffix:
            path.with_name(f"{path.stem}{ending}").unlink(missing_ok=True)
