"""Which voices a provider knows; a fault says what to write instead."""

import pytest

from ivr.model.replies import Voice
from ivr.providers import PROVIDERS
from ivr.providers.plivo_voices import VOICES

NO_LANGUAGE = (
    "give recordings to play instead, or write one of da-DK, de-DE, en-AU, en-GB, en-IN, en-US, es-ES, es-US, fr-CA, fr-FR, hi-IN, "
    "it-IT, nl-NL, pl-PL, pt-BR, pt-PT, ru-RU, sv-SE."
)


@pytest.mark.parametrize("voice", [Voice(name, tag) for tag, names in VOICES.items() for name in names])
def test_every_voice_of_plivos_table_is_known(voice: Voice) -> None:
    assert PROVIDERS["plivo"].voice_fault(voice) is None


@pytest.mark.parametrize(
    ("name", "tag", "fault"),
    [
        ("Polly.Aditi", "kn-IN", f"Plivo has no voice for kn-IN: {NO_LANGUAGE}"),
        ("WOMAN", "ta-IN", f"Plivo has no voice for ta-IN: {NO_LANGUAGE}"),
        ("Polly.Raveena", "hi-IN", "Plivo does not speak hi-IN with the voice Polly.Raveena: write Polly.Aditi."),
        ("WOMAN", "en-IN", "Plivo does not speak en-IN with the voice WOMAN: write Polly.Raveena or Polly.Aditi."),
        ("MAN", "da-DK", "Plivo does not speak da-DK with the voice MAN: write WOMAN."),
        ("woman", "en-US", "Plivo does not speak en-US with the voice woman: write WOMAN or MAN."),
        ("Google.hi-IN-Standard-A", "hi-IN", "Plivo does not speak hi-IN with the voice Google.hi-IN-Standard-A: write Polly.Aditi."),
    ],
)
def test_a_voice_that_plivo_does_not_have(name: str, tag: str, fault: str) -> None:
    assert PROVIDERS["plivo"].voice_fault(Voice(name, tag)) == fault


@pytest.mark.parametrize(
    ("name", "tag"),
    [
        ("Polly.Aditi", "hi-IN"),
        ("Polly.Aditi", "en-IN"),
        ("Polly.Raveena", "en-IN"),
        ("Polly.Kajal-Neural", "en-IN"),
        ("Polly.Kajal-Neural", "hi-IN"),
        ("Polly.Joanna", "en-US"),
        ("Polly.Amy-Neural", "en-GB"),
        ("Google.kn-IN-Standard-A", "kn-IN"),
        ("Google.kn-IN-Wavenet-D", "kn-IN"),
        ("Google.cmn-CN-Standard-A", "cmn-CN"),
    ],
)
def test_a_voice_that_has_the_shape_of_twilios(name: str, tag: str) -> None:
    assert PROVIDERS["twilio"].voice_fault(Voice(name, tag)) is None


KANNADA = "write Google.kn-IN-Standard-A (or another letter of Twilio's list)."
HINDI = "write Polly.Aditi or Polly.Kajal-Neural or Google.hi-IN-Standard-A (or another letter of Twilio's list)."


@pytest.mark.parametrize(
    ("name", "tag", "fault"),
    [
        ("Polly.Aditi", "kn-IN", f"Polly.Aditi does not speak kn-IN: {KANNADA}"),
        ("Polly.Raveena", "hi-IN", f"Polly.Raveena does not speak hi-IN: {HINDI}"),
        ("Polly.Joanna", "hi-IN", f"Polly.Joanna does not speak hi-IN: {HINDI}"),
        ("Google.hi-IN-Standard-A", "kn-IN", f"Google.hi-IN-Standard-A speaks hi-IN, not kn-IN: {KANNADA}"),
        ("Google.kn-IN-Standard-a", "kn-IN", f"Google.kn-IN-Standard-a is no voice of Twilio's that we know: {KANNADA}"),
        ("WOMAN", "hi-IN", f"WOMAN is no voice of Twilio's that we know: {HINDI}"),
        ("Polly.Aditi", "hindi", "'hindi' is no language tag of Twilio's: write one like hi-IN."),
    ],
)
def test_a_voice_that_twilio_does_not_have(name: str, tag: str, fault: str) -> None:
    assert PROVIDERS["twilio"].voice_fault(Voice(name, tag)) == fault


def test_an_indian_voice_of_amazons_speaks_no_other_english() -> None:
    assert PROVIDERS["twilio"].voice_fault(Voice("Polly.Aditi", "en-US")) is not None
