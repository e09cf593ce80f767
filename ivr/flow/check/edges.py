"""Where each step may lead. The linter and the drawings go by it."""

from collections.abc import Iterator
from dataclasses import dataclass

from ivr.flow.model import (
    Ask,
    Branch,
    ChooseLanguage,
    Do,
    End,
    Flow,
    Goto,
    Hold,
    JoinRoom,
    Menu,
    Return,
    RingPhone,
    Run,
    Say,
    Settle,
    Step,
    VoiceNote,
)


@dataclass(frozen=True, slots=True)
class Edge:
    """`part`: the field of the file. `label`: for people. `silent`: a caller who presses nothing may come this way.

    `detour`: to a choice of language by a key of the file, which leads back to where it was pressed.
    """

    part: str
    label: str
    to: str
    silent: bool = False
    detour: bool = False


def edges(flow: Flow, step: Step) -> Iterator[Edge]:
    """Steps of the same flow that may come next, keys of the file included."""
    match step:
        case Menu() | ChooseLanguage() | Ask():
            yield from _keyed(step)
        case Hold():
            yield from _held(step)
        case _:
            yield from _unkeyed(step)
    if isinstance(step, Menu | Hold):
        yield from _flow_keys(flow, step)


def _unkeyed(step: Say | Branch | Do | VoiceNote | RingPhone | Settle | JoinRoom | Run | Goto | Return | End) -> Iterator[Edge]:
    match step:
        case Say(_, then) | Do(_, _, then) | Settle(_, then):
            yield Edge("then", "", then, silent=True)
        case JoinRoom(_, then):
            yield Edge("then", "out of the room", then)  # nobody comes there who never pressed a key
        case Branch(_, yes, no):
            yield Edge("yes", "yes", yes, silent=True)
            yield Edge("no", "no", no, silent=True)
        case VoiceNote():
            yield Edge("then", "recorded", step.then)
            yield Edge("refused", "no consent", step.refused, silent=True)
        case RingPhone():
            yield Edge("answered", "answered", step.answered, silent=True)
            yield Edge("otherwise", "nobody", step.otherwise, silent=True)
        case Run(_, outcomes):
            for outcome, then in outcomes.items():
                yield Edge("on", outcome, then, silent=True)
        case Goto() | Return() | End():
            pass


def _keyed(step: Menu | ChooseLanguage | Ask) -> Iterator[Edge]:
    match step:
        case Menu():
            for key, to in step.keys.items():
                yield Edge(key, key, to)
            if step.any_key:
                yield Edge("any_key", "any key", step.any_key)
        case ChooseLanguage():
            yield Edge("then", "chosen", step.then, silent=True)  # with one language on offer nobody is asked
        case Ask():
            for outcome, to in step.then.items():
                yield Edge(outcome or "then", outcome or step.answer, to)
    yield Edge("silence", "silence", step.silence.then, silent=True)
    if not (isinstance(step, Menu) and step.any_key):  # where any key will do, none is wrong
        yield Edge("wrong_key", "wrong key", step.wrong_key.then)


def _held(step: Hold) -> Iterator[Edge]:
    for key, to in step.keys.items():
        yield Edge(key, key, to)
    if step.until:
        yield Edge("ready", step.until.replace("_", " "), step.ready, silent=True)
    yield Edge("then", f"after {step.longest_s} s", step.then, silent=True)


def _flow_keys(flow: Flow, step: Menu | Hold) -> Iterator[Edge]:
    for key, to in flow.keys.items():
        if key not in step.keys:
            yield Edge(f"keys.{key}", key, to, detour=isinstance(flow.steps.get(to), ChooseLanguage))
