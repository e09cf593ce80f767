"""The calls of the README, with the very keys that it gives: each is pressed where somebody listens for it."""

import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from time import sleep

import pytest

from ivr.sandbox.hands import Script, read_deed
from ivr.sandbox.remote import Remote
from ivr.sandbox.terminal import Handset
from ivr.settings import ROOT
from tests.stage import MENU_LINE, Stage

KEYS = re.findall(r'--keys "([^"]+)"', (ROOT / "README.md").read_text(encoding="utf-8"))
CALLER = "+919845012345"

pytestmark = pytest.mark.halved


@pytest.fixture
def provider() -> str:
    return "plivo"


class Paying(Remote):
    """Whoever pays waits for our workers, which are stepped on this thread."""

    def __init__(self, stage: Stage) -> None:
        super().__init__(stage.app.settings.plivo_api_url)
        self._stage = stage

    def pay(self, url: str) -> str:
        with ThreadPoolExecutor(1) as browser:
            paid = browser.submit(super().pay, url)
            while not paid.done():
                self._stage.settle()
                sleep(0.01)  # of the browser's own time; the call's stands still
        return paid.result()


@contextmanager
def told(rows: list[str]) -> Iterator[None]:
    """What the phone showed, where a test fails."""
    try:
        yield
    except AssertionError as why:
        raise AssertionError("\n".join(rows)) from why


def plays(stage: Stage, keys: str) -> list[str]:
    """What the phone shows of a call of the README; it ends with the keys."""
    stage.doctor().takes_calls("no answer")
    rows: list[str] = []
    script = Script([read_deed(each) for each in [*keys.split(), "h"]], lambda _: stage.pass_moment())
    Handset(Paying(stage), script, stage.clock, rows.append, lambda _: stage.pass_moment(), CALLER, 1_000).dial(MENU_LINE, "plivo")
    return rows


@pytest.mark.parametrize("keys", KEYS)
def test_every_key_is_pressed_while_somebody_listens(stage: Stage, keys: str) -> None:
    rows = plays(stage, keys)
    done = [row.split()[-1].strip("()") for row in rows if row.startswith(("  (pressed", "  (paid", "  (hung up"))]
    wished = [{"pay": "paid", "h": "up"}.get(each, each) for each in keys.split()]
    with told(rows):
        assert done[: len(wished)] == wished
        assert not [row for row in rows if "nobody listens" in row or "keys are" in row]


def test_the_caller_who_pays_on_the_line_answers_what_is_asked_after_that(stage: Stage) -> None:
    [keys] = [each for each in KEYS if each.endswith("560001#")]
    rows = plays(stage, keys)
    asked = {"(pressed 2)": "How long has it hurt", "(pressed 560001#)": "key in the six digits of the patient's PIN code"}
    with told(rows):
        for answer, question in asked.items():
            pressed = max(at for at, row in enumerate(rows) if answer in row)
            heard = [row for row in rows[:pressed] if "♪" in row]
            assert question in heard[-1]
        [consult] = stage.consults()
        assert (consult.pain_time, consult.pin_code) == ("weeks", "560001")


def test_the_caller_who_pays_and_hangs_up_has_the_money_back(stage: Stage) -> None:
    [keys] = [each for each in KEYS if each.endswith("pay h")]
    rows = plays(stage, keys)
    with told(rows):
        assert "  (paid)" in rows
        assert stage.payments() == ["held"]
        stage.wait(minutes=stage.app.settings.serve_by_minutes + 1)
        assert any("Rs 249 goes back" in text.body for text in stage.sandbox.inbox(CALLER))
