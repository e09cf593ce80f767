"""Who reads words aloud: the setting VOICES, checked before any call depends on it."""

from collections.abc import Callable, Mapping, Sequence
from re import compile as regex

from ivr.model.errors import ConfigurationError
from ivr.model.replies import Voice
from ivr.model.values import Language

Voices = Mapping[str, Mapping[Language, Voice]]
"""By provider. A language without a voice can only be heard in recordings."""

_ENTRY = regex(r"([a-z]+)/([a-z]{2})=(\S+) (\S+)")


def read_voices(entries: Sequence[str], faults: Mapping[str, Callable[[Voice], str | None]]) -> Voices:
    """`plivo/hi=Polly.Aditi hi-IN`. `faults`: each provider's own judgement, for a voice it does not know would end the call.

    ConfigurationError lists everything that is wrong.
    """
    voices: dict[str, dict[Language, Voice]] = {name: {} for name in faults}
    wrong = [fault for entry in entries if (fault := _read(entry, voices, faults)) is not None]
    if wrong:
        raise ConfigurationError("\n".join(f"VOICES: {fault}" for fault in wrong))
    return voices


def _read(entry: str, voices: dict[str, dict[Language, Voice]], faults: Mapping[str, Callable[[Voice], str | None]]) -> str | None:
    found = _ENTRY.fullmatch(" ".join(entry.split()))
    if found is None:
        return f"{entry!r} is not of the form provider/language=voice tag, like plivo/hi=Polly.Aditi hi-IN"
    provider, language, name, tag = found.groups()
    if provider not in voices:
        return f"{provider} is not a provider; known are {', '.join(voices)}"
    if language not in set(Language):
        return f"{language} is not a language; known are {', '.join(Language)}"
    voice = Voice(name, tag)
    if fault := faults[provider](voice):
        return f"{provider}/{language}: {fault}"
    if not tag.lower().startswith(f"{language}-"):
        return f"{provider}/{language}: the tag {tag} is of another language"
    voices[provider][Language(language)] = voice
    return None
