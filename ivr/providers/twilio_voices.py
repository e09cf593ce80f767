"""The voices that Twilio speaks with. A voice that does not speak the language fails the whole call, so this is asked beforehand.

Sources: Twilio's pages on Say and its text-to-speech voices. Google's letters come and go, so only the shape of a name is checked.
Of India's languages, Amazon Polly speaks English and Hindi.
"""

from re import compile as regex

from ivr.model.replies import Voice

_INDIAN_POLLY = {
    "en-IN": ("Polly.Aditi", "Polly.Raveena", "Polly.Kajal-Neural"),
    "hi-IN": ("Polly.Aditi", "Polly.Kajal-Neural"),
}
_ALL_INDIAN_POLLY = {name for names in _INDIAN_POLLY.values() for name in names}
_TAG = regex(r"[a-z]{2,3}-[A-Z]{2}")
_POLLY = regex(r"Polly\.[A-Z][a-z]+(-Neural|-Generative)?")
_GOOGLE = regex(r"Google\.([a-z]{2,3}-[A-Z]{2})-(Standard|Wavenet)-[A-Z]")


def voice_fault(voice: Voice) -> str | None:
    """One sentence that says what to write instead; None for a voice that has the shape of one of Twilio's for its language."""
    if not _TAG.fullmatch(voice.tag):
        return f"{voice.tag!r} is no language tag of Twilio's: write one like hi-IN."
    google = _GOOGLE.fullmatch(voice.name)
    if google:
        spoken = google[1]
        return None if spoken == voice.tag else f"{voice.name} speaks {spoken}, not {voice.tag}: write {_remedy(voice.tag)}."
    if not _POLLY.fullmatch(voice.name):
        return f"{voice.name} is no voice of Twilio's that we know: write {_remedy(voice.tag)}."
    if voice.tag.endswith("-IN") or voice.name in _ALL_INDIAN_POLLY:
        fits = voice.name in _INDIAN_POLLY.get(voice.tag, ())
        return None if fits else f"{voice.name} does not speak {voice.tag}: write {_remedy(voice.tag)}."
    return None


def _remedy(tag: str) -> str:
    """With a language only Google speaks, the letter is for the operator to look up."""
    return " or ".join([*_INDIAN_POLLY.get(tag, ()), f"Google.{tag}-Standard-A (or another letter of Twilio's list)"])
