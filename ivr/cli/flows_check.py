"""What `flows check` finds: everything wrong with a folder at once, where loading stops at the first file."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from ivr.callflows import faults_between, flow_names, languages_of, read_all_voices, slots_of, starts_of
from ivr.flow.loader import Examined, examine
from ivr.flow.recordings import find_recordings
from ivr.lines import Line, Lines, load_lines
from ivr.menus.voicing import Voicing
from ivr.model.errors import ConfigurationError
from ivr.model.values import Language
from ivr.settings import Settings, load_settings
from ivr.texts.templates import Templates, load_templates

_MANY = 5  # words named in a row


@dataclass(slots=True)
class Found:
    """Rows for a person. `faults` keep the folder from being used, `unheard` keeps a language from being offered."""

    faults: list[str] = field(default_factory=list)
    unheard: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    flows: int = 0

    def rows(self) -> Iterator[str]:
        yield from self.faults
        yield from self.unheard
        yield from (f"{warning} (only a warning)" for warning in self.warnings)
        yield f"{len(self.faults)} to mend" if self.faults else f"nothing to mend in {self.flows} {'flow' if self.flows == 1 else 'flows'}"


def examine_folder(folder: Path | None) -> Found:
    """All files of `folder`, or of CALLFLOWS_DIR; ConfigurationError when it is no folder, or a setting is wrong."""
    settings = load_settings(callflows_dir=folder) if folder else load_settings()
    folder = settings.callflows_dir
    if not folder.is_dir():
        raise ConfigurationError(f"CALLFLOWS_DIR: there is no folder {folder}")
    found = Found()
    templates = _templates(folder, found)
    lines = _lines(folder, templates, found)
    examined = examine(
        folder,
        templates=None if templates is None else slots_of(templates),
        languages=None if lines is None else languages_of(lines),
        starts=() if lines is None else starts_of(lines),
    )
    found.faults += examined.rows()
    if templates is not None and lines is not None:
        found.faults += faults_between(templates, lines, examined.book)
    found.warnings += map(str, examined.warnings)
    found.flows = len(examined.book.flows)
    if lines is not None and not found.faults:
        found.unheard += _unheard(settings, lines, examined)
    return found


def _templates(folder: Path, found: Found) -> Templates | None:
    try:
        return load_templates(folder)
    except ConfigurationError as why:
        found.faults += str(why).splitlines()
        return None


def _lines(folder: Path, templates: Templates | None, found: Found) -> Lines | None:
    """None also when the texts cannot be read, for lines name them."""
    try:
        return None if templates is None else load_lines(folder, templates, flow_names(folder))
    except ConfigurationError as why:
        found.faults += str(why).splitlines()
        return None


def _unheard(settings: Settings, lines: Lines, examined: Examined) -> Iterator[str]:
    """By line, provider and language: a language with a word that cannot be heard is not offered there."""
    voices = read_all_voices(settings)
    voicing = Voicing(examined.words, examined.book, voices, find_recordings(settings.callflows_dir), settings)
    for line in lines:
        for provider in voices if line.provider is None else [line.provider]:
            for language in line.languages:
                if line.flow and (words := list(dict.fromkeys(voicing.missing(provider, line.flow, language)))):
                    yield _not_offered(line, provider, language, words)


def _not_offered(line: Line, provider: str, language: Language, words: list[str]) -> str:
    named = ", ".join(words[:_MANY]) + (" …" if len(words) > _MANY else "")
    remedy = f"record what `python -m ivr words sheet {language}` lists, or name a voice in VOICES"
    return f"{line.published} does not offer {language} on {provider}: {len(words)} words cannot be heard ({named}); {remedy}"
