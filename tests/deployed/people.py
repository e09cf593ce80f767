"""People with phones, who go about their calls while processes die: each has a line to ring, a way to take calls, keys to press."""

import random
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from threading import Event, Thread
from typing import Any

import requests

from tests.deployed.deployment import Deployment

TEXT_LINE, MENU_LINE, CALL_BACK_LINE = "08061914343", "08061914344", "08061914348"
MISSED_CALL_LINES = (TEXT_LINE, CALL_BACK_LINE)
_LOOK_S = 0.15
_NEWEST = 100  # of all calls, those among which the live ones are


@dataclass(frozen=True, slots=True)
class Person:
    """`keys` are pressed one by one whenever a call waits for one; `h` hangs up; then nothing more is pressed."""

    number: str
    line: str
    keys: str = ""
    manner: str = "rings"


def crowd(dice: random.Random, texts: int, call_backs: int, walks: int) -> list[Person]:
    """In the order in which they ring."""
    people = [
        *(Person("", TEXT_LINE) for _ in range(texts)),
        *(Person("", CALL_BACK_LINE, *dice.choice(_CALLED)) for _ in range(call_backs)),
        *(Person("", MENU_LINE, dice.choice(_WALKS)) for _ in range(walks)),
    ]
    dice.shuffle(people)
    return [Person(f"+9198{dice.randrange(10**4):04d}{index:04d}", each.line, each.keys, each.manner) for index, each in enumerate(people)]


# The language, then: our app; a call later; a complaint, written down; keys that mean nothing; and whoever hangs up in the middle.
_WALKS = ("12", "12", "131", "1332", "102", "178*2", "2", "1h", "h", "13h")
_CALLED = (("12", "answers"), ("12", "answers"), ("131", "answers"), ("h", "answers"), ("", "machine"), ("", "busy"), ("", "declines"))


class Attendance:
    """Presses everybody's keys, until told to stop."""

    def __init__(self, here: Deployment, people: Sequence[Person]) -> None:
        self._here = here
        self._keys = {person.number: person.keys for person in people}
        self._pressed: dict[str, int] = {}
        self._stop = Event()
        self._thread = Thread(target=self._attend, name="people", daemon=True)

    def __enter__(self) -> "Attendance":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()

    def _attend(self) -> None:
        while not self._stop.wait(_LOOK_S):
            for call in self._here.get(f"calls?limit={_NEWEST}")["calls"]:
                if call["state"] == "live" and call["waits_for"] == "keys":
                    self._act(call)

    def _act(self, call: dict[str, Any]) -> None:
        """One deed; what cannot be done any more, because the call is over, is not done."""
        done = self._pressed.get(call["id"], 0)
        key = self._keys.get(call["caller"], "")[done : done + 1]
        if not key:
            return
        self._pressed[call["id"]] = done + 1
        with suppress(requests.HTTPError):
            if key == "h":
                self._here.post(f"calls/{call['id']}/hang-up", {})
            else:
                self._here.post(f"calls/{call['id']}/keys", {"keys": key})
