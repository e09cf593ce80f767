"""The voices that Plivo documents for Speak. It ends the call (8011) over a language it does not speak, so this is asked beforehand.

Sources: Plivo's pages on Speak (16 languages with WOMAN or MAN, none of them Indian) and on SSML (Amazon Polly). Of Polly's voices only the
Indian ones stand here: those are the ones we have seen documented by name and language. No Kannada, no Tamil.
"""

from ivr.model.replies import Voice

_BOTH, _WOMAN, _MAN = ("WOMAN", "MAN"), ("WOMAN",), ("MAN",)
VOICES: dict[str, tuple[str, ...]] = {
    "en-IN": ("Polly.Raveena", "Polly.Aditi"),
    "hi-IN": ("Polly.Aditi",),
    "da-DK": _WOMAN,
    "de-DE": _BOTH,
    "en-AU": _BOTH,
    "en-GB": _BOTH,
    "en-US": _BOTH,
    "es-ES": _BOTH,
    "es-US": _BOTH,
    "fr-CA": _WOMAN,
    "fr-FR": _BOTH,
    "it-IT": _BOTH,
    "nl-NL": _BOTH,
    "pl-PL": _BOTH,
    "pt-BR": _BOTH,
    "pt-PT": _MAN,
    "ru-RU": _WOMAN,
    "sv-SE": _WOMAN,
}


def voice_fault(voice: Voice) -> str | None:
    """One sentence that says what to write instead; None for a voice that Plivo knows."""
    names = VOICES.get(voice.tag)
    if names is None:
        return f"Plivo has no voice for {voice.tag}: give recordings to play instead, or write one of {', '.join(sorted(VOICES))}."
    if voice.name not in names:
        return f"Plivo does not speak {voice.tag} with the voice {voice.name}: write {' or '.join(names)}."
    return None
