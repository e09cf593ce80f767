"""Drawings: a flow as a Mermaid flowchart, which GitHub and most wikis show as a picture."""

from collections.abc import Iterator

from ivr.flow.check.edges import edges
from ivr.flow.check.speech import said
from ivr.flow.model import Ask, Branch, ChooseLanguage, Do, End, Flow, Goto, Hold, JoinRoom, Menu, Return, RingPhone, Run, Step, VoiceNote
from ivr.flow.words import SlotRef, Words
from ivr.model.values import Language

_MOST_CHARACTERS = 48


def mermaid(flow: Flow, words: Words, language: str = "en") -> str:
    """The flowchart: a node for each step with the first words heard there, an edge for each way on. The same flow, the same text."""
    heard = _heard(flow, words, Language(language))
    numbers = {name: f"s{number}" for number, name in enumerate(flow.steps, start=1)}
    rows = ["flowchart TD", f'  start(["{_escaped(flow.name)}"]) --> {numbers.get(flow.start, "start")}']
    for name, step in flow.steps.items():
        opening, closing = _outline(step)
        label = "<br>".join(filter(None, [f"<b>{_escaped(name)}</b>", _escaped(_does(step)), _escaped(heard.get(name, ""))]))
        rows.append(f'  {numbers[name]}{opening}"{label}"{closing}')
    for name, step in flow.steps.items():
        rows += [f"  {numbers[name]} {arrow} {numbers[to]}" for to, arrow in _arrows(flow, step) if to in numbers]
    if flow.keys:
        rows.append('  anywhere(["in every menu"])')
        rows += [f'  anywhere -->|"{_escaped(key)}"| {numbers[to]}' for key, to in flow.keys.items() if to in numbers]
    return "\n".join(rows) + "\n"


def _arrows(flow: Flow, step: Step) -> Iterator[tuple[str, str]]:
    """One arrow to each next step, with all that leads there. Keys of the file are drawn once, from the file."""
    ways: dict[str, list[str]] = {}
    for edge in edges(flow, step):
        if not edge.part.startswith("keys."):
            ways.setdefault(edge.to, []).append(edge.label)
    for to, labels in ways.items():
        label = ", ".join(filter(None, dict.fromkeys(labels)))
        yield to, f'-->|"{_escaped(label)}"|' if label else "-->"


def _heard(flow: Flow, words: Words, language: Language) -> dict[str, str]:
    """The first words of what each step says first."""
    first: dict[str, str] = {}
    for each in said(flow):
        if each.words and (phrase := words.find(each.words[0], language)):
            text = "".join(part if isinstance(part, str) else _slot(part) for part in phrase.parts)
            first.setdefault(each.step, text if len(text) <= _MOST_CHARACTERS else f"{text[: _MOST_CHARACTERS - 1].rstrip()}…")
    return first


def _slot(slot: SlotRef) -> str:
    return f"({slot.name.replace('_', ' ')})"


def _outline(step: Step) -> tuple[str, str]:
    """Round ends, slanted questions, diamonds for facts, double sides for other flows."""
    match step:
        case End() | Return():
            return "([", "])"
        case Menu() | Ask() | ChooseLanguage():
            return "[/", "/]"
        case Branch():
            return "{", "}"
        case Run() | Goto():
            return "[[", "]]"
        case _:
            return "[", "]"


def _does(step: Step) -> str:
    match step:
        case Branch(fact):
            return f"{fact.replace('_', ' ')}?"
        case Do(effect, arguments):
            return " ".join([effect, *arguments]).replace("_", " ")
        case Run(name):
            return f"run {name}"
        case Goto(name):
            return f"go to {name}"
        case Return(outcome):
            return f"return {outcome}"
        case RingPhone(who):
            return f"ring {who}"
        case JoinRoom():
            return "into the room"
        case Hold(longest_s=longest):
            return f"hold, {longest} s at most"
        case VoiceNote(longest_s=longest):
            return f"voice note, {longest} s at most"
        case _:
            return ""


def _escaped(text: str) -> str:
    """Mermaid's own escapes, so that no word is taken for markup: `#quot;`."""
    escapes = {"#": "#35;", '"': "#quot;", "<": "#lt;", ">": "#gt;", "&": "#amp;", "`": "#96;", "|": "#124;"}
    return "".join(escapes.get(character, character) for character in text)
