"""What the softphone shows as published is what lines.yaml says, in sentences for whoever holds a phone."""

from collections.abc import Callable

import pytest

from ivr.run.directory import directory
from ivr.sandbox.directory import AUDIENCES, Directory
from ivr.settings import Settings
from ivr.wiring import build


@pytest.fixture
def shown(make_settings: Callable[..., Settings], sqlite_url: str) -> Directory:
    app = build(make_settings(database_url=sqlite_url, delivered_seconds=45, public_url="http://127.0.0.1:8000"))
    found = directory(app)
    app.database.close()
    return found


def test_each_line_says_what_it_does(shown: Directory) -> None:
    does = {line.number: line.does for line in shown.lines}

    assert does["08061914343"] == "Never answers. An SMS with the link to the app follows."
    assert does["08061914344"] == "Answers with the menu “hotline”."
    assert does["08061914348"] == "Never answers. After 10 seconds it calls back, with the menu “hotline”."
    assert len(set(does.values())) == len(shown.lines)
    assert [line.number for line in shown.lines if line.answers] == ["08061914344", "08061914346"]
    assert [line.number for line in shown.lines if line.audience == "doctors"] == ["08061914345", "08061914346"]
    assert {line.audience for line in shown.lines} == set(AUDIENCES)


def test_doctors_are_the_sample_ones_and_a_talk_lasts_as_long_as_the_settings_say(shown: Directory) -> None:
    assert shown.doctors[0].phone == "+916999000001"
    assert shown.doctors[0].name == "Dr Ramya Patel"
    assert shown.talk_seconds == 45
    assert shown.console == "http://127.0.0.1:8000/ops/"
