"""Everything a clinic writes: lines, texts, flows and words of one folder, loaded together because they name each other."""

from dataclasses import dataclass
from pathlib import Path

from ivr.flow.loader import FOLDER, load_book
from ivr.flow.model import Book
from ivr.flow.recordings import find_recordings
from ivr.flow.words import Words
from ivr.lines import Lines, load_lines
from ivr.menus.voices import Voices, read_voices
from ivr.menus.voicing import Voicing
from ivr.model.values import Language
from ivr.providers import PROVIDERS
from ivr.settings import Settings
from ivr.texts.templates import Templates, load_templates


@dataclass(frozen=True, slots=True)
class Callflows:
    """One folder, read and checked."""

    templates: Templates
    lines: Lines
    book: Book
    words: Words
    voicing: Voicing


def load_callflows(settings: Settings) -> Callflows:
    """The folder CALLFLOWS_DIR. ConfigurationError lists what is wrong with the first file that cannot be trusted."""
    folder = settings.callflows_dir
    templates = load_templates(folder)
    lines = load_lines(folder, templates, flow_names(folder))
    book, words = load_book(folder, templates=list(templates), languages=languages_of(lines), starts=starts_of(lines))
    voicing = Voicing(words, book, read_all_voices(settings), find_recordings(folder), settings)
    return Callflows(templates, lines, book, words, voicing)


def flow_names(folder: Path) -> list[str]:
    """Flows by the names of their files; whether they are sound is the loader's to say."""
    return sorted(path.stem for path in (folder / FOLDER).glob("*.yaml"))


def languages_of(lines: Lines) -> list[Language]:
    """All in which some line speaks."""
    return [language for language in Language if any(line.flow and language in line.languages for line in lines)]


def starts_of(lines: Lines) -> list[str]:
    """Flows that a line begins with."""
    return list(dict.fromkeys(line.flow for line in lines if line.flow))


def read_all_voices(settings: Settings) -> Voices:
    return read_voices(settings.voices, {name: provider.voice_fault for name, provider in PROVIDERS.items()})
