"""Flows: steps as frozen data, one class for each kind."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Policy:
    """What a caller hears who says nothing, or presses a key that means nothing here: asked `tries` times again, then on to `then`."""

    then: str
    tries: int = 2
    say: tuple[str, ...] = ()  # before the prompt is heard again
    prompt: tuple[str, ...] = ()  # instead of the step's own, when there is a shorter one


@dataclass(frozen=True, slots=True)
class Say:
    words: tuple[str, ...]
    then: str


@dataclass(frozen=True, slots=True)
class Menu:
    """One key. `any_key` takes every key that `keys` does not name."""

    words: tuple[str, ...]
    keys: Mapping[str, str]
    silence: Policy
    wrong_key: Policy
    any_key: str | None = None


@dataclass(frozen=True, slots=True)
class ChooseLanguage:
    """Each language on offer says its own prompt with its own key; skipped where there is but one."""

    words: tuple[str, ...]
    then: str
    silence: Policy
    wrong_key: Policy


@dataclass(frozen=True, slots=True)
class Ask:
    """Digits, kept under `name` once `answer` (see the vocabulary) finds them good."""

    words: tuple[str, ...]
    name: str
    answer: str
    then: Mapping[str, str]  # outcome → step: "" is `then`; a yes/no answer has "yes" and "no", an age may have "minor"
    silence: Policy
    wrong_key: Policy


@dataclass(frozen=True, slots=True)
class Branch:
    fact: str
    yes: str
    no: str


@dataclass(frozen=True, slots=True)
class Do:
    effect: str
    arguments: tuple[str, ...]
    then: str


@dataclass(frozen=True, slots=True)
class Hold:
    """Waiting: news and music in turns of `every_s`, for `longest_s` at most; `until` names the fact that ends it."""

    words: tuple[str, ...]
    keys: Mapping[str, str]
    every_s: int
    longest_s: int
    then: str
    music: str = ""
    until: str = ""
    ready: str = ""


@dataclass(frozen=True, slots=True)
class VoiceNote:
    """Asks for consent first: 1 records, anything else goes to `refused`."""

    consent: tuple[str, ...]
    words: tuple[str, ...]
    longest_s: int
    then: str
    refused: str


@dataclass(frozen=True, slots=True)
class RingPhone:
    """Joins the caller to somebody of the clinic."""

    who: str
    words: tuple[str, ...]
    answered: str
    otherwise: str


@dataclass(frozen=True, slots=True)
class Settle:
    """Says words and ends the turn: what was wished for is done before the next step looks at the world."""

    words: tuple[str, ...]
    then: str


@dataclass(frozen=True, slots=True)
class JoinRoom:
    """Puts this leg into the room of its consult; goes on when the leg is there no more, whoever ended it."""

    words: tuple[str, ...]
    then: str


@dataclass(frozen=True, slots=True)
class Run:
    """A flow within a flow; each of its outcomes leads on."""

    flow: str
    outcomes: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Goto:
    """On to another flow, for good."""

    flow: str


@dataclass(frozen=True, slots=True)
class Return:
    outcome: str


@dataclass(frozen=True, slots=True)
class End:
    """Last words, then hang up."""

    words: tuple[str, ...] = ()


Step: TypeAlias = (
    Say | Menu | ChooseLanguage | Ask | Branch | Do | Hold | VoiceNote | RingPhone | Settle | JoinRoom | Run | Goto | Return | End
)


@dataclass(frozen=True, slots=True)
class Flow:
    """`keys` work in every menu and hold. `resume`: said to a caller who was cut off and rings again, "" to begin anew.

    `screen`: this is an emergency screen, which nobody may be taken for having passed twice. `version`: a fingerprint of the steps.
    """

    name: str
    about: str
    start: str
    steps: Mapping[str, Step]
    keys: Mapping[str, str]
    version: str
    resume: str = ""
    screen: bool = False
    lines: Mapping[str, int] = field(
        default_factory=dict
    )  # step, or a part of one (`menu.1`, `.keys.9`, `.start`) → row of the file, for faults


@dataclass(frozen=True, slots=True)
class Book:
    """All flows of a clinic, and the slots that each word has: values the engine must find for it."""

    flows: Mapping[str, Flow]
    slots: Mapping[str, tuple[str, ...]]
