"""Recordings: the list of those to make, what can be heard with those made, and which files are fit to be played."""

import csv
import struct
import wave
from collections.abc import Callable
from io import BytesIO
from math import pi, sin
from pathlib import Path

import pytest

from ivr.flow import spoken
from ivr.flow.loader import load_book
from ivr.flow.recordings import Row, can_be_heard, find_recordings, missing, recording_list, recording_sheet
from ivr.flow.recordings_import import import_recordings
from ivr.flow.words import Words
from ivr.model.errors import ConfigurationError
from ivr.model.values import Language
from tests.flow.reading import load_words
from tests.flow.writing import KANNADA, clinic, write

EN, HI, KN = Language.ENGLISH, Language.HINDI, Language.KANNADA
DIGITS = [fragment.key for fragment in spoken.say_digits("0123456789", KN)]
EVERY_FRAGMENT = [fragment.key for fragment in spoken.all_fragments(KN)]

BOOKED = '  booked: "ನಾವು {booked_at:day} {booked_at:time} ಕರೆ ಮಾಡುತ್ತೇವೆ."\n'


@pytest.fixture
def words(tmp_path: Path) -> Words:
    write(tmp_path, "words/kn.yaml", KANNADA + BOOKED)
    return load_words(tmp_path)


def tone(*, seconds: float = 1.0, loud: float = 0.3, rate: int = 8_000) -> list[int]:
    return [round(32_767 * max(-1.0, min(1.0, loud * sin(2 * pi * 440 * at / rate)))) for at in range(int(seconds * rate))]


def wav(samples: list[int] | None = None, *, rate: int = 8_000, channels: int = 1, width: int = 2) -> bytes:
    file = BytesIO()
    with wave.open(file, "wb") as written:
        written.setnchannels(channels)
        written.setsampwidth(width)
        written.setframerate(rate)
        sound = tone(rate=rate) if samples is None else samples
        written.writeframes(struct.pack(f"<{len(sound)}h", *sound) if width == 2 else bytes(len(sound)))
    return file.getvalue()


def mu_law(sound: bytes, *, rate: int = 8_000) -> bytes:
    form = struct.pack("<HHIIHHH", 7, 1, rate, rate, 1, 8, 0)
    chunks = (
        b"fmt " + struct.pack("<I", len(form)) + form + b"LIST\x03\x00\x00\x00abc\x00" + b"data" + struct.pack("<I", len(sound)) + sound
    )
    return b"RIFF" + struct.pack("<I", len(chunks) + 4) + b"WAVE" + chunks


def mp3(*, frames: int = 40, tag: bool = True) -> bytes:
    """MPEG-2, layer III, 32 kbit/s, 16 kHz, mono: 144 bytes and 36 ms to a frame."""
    frame = bytes([0xFF, 0xF3, 0x48, 0xC0]) + bytes(140)
    return (b"ID3\x04\x00\x00\x00\x00\x00\x05hello" if tag else b"") + frame * frames


def test_the_list_names_words_then_pieces_then_fragments(tmp_path: Path) -> None:
    write(clinic(tmp_path), "words/kn.yaml", KANNADA + BOOKED)
    book, words = load_book(tmp_path, languages=[EN])
    rows = recording_list(words, KN, {"hello"}, book)
    assert rows[0] == Row("hello", "ನಮಸ್ಕಾರ.", "hotline.first", True)
    assert rows[1:3] == [Row("choose.1", "ಕನ್ನಡಕ್ಕಾಗಿ", "hotline.languages", False), Row("choose.2", "ಒತ್ತಿ.", "hotline.languages", False)]
    places = {row.key: row.used for row in rows}
    assert (places["trouble"], places["booked.1"], places["number-42"]) == ("the engine", "", "in slots")
    keys = [row.key for row in rows]
    assert [key for key in keys if key.startswith("booked")] == ["booked.1", "booked.2"]
    assert set(EVERY_FRAGMENT) <= set(keys)
    assert len(set(keys)) == len(keys)


def test_words_whose_slots_are_digits_need_ten_fragments_only(tmp_path: Path) -> None:
    write(tmp_path, "words/kn.yaml", KANNADA)
    keys = [row.key for row in recording_list(load_words(tmp_path), KN)]
    assert keys[-10:] == DIGITS
    assert len(keys) == 9 + 10
    assert recording_list(load_words(tmp_path), HI) == []


def test_words_that_are_only_read_are_not_recorded(tmp_path: Path) -> None:
    write(tmp_path, "words/kn.yaml", KANNADA + '  pay_page_red_sign_1: "ಎದೆ ನೋವು"\n')
    assert "pay_page_red_sign_1" not in [row.key for row in recording_list(load_words(tmp_path), KN)]


def test_the_sheet_is_a_table_for_whoever_speaks(words: Words) -> None:
    rows = list(csv.DictReader(recording_sheet(words, KN, {"bye"}).splitlines()))
    assert rows[0] == {"file": "hello.wav", "say": "ನಮಸ್ಕಾರ.", "heard in": "", "recorded": "no"}
    assert [row["recorded"] for row in rows if row["file"] == "bye.wav"] == ["yes"]


HEARD = [
    ("with a voice", "booked", [], True, True),
    ("a word that nobody wrote, with a voice", "unheard_of", [], True, False),
    ("without a voice or a recording", "hello", [], False, False),
    ("recorded", "hello", ["hello"], False, True),
    ("the pieces without the fragments", "booked", ["booked.1", "booked.2"], False, False),
    ("the pieces and the digits only", "booked", ["booked.1", "booked.2", *DIGITS], False, False),
    ("the pieces and every fragment", "booked", ["booked.1", "booked.2", *EVERY_FRAGMENT], False, True),
    ("one piece short", "booked", ["booked.1", *EVERY_FRAGMENT], False, False),
    ("a digits slot with the digits", "choose", ["choose.1", "choose.2", *DIGITS], False, True),
]


@pytest.mark.parametrize(("name", "word", "recorded", "has_voice", "heard"), HEARD, ids=[row[0] for row in HEARD])
def test_a_word_can_be_heard(words: Words, name: str, word: str, recorded: list[str], has_voice: bool, heard: bool) -> None:
    assert can_be_heard(words, word, KN, recorded, has_voice) is heard
    assert (missing(words, [word], KN, recorded, has_voice) == ()) is heard


def test_what_is_missing_is_told_by_key_once(words: Words) -> None:
    assert missing(words, ["hello", "choose", "choose", "gone"], KN, ["choose.1", *DIGITS[1:]]) == ("hello", "choose.2", "number-0", "gone")
    assert missing(words, ["hello", "gone"], KN, (), has_voice=True) == ("gone",)
    assert missing(words, ["hello"], HI, ["hello"]) == ("hello",)


def test_recordings_are_found_by_language_and_key(tmp_path: Path) -> None:
    assert find_recordings(tmp_path) == {}
    for name in ("kn/hello.wav", "kn/booked.1.mp3", "kn/notes.txt", "en/hello.mp3", "hold.mp3"):
        write(tmp_path, f"audio/{name}", "")
    assert find_recordings(tmp_path) == {EN: {"hello": "hello.mp3"}, KN: {"hello": "hello.wav", "booked.1": "booked.1.mp3"}}


def test_recordings_are_taken_over(words: Words, tmp_path: Path) -> None:
    source, target = tmp_path / "from", tmp_path / "audio/kn"
    files = {"hello.wav": wav(), "bye.mp3": mp3(), "again.wav": mu_law(bytes(range(256)) * 32), "booked.1.wav": wav(rate=16_000)}
    source.mkdir()
    for name, data in files.items():
        (source / name).write_bytes(data)
    (source / ".hidden").write_text("left alone")
    done = import_recordings(source, target, words, KN)
    assert (done.copied, done.faults) == (("again", "booked.1", "bye", "hello"), ())
    assert {path.name: path.read_bytes() for path in target.iterdir()} == files
    (source / "hello.wav").unlink()
    (source / "hello.mp3").write_bytes(mp3(tag=False))
    import_recordings(source, target, words, KN)
    assert find_recordings(tmp_path)[KN]["hello"] == "hello.mp3"
    assert not (target / "hello.wav").exists()


FAULTS: list[tuple[str, Callable[[], bytes], str]] = [
    ("helo.wav", wav, 'the list has no "helo"; did you mean hello?'),
    ("zzzzzz.wav", wav, 'the list has no "zzzzzz"; `python -m ivr words sheet` prints the list'),
    ("hello.WAV", wav, "a recording ends in .mp3 or .wav, in small letters; save it as one of these, or take it out of the folder"),
    ("hello.ogg", wav, "a recording ends in .mp3 or .wav, in small letters; save it as one of these, or take it out of the folder"),
    ("hello.wav", lambda: b"no sound", "this is no WAV; save it as WAV, mono, 8 or 16 kHz, 16 bit"),
    ("hello.wav", lambda: b"RIFF    WAVEfmt ", "this is no WAV; save it as WAV, mono, 8 or 16 kHz, 16 bit"),
    ("hello.wav", lambda: wav(channels=2), "it has more than one channel; save it as mono"),
    ("hello.wav", lambda: wav(rate=44_100), "it has 44100 samples a second; save it with 8000 or 16000, for a phone carries no more"),
    ("hello.wav", lambda: wav(width=1), "it is neither 16 bit nor mu-law; save it as WAV with 16 bit (signed PCM)"),
    ("hello.wav", lambda: wav([]), "nothing is in it; record it again"),
    ("hello.wav", lambda: wav([0] * 8_000), "it is all but silent; record it again, nearer to the microphone"),
    ("hello.wav", lambda: mu_law(b"\xff" * 8_000), "it is all but silent; record it again, nearer to the microphone"),
    ("hello.wav", lambda: wav(tone(loud=3)), "it is clipped, so that it crackles; record it again, less loud"),
    ("hello.wav", lambda: wav(tone(seconds=31)), "it lasts 31.0 seconds; 30 at most, and something must be said"),
    ("hello.wav", lambda: wav(tone(seconds=0.05)), "it lasts 0.1 seconds; 30 at most, and something must be said"),
    ("hello.wav", lambda: bytes(2_000_001), "it is larger than 2 MB; save it as mono with 8 kHz"),
    ("hello.mp3", wav, "this is no MP3; save it again, or as WAV"),
    ("hello.mp3", lambda: mp3() + b"not a frame", "this is no MP3; save it again, or as WAV"),
    ("hello.mp3", lambda: b"", "this is no MP3; save it again, or as WAV"),
    ("hello.mp3", lambda: mp3(frames=900), "it lasts 32.4 seconds; 30 at most, and something must be said"),
]


@pytest.mark.parametrize(("name", "data", "fault"), FAULTS, ids=[f"{name}: {fault}" for name, _, fault in FAULTS])
def test_a_recording_that_is_not_fit_keeps_all_others_out(
    words: Words, tmp_path: Path, name: str, data: Callable[[], bytes], fault: str
) -> None:
    source, target = tmp_path / "from", tmp_path / "audio/kn"
    source.mkdir()
    (source / "bye.wav").write_bytes(wav())
    (source / name).write_bytes(data())
    done = import_recordings(source, target, words, KN)
    assert (done.copied, done.faults) == ((), (f"{name}: {fault}",))
    assert not target.exists()
    done = import_recordings(source, target, words, KN, only_good=True)
    assert (done.copied, done.faults) == (("bye",), (f"{name}: {fault}",))
    assert [path.name for path in target.iterdir()] == ["bye.wav"]


def test_one_key_has_one_file(words: Words, tmp_path: Path) -> None:
    for name, data in (("hello.wav", wav()), ("hello.mp3", mp3())):
        write(tmp_path, f"from/{name}", "")
        (tmp_path / "from" / name).write_bytes(data)
    done = import_recordings(tmp_path / "from", tmp_path / "to", words, KN)
    assert done.faults == ("hello.mp3: it is here as .mp3 and as .wav; keep one", "hello.wav: it is here as .mp3 and as .wav; keep one")


def test_a_folder_that_is_empty_or_not_there_is_told(words: Words, tmp_path: Path) -> None:
    (tmp_path / "from").mkdir()
    done = import_recordings(tmp_path / "from", tmp_path / "to", words, KN)
    assert done.faults == ("from: no recording is in this folder; `python -m ivr words sheet kn` lists them",)
    with pytest.raises(ConfigurationError, match='there is no folder "gone" to take recordings from'):
        import_recordings(tmp_path / "gone", tmp_path / "to", words, KN)


def test_a_name_is_on_no_list_and_the_words_around_it_are(tmp_path: Path) -> None:
    write(tmp_path, "words/kn.yaml", KANNADA + '  who: "ವೈದ್ಯರು {doctor:name} ಮಾತನಾಡುತ್ತಾರೆ."\n')
    words = load_words(tmp_path)
    keys = [row.key for row in recording_list(words, KN)]
    assert [key for key in keys if key.startswith("who")] == ["who.1", "who.2"]
    assert "" not in keys
    assert can_be_heard(words, "who", KN, ["who.1", "who.2"])
