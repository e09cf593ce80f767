"""Who holds the phone: a person at a terminal, a program behind a pipe, or a list of keys."""

import os
import select
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from re import fullmatch
from typing import Protocol

LOOK_S = 0.1
HINT = "keys are 0 to 9, * and #; v 5 speaks for five seconds; pay pays by the link of an SMS; h hangs up"


@dataclass(frozen=True, slots=True)
class Press:
    keys: str


@dataclass(frozen=True, slots=True)
class Speak:
    seconds: int


@dataclass(frozen=True, slots=True)
class Pay:
    """By the link in an SMS of this call, as soon as there is one."""


@dataclass(frozen=True, slots=True)
class HangUp:
    pass


Deed = Press | Speak | Pay | HangUp


def read_deed(text: str) -> Deed:
    """`1`, `12#`, `v 5`, `pay`, `h`. ValueError with what can be typed instead."""
    text = text.strip()
    if fullmatch(r"[0-9*#]+", text):
        return Press(text)
    if spoken := fullmatch(r"v ?([1-9][0-9]{0,2})", text):
        return Speak(int(spoken[1]))
    if text in ("pay", "h"):
        return Pay() if text == "pay" else HangUp()
    raise ValueError(HINT)


def _read(line: str, show: Callable[[str], None]) -> list[Deed]:
    """What somebody at work meant; nothing for an empty line."""
    try:
        return [read_deed(line)] if line.strip() else []
    except ValueError as hint:
        show(f"  ({hint})")
        return []


class Hands(Protocol):
    """Each question takes a moment, so that whoever asks in a loop does not spin. `scripted`: nobody sees what is typed."""

    scripted: bool

    def deeds(self, ready: bool, talks: bool) -> list[Deed]:
        """What to do to a call that goes on. `ready`: it waits for this person, and has said what it had to say.

        `talks`: it has brought them together with somebody, and asks for nothing.
        """
        ...

    def picks_up(self, rings: bool) -> bool | None:
        """Yes; no (decline, or wait no longer when it does not ring); or not decided yet."""
        ...


class Typist:
    """A person: what is typed is done at once, and Ctrl-D hangs up."""

    scripted = False

    def __init__(self, stdin: int, show: Callable[[str], None]) -> None:
        self._typed = _Lines(stdin)
        self._show = show

    def deeds(self, ready: bool, talks: bool) -> list[Deed]:
        found = [deed for line in self._typed.read() for deed in _read(line, self._show)]
        return [*found, HangUp()] if self._typed.closed else found

    def picks_up(self, rings: bool) -> bool | None:
        lines = self._typed.read()
        if self._typed.closed or any(line.strip() == "h" for line in lines):
            return False
        return True if lines else None


class Script:
    """A list: one deed whenever the call waits for one; after the last, those of `then`. A phone that rings is picked up."""

    scripted = True

    def __init__(self, deeds: Iterable[Deed], rest: Callable[[float], None], then: Hands | None = None) -> None:
        self._left = deque(deeds)
        self._rest = rest
        self._then = then

    def deeds(self, ready: bool, talks: bool) -> list[Deed]:
        if not self._left and self._then is not None:
            return self._then.deeds(ready, talks)
        self._rest(LOOK_S)
        return [self._left.popleft()] if ready and self._left else []

    def picks_up(self, rings: bool) -> bool | None:
        if not rings and self._then is not None:
            return self._then.picks_up(rings)
        self._rest(LOOK_S)
        return True


class Piped:
    """A program: a line is kept until the call waits for it, for what is piped in comes all at once."""

    scripted = True

    def __init__(self, stdin: int, show: Callable[[str], None], rest: Callable[[float], None]) -> None:
        self._piped = _Lines(stdin)
        self._left: deque[str] = deque()
        self._show = show
        self._rest = rest

    def deeds(self, ready: bool, talks: bool) -> list[Deed]:
        self._look()
        if not (self._left and (ready or (talks and self._left[0].strip() == "h"))):
            return []
        return _read(self._left.popleft(), self._show)

    def picks_up(self, rings: bool) -> bool | None:
        self._look()
        if not (rings and self._left):
            return None
        return self._left.popleft().strip() != "h"

    def _look(self) -> None:
        if self._piped.closed:
            self._rest(LOOK_S)
        else:
            self._left.extend(self._piped.read())


class _Lines:
    """Whole lines of a file descriptor, as they come."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._begun = b""
        self.closed = False

    def read(self) -> list[str]:
        """Lines that have come; waits `LOOK_S` for the first. An unfinished last line counts once the end has come."""
        listened_to = [] if _is_a_shells(self._descriptor) else [self._descriptor]
        if self.closed or not select.select(listened_to, [], [], LOOK_S)[0]:
            return []
        data = os.read(self._descriptor, 4096)
        self.closed = not data
        *lines, self._begun = (self._begun + data).split(b"\n")
        if self.closed and self._begun:
            lines.append(self._begun)
        return [line.decode(errors="replace") for line in lines]


def _is_a_shells(terminal: int) -> bool:
    """Whether we run in the background (`… &`): what is typed is the shell's then, and reading it would stop us."""
    try:
        return os.tcgetpgrp(terminal) != os.getpgrp()
    except OSError:
        return False  # no terminal, or not the one that we were started from
