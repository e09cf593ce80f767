"""Small `callflows` folders, written for one test."""

from pathlib import Path

ENGLISH = """\
language: en
words:
  hello: "Hello."
  choose: "For English, press {key:digits}."
  menu: "For a doctor, press 1. To hear this again, 2."
  again: "I did not hear a key."
  bye: "Goodbye."
  trouble: "Sorry, ring again."
  one_moment: "One moment."
  flow_changed: "Our menu has changed."
"""

HINDI = """\
language: hi
words:
  hello: "नमस्ते।"
  choose: "हिंदी के लिए {key:digits} दबाएँ।"
  menu: "डॉक्टर के लिए 1 दबाएँ। दोबारा सुनने के लिए 2।"
  again: "कोई बटन सुनाई नहीं दिया।"
  bye: "फिर मिलेंगे।"
  trouble: "माफ़ कीजिए, फिर फ़ोन कीजिए।"
  one_moment: "एक क्षण।"
  flow_changed: "मेन्यू बदला है।"
"""

KANNADA = """\
language: kn
words:
  hello: "ನಮಸ್ಕಾರ."
  choose: "ಕನ್ನಡಕ್ಕಾಗಿ {key:digits} ಒತ್ತಿ."
  menu: "ವೈದ್ಯರಿಗಾಗಿ 1 ಒತ್ತಿ. ಮತ್ತೆ ಕೇಳಲು 2."
  again: "ಯಾವ ಕೀ ಕೂಡ ಕೇಳಿಸಲಿಲ್ಲ."
  bye: "ಹೋಗಿ ಬನ್ನಿ."
  trouble: "ಕ್ಷಮಿಸಿ, ಮತ್ತೆ ಕರೆ ಮಾಡಿ."
  one_moment: "ಒಂದು ಕ್ಷಣ."
  flow_changed: "ಮೆನು ಬದಲಾಗಿದೆ."
"""

HEAD = """\
flow: hotline
about: A test.
start: first
keys: {9: languages}
silence: {say: again, then: leave}
wrong_key: {then: leave}
steps:
  languages: {language: choose, then: begin}
  leave: {hang_up: bye}
  first: {menu: hello, 1: begin, 2: leave}
"""
"""Ten rows: what a test adds begins on row 11."""

GOOD = HEAD + "  begin: {menu: menu, 1: leave, 2: begin}\n"


def write(folder: Path, name: str, text: str) -> None:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def clinic(folder: Path, steps: str = "", *, words: str = "", **flows: str) -> Path:
    """A folder whose hotline has these steps after `HEAD`, English words with these besides, and these further flows."""
    write(folder, "flows/hotline.yaml", HEAD + steps if steps else GOOD)
    write(folder, "words/en.yaml", ENGLISH + words)
    for name, text in flows.items():
        write(folder, f"flows/{name}.yaml", text)
    return folder
