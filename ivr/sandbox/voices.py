"""Which voices each vendor can speak with, and in which languages.

Sources: Plivo's pages on Speak and on SSML, Twilio's pages on Say and on text-to-speech, Amazon's list of standard Polly voices.
A voice that a vendor does not know, or a language that the voice does not speak, ends the call.
"""

import re


def _all(languages: str) -> frozenset[str]:
    return frozenset(languages.split())


# Plivo's basic voices, MAN and WOMAN: sixteen languages, none of India.
_PLIVO_BASIC = _all("da-DK nl-NL en-AU en-GB en-US fr-FR fr-CA de-DE it-IT pl-PL pt-PT pt-BR ru-RU es-ES es-US sv-SE")
_TWILIO_BASIC = {
    "man": _all("en en-US en-GB es fr de"),
    "woman": _all("en en-US en-GB es fr de"),
    "alice": _all(
        "da-DK de-DE en-AU en-CA en-GB en-IN en-US ca-ES es-ES es-MX fi-FI fr-CA fr-FR it-IT ja-JP ko-KR nb-NO nl-NL pl-PL pt-BR "
        "pt-PT ru-RU sv-SE zh-CN zh-HK zh-TW"
    ),
}
_POLLY = {
    "arb": "Zeina",
    "cmn-CN": "Zhiyu",
    "cy-GB": "Gwyneth",
    "da-DK": "Mads Naja",
    "de-DE": "Hans Marlene Vicki",
    "en-AU": "Nicole Russell",
    "en-GB": "Amy Brian Emma",
    "en-GB-WLS": "Geraint",
    "en-IN": "Aditi Raveena",
    "en-US": "Ivy Joanna Joey Justin Kendra Kimberly Matthew Salli",
    "es-ES": "Conchita Enrique Lucia",
    "es-MX": "Mia",
    "es-US": "Lupe Miguel Penelope",
    "fr-CA": "Chantal",
    "fr-FR": "Celine Lea Mathieu",
    "hi-IN": "Aditi",
    "is-IS": "Dora Karl",
    "it-IT": "Bianca Carla Giorgio",
    "ja-JP": "Mizuki Takumi",
    "ko-KR": "Seoyeon",
    "nb-NO": "Liv",
    "nl-NL": "Lotte Ruben",
    "pl-PL": "Ewa Jacek Jan Maja",
    "pt-BR": "Camila Ricardo Vitoria",
    "pt-PT": "Cristiano Ines",
    "ro-RO": "Carmen",
    "ru-RU": "Maxim Tatyana",
    "sv-SE": "Astrid",
    "tr-TR": "Filiz",
}
_NEURAL = {"Kajal-Neural": ("en-IN", "hi-IN")}  # Twilio only
_GOOGLE = re.compile(r"Google\.([a-z]{2,3}-[A-Z]{2})-(?:Standard|Wavenet)-[A-Z]")


def plivo_language(voice: str, language: str | None) -> str | None:
    """The language that will be heard; None when Plivo ends the call instead."""
    if voice in ("MAN", "WOMAN"):
        return _one_of(language or "en-US", _PLIVO_BASIC)
    return _spoken(_polly(voice), language)


def twilio_language(voice: str, language: str | None) -> tuple[str, str]:
    """The language that will be heard, or "" and the error number: 13511 voice, 13512 language."""
    if voice in _TWILIO_BASIC:
        known = _one_of(language or ("en-US" if voice == "alice" else "en"), _TWILIO_BASIC[voice])
    elif found := _GOOGLE.fullmatch(voice):
        known = _spoken((found[1],), language)
    elif languages := _NEURAL.get(voice.removeprefix("Polly.")) or _polly(voice):
        known = _spoken(languages, language)
    else:
        return "", "13511"
    return (known, "") if known else ("", "13512")


def _polly(voice: str) -> tuple[str, ...]:
    name = voice.removeprefix("Polly.") if voice.startswith("Polly.") else ""
    return tuple(language for language, names in _POLLY.items() if name in names.split())


def _spoken(languages: tuple[str, ...], wanted: str | None) -> str | None:
    """The wanted language if it is one of the voice's, the voice's first if none is wanted."""
    if not languages:
        return None
    return languages[0] if wanted is None else _one_of(wanted, frozenset(languages))


def _one_of(language: str, known: frozenset[str]) -> str | None:
    return language if language in known else None
