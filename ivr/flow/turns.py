"""Where a caller stands in a flow, and what comes of an event. A place goes through JSON between two turns."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from ivr.model.events import Heard
from ivr.model.values import Language

FactValue: TypeAlias = bool | int | str


@dataclass(frozen=True, slots=True)
class Frame:
    """One step in one flow; `version` of the flow when it was entered."""

    flow: str
    step: str
    version: str

    def __str__(self) -> str:
        return f"{self.flow}.{self.step}"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a caller stands: the innermost frame last. `language` speaks; `languages` are on offer."""

    frames: tuple[Frame, ...]
    language: Language
    languages: tuple[Language, ...]
    answers: Mapping[str, str] = field(default_factory=dict)
    told: Mapping[str, FactValue] = field(default_factory=dict)  # values that were spoken and stand for the rest of the call
    silences: int = 0  # how often in a row, at this step
    wrong_keys: int = 0
    rounds: int = 0  # of a hold
    recording: bool = False  # consent was given
    back: str = ""  # the step to return to from a choice of language
    screened: tuple[Frame, ...] = ()  # where the caller stood when they passed the emergency screen: the step that ran it
    turns: int = 0
    over: bool = False


@dataclass(frozen=True, slots=True)
class Begun:
    """The call was answered."""


@dataclass(frozen=True, slots=True)
class Resumed:
    """The caller was cut off, and rang again."""


Event: TypeAlias = Begun | Resumed | Heard


@dataclass(frozen=True, slots=True)
class Utterance:
    """One word of `callflows/words`, to be said in one language with these values in its slots."""

    word: str
    language: Language
    values: Mapping[str, FactValue] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Effect:
    """What a step wishes for; carried out in the turn's own transaction."""

    name: str
    arguments: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Keys:
    """Wait for this many keys."""

    digits: int = 1


@dataclass(frozen=True, slots=True)
class Note:
    """Record a voice note."""

    longest_s: int


@dataclass(frozen=True, slots=True)
class Phone:
    """Ring somebody of the clinic."""

    who: str


@dataclass(frozen=True, slots=True)
class Music:
    """Wait on hold for `seconds`; a key ends it."""

    file: str
    seconds: int


@dataclass(frozen=True, slots=True)
class Next:
    """Ask for the next turn at once."""


@dataclass(frozen=True, slots=True)
class Room:
    """Into the room of the consult that this call is about."""


@dataclass(frozen=True, slots=True)
class Over:
    """Hang up."""


Wait: TypeAlias = Keys | Note | Phone | Music | Next | Room | Over


@dataclass(frozen=True, slots=True)
class Turn:
    """What comes of one event. `facts` are those that the flow asked for; `passed` the steps gone through, in order."""

    place: Place
    said: tuple[Utterance, ...]
    wait: Wait
    effects: tuple[Effect, ...]
    passed: tuple[str, ...]
    facts: Mapping[str, FactValue]
