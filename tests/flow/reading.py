"""Flows for the engine's tests: read as from a file, but not held against the linter, which would refuse some of them."""

from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

from ivr.flow.loader import examine
from ivr.flow.model import Book
from ivr.flow.words import Words
from ivr.flow.words_sheet import read_words


def load_words(folder: Path) -> Words:
    """The words of a folder, or all that is wrong with them."""
    found = read_words(folder)
    found.raise_if_any()
    return found.words


def book_of(*, slots: Mapping[str, tuple[str, ...]] | None = None, **flows: str) -> Book:
    """`slots`: the values that words of these flows have; a language's prompt always has its key."""
    with TemporaryDirectory() as folder:
        (Path(folder) / "flows").mkdir()
        for name, text in flows.items():
            about = "" if "about:" in text else "about: A test.\n"
            (Path(folder) / "flows" / f"{name}.yaml").write_text(f"flow: {name}\n{about}{text.lstrip()}", encoding="utf-8")
        found = examine(Path(folder)).book
    return Book(found.flows, {"choose": ("key",), **(slots or {})})
