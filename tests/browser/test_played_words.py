"""What the played consult listens for is what the flows say: a table in the softphone, held against the words of this clinic."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
SCRIPT: dict[str, Any] = json.loads((ROOT / "ivr/sandbox/static/consult.json").read_text())
WORDS: dict[str, str] = yaml.safe_load((ROOT / "callflows/words/en.yaml").read_text())["words"]
SAID = [re.sub(r"\{key:\w+\}", "one", words) for words in WORDS.values()]
TEXTS = (ROOT / "callflows/texts.yaml").read_text()

rows = pytest.mark.parametrize("row", [*SCRIPT["patient"], *SCRIPT["doctor"]], ids=lambda row: row["hears"])


@rows
def test_each_row_hears_words_that_are_said(row: dict[str, str]) -> None:
    for alternative in row["hears"].split("|"):
        assert [words for words in SAID if re.search(alternative, words)] != [], alternative


@rows
def test_each_row_presses_keys_and_belongs_to_a_step(row: dict[str, str]) -> None:
    assert re.fullmatch(r"\$1|[0-9*#]+", row["press"])
    assert row["step"] in SCRIPT["steps"]


@pytest.mark.parametrize("sign", SCRIPT["signs"].values())
def test_each_sign_is_said_or_written(sign: str) -> None:
    assert any(sign in words for words in SAID) or sign in TEXTS


def test_the_line_is_the_hotlines() -> None:
    assert f"then: flow {SCRIPT['line']}" in (ROOT / "callflows/lines.yaml").read_text()
