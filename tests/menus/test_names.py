"""Names on the phone: read out as they are written, with the words around them, or between the recordings of those."""

from collections.abc import Iterable
from pathlib import Path

import pytest

from ivr.flow.model import Book
from ivr.flow.turns import Utterance
from ivr.flow.words_sheet import read_words
from ivr.menus.voicing import Voicing
from ivr.model.replies import Play, Say, Voice
from ivr.model.values import Language
from ivr.settings import Settings
from tests.flow.writing import write

EN, KN = Language.ENGLISH, Language.KANNADA
ENGLISH, KANNADA = Voice("Polly.Aditi", "en-IN"), Voice("Kannada", "kn-IN")
RECORDED = ("who.1", "who.2")


def voicing(folder: Path, voices: dict[Language, Voice], recorded: Iterable[str]) -> Voicing:
    write(folder, "words/kn.yaml", 'language: kn\nwords:\n  who: "ವೈದ್ಯರು {doctor:name} ಮಾತನಾಡುತ್ತಾರೆ."\n')
    words = read_words(folder).words
    return Voicing(words, Book({}, {}), {"plivo": voices}, {KN: {key: f"{key}.mp3" for key in recorded}}, Settings())


def spoken(made: Voicing) -> list[tuple[str, str]]:
    said = made.speak("plivo", [Utterance("who", KN, {"doctor": "Anil Rao"})], 0)
    return [(each.text, each.voice.tag if isinstance(each, Say) else "recorded") for each in said if isinstance(each, Say | Play)]


def test_a_voice_reads_the_whole_word_even_where_the_rest_is_recorded(tmp_path: Path) -> None:
    made = voicing(tmp_path, {EN: ENGLISH, KN: KANNADA}, RECORDED)
    assert spoken(made) == [("ವೈದ್ಯರು Anil Rao ಮಾತನಾಡುತ್ತಾರೆ.", "kn-IN")]


def test_where_a_language_has_no_voice_the_english_one_reads_the_name_between_recordings(tmp_path: Path) -> None:
    made = voicing(tmp_path, {EN: ENGLISH}, RECORDED)
    assert spoken(made) == [("ವೈದ್ಯರು", "recorded"), ("Anil Rao", "en-IN"), ("ಮಾತನಾಡುತ್ತಾರೆ.", "recorded")]


@pytest.mark.parametrize(
    ("voices", "recorded", "heard"),
    [
        ({KN: KANNADA}, (), True),
        ({EN: ENGLISH}, RECORDED, True),
        ({EN: ENGLISH}, RECORDED[:1], False),
        ({}, RECORDED, False),
    ],
)
def test_a_word_with_a_name_needs_somebody_to_read_it(
    tmp_path: Path, voices: dict[Language, Voice], recorded: tuple[str, ...], heard: bool
) -> None:
    assert voicing(tmp_path, voices, recorded).can_be_heard("plivo", "who", KN) is heard
