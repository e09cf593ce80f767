"""Words in three languages: what a voice is given, what recordings are played, and every way to write them wrong."""

from pathlib import Path

import pytest

from ivr.flow.turns import FactValue
from ivr.flow.vocabulary_kinds import Slot
from ivr.flow.words import UNRECORDED, Piece, SlotRef, Words
from ivr.model.errors import ConfigurationError
from ivr.model.values import Language
from tests.flow.reading import load_words
from tests.flow.writing import write

EN, HI, KN = Language.ENGLISH, Language.HINDI, Language.KANNADA

NOW = 1_763_785_800_000  # Saturday, 22 November 2025, ten in the morning in India
TOMORROW_AT_SIX = NOW + 32 * 3_600_000

SHEETS = {
    EN: """\
language: en
words:
  hello: "Hello."
  booked: "We will call you {booked_at:day} at {booked_at:time}."
  until: "You are on duty until {until:time}."
  fee: "The fee is {fee:money}."
  code: "{code:digits}, and {days:number} days."
  folded: >
    One line,
    and another.
""",
    HI: """\
language: hi
words:
  hello: "नमस्ते।"
  booked: "हम {booked_at:day} {booked_at:time} कॉल करेंगे।"
  until: "आप {until:time} तक ड्यूटी पर हैं।"
  fee: "फ़ीस {fee:money} है।"
  code: "{code:digits}, {days:number} दिन।"
  folded: "एक।"
""",
    KN: """\
language: kn
words:
  hello: "ನಮಸ್ಕಾರ."
  booked: "{booked_at:day} {booked_at:time} ಕರೆ ಮಾಡುತ್ತೇವೆ."
  until: "{until:time} ಡ್ಯೂಟಿ ಮುಗಿಯುತ್ತದೆ."
  fee: "ಶುಲ್ಕ {fee:money}."
  code: "{code:digits}, {days:number} ದಿನ."
  folded: "ಒಂದು."
""",
}


@pytest.fixture
def words(tmp_path: Path) -> Words:
    for language, text in SHEETS.items():
        write(tmp_path, f"words/{language.value}.yaml", text)
    return load_words(tmp_path)


TEXTS: list[tuple[Language, str, dict[str, FactValue], str]] = [
    (EN, "hello", {}, "Hello."),
    (EN, "folded", {}, "One line, and another."),
    (EN, "booked", {"booked_at": TOMORROW_AT_SIX}, "We will call you tomorrow at six in the evening."),
    (HI, "booked", {"booked_at": TOMORROW_AT_SIX}, "हम कल शाम छह बजे कॉल करेंगे।"),
    (KN, "booked", {"booked_at": TOMORROW_AT_SIX}, "ನಾಳೆ ಸಂಜೆ ಆರು ಗಂಟೆಗೆ ಕರೆ ಮಾಡುತ್ತೇವೆ."),
    (EN, "until", {"until": TOMORROW_AT_SIX}, "You are on duty until six in the evening tomorrow."),
    (EN, "until", {"until": TOMORROW_AT_SIX - 86_400_000}, "You are on duty until six in the evening."),
    (HI, "until", {"until": TOMORROW_AT_SIX}, "आप कल शाम छह बजे तक ड्यूटी पर हैं।"),
    (KN, "until", {"until": TOMORROW_AT_SIX}, "ನಾಳೆ ಸಂಜೆ ಆರು ಗಂಟೆಗೆ ಡ್ಯೂಟಿ ಮುಗಿಯುತ್ತದೆ."),
    (EN, "fee", {"fee": 24_900}, "The fee is two hundred and forty-nine rupees."),
    (HI, "fee", {"fee": 24_900}, "फ़ीस दो सौ उनचास रुपये है।"),
    (EN, "code", {"code": "112", "days": 30}, "one one two, and thirty days."),
    (EN, "code", {"code": "05", "days": "7"}, "zero five, and seven days."),
]


@pytest.mark.parametrize(("language", "word", "values", "text"), TEXTS, ids=[f"{row[0].value}-{row[1]}-{row[3]}" for row in TEXTS])
def test_a_voice_is_given_the_word_with_its_values_said(
    words: Words, language: Language, word: str, values: dict[str, FactValue], text: str
) -> None:
    assert words.text(word, language, values, NOW) == text


def test_a_name_is_said_as_it_is_written_and_no_recording_holds_it(tmp_path: Path) -> None:
    write(tmp_path, "words/en.yaml", 'language: en\nwords:\n  who: "Doctor {doctor:name} is on the line."\n')
    write(tmp_path, "words/hi.yaml", 'language: hi\nwords:\n  who: "लाइन पर डॉक्टर {doctor:name} हैं।"\n')
    words = load_words(tmp_path)
    assert words.text("who", EN, {"doctor": "Anil D'Souza"}, NOW) == "Doctor Anil D'Souza is on the line."
    assert words.text("who", HI, {"doctor": "Anil Rao"}, NOW) == "लाइन पर डॉक्टर Anil Rao हैं।"
    assert words.pieces("who", EN, {"doctor": "Anil Rao"}, NOW) == (
        Piece("who.1", "Doctor"), Piece(UNRECORDED, "Anil Rao"), Piece("who.2", "is on the line."),
    )  # fmt: skip


def test_recordings_are_the_literal_pieces_and_the_fragments_between_them(words: Words) -> None:
    assert words.pieces("hello", EN, {}, NOW) == (Piece("hello", "Hello."),)
    booked = words.pieces("booked", EN, {"booked_at": TOMORROW_AT_SIX}, NOW)
    assert booked[:3] == (Piece("booked.1", "We will call you"), Piece("tomorrow", "tomorrow"), Piece("booked.2", "at"))
    assert "." not in {piece.text for piece in booked}
    assert [piece.key for piece in words.pieces("code", EN, {"code": "12", "days": 7}, NOW)] == [
        "number-1", "number-2", "code.1", "number-7", "code.2",
    ]  # fmt: skip
    assert words.pieces("booked", KN, {"booked_at": TOMORROW_AT_SIX}, NOW)[-1] == Piece("booked.1", "ಕರೆ ಮಾಡುತ್ತೇವೆ.")


def test_a_word_knows_its_slots(words: Words) -> None:
    assert words.slots("code") == (SlotRef("code", Slot.DIGITS), SlotRef("days", Slot.NUMBER))
    assert words.slots("unheard_of") == ()
    assert words.names == ("booked", "code", "fee", "folded", "hello", "until")
    assert words.languages == (EN, HI, KN)
    assert words.find("hello", EN) != words.find("hello", HI)
    assert words.find("unheard_of", EN) is None


FAULTS = [
    ("en", '"{fee}"', "a slot is written {value:kind}, like {booked_at:time}, in small letters"),
    ("en", '"Pay {fee:rupees}."', "unknown kind rupees; known are: number, money, digits, time, day, name"),
    ("en", '"Pay {fee:money."', "a brace has no partner; a slot is {value:kind}, and a word cannot hold other braces"),
    ("en", '"Dial 112 now."', 'voices disagree on how to read a long number; write its digits apart, "1 1 2", or use a slot'),
    ("en", '"Press the # key."', 'a voice reads "#" oddly or not at all; write what is to be said'),
    ("en", '"It is ₹5."', 'a voice reads "₹" oddly or not at all; write what is to be said'),
    ("en", '"Bell \\a."', "there is a character here that cannot be said; write the word again by hand"),
    ("en", '" … "', "there is nothing to say here; write what is to be said"),
    ("en", "yes", "YAML does not read this as text; put it in quotes"),
    ("en", "[Hello]", "here should be one piece of text"),
    ("en", f'"{"long " * 130}"', "this is longer than 600 characters; nobody listens that long"),
    ("hi", '"Hello."', "there is no Devanagari letter here; translate this, for its voices read other letters badly"),
    ("kn", '"Hello."', "there is no Kannada letter here; translate this, for its voices read other letters badly"),
]


@pytest.mark.parametrize(("language", "text", "fault"), FAULTS, ids=[fault for _, _, fault in FAULTS])
def test_what_a_voice_would_stumble_over_is_told_by_its_line(language: str, text: str, fault: str, tmp_path: Path) -> None:
    write(tmp_path, f"words/{language}.yaml", f"language: {language}\nwords:\n  odd: {text}\n")
    with pytest.raises(ConfigurationError) as error:
        load_words(tmp_path)
    assert str(error.value) == f"words/{language}.yaml:3: {fault}"


def test_a_word_has_the_same_slots_in_every_language(tmp_path: Path) -> None:
    write(tmp_path, "words/en.yaml", 'language: en\nwords:\n  at: "At {booked_at:time}."\n')
    write(tmp_path, "words/hi.yaml", 'language: hi\nwords:\n  at: "{booked_at:day} को।"\n')
    write(tmp_path, "words/kn.yaml", 'language: kn\nwords:\n  at: "ನಾಳೆ."\n')
    with pytest.raises(ConfigurationError) as error:
        load_words(tmp_path)
    assert str(error.value).splitlines() == [
        "words/hi.yaml:3: at has {booked_at:day} here and {booked_at:time} in en.yaml; each needs the same slots",
        "words/kn.yaml:3: at has no slot here and {booked_at:time} in en.yaml; each needs the same slots",
    ]


def test_files_are_called_as_their_language(tmp_path: Path) -> None:
    write(tmp_path, "words/fr.yaml", 'language: fr\nwords:\n  hello: "Bonjour."\n')
    write(tmp_path, "words/en.yaml", 'language: hi\nwords:\n  Hello: "Hello."\n')
    with pytest.raises(ConfigurationError) as error:
        load_words(tmp_path)
    assert str(error.value).splitlines() == [
        "words/en.yaml:1: the file is called en.yaml; write `language: en`, or rename it",
        'words/en.yaml:3: "Hello" is no name of a word; use small letters, digits and _, beginning with a letter, 40 at most',
        'words/fr.yaml:1: no language is called "fr" here; known are: en.yaml, hi.yaml, kn.yaml',
    ]


def test_clinical_words_wait_for_a_clinician(tmp_path: Path) -> None:
    sheet = 'language: en\nwords:\n  warmth: "Warmth helps."\n  rest: "Rest."\nclinician:\n  warmth: needed\n  rest: "Dr A, KMC 12"\n'
    write(tmp_path, "words/en.yaml", sheet)
    assert load_words(tmp_path).unapproved == ((EN, "warmth"),)
    write(tmp_path, "words/en.yaml", sheet.replace('  rest: "Dr', '  rust: "Dr'))
    with pytest.raises(ConfigurationError, match='there is no word "rust" above; a clinician approves words of this file'):
        load_words(tmp_path)


def test_no_folder_no_words(tmp_path: Path) -> None:
    assert load_words(tmp_path).names == ()
