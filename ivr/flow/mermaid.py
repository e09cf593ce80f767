"""Drawings: a flow as a Mermaid flowchart, which GitHub and most wikis show as a picture."""

from ivr.flow.draw_cards import does, first_words, label_of
from ivr.flow.model import Ask, Branch, ChooseLanguage, End, Flow, Goto, Menu, Return, Run, Step
from ivr.flow.ways import EVERYWHERE, Way, ways
from ivr.flow.words import Words
from ivr.model.values import Language

_MOST_CHARACTERS = 48


def mermaid(flow: Flow, words: Words, language: str = "en") -> str:
    """The flowchart: a node for each step with the first words heard there, an edge for each way on. The same flow, the same text."""
    heard = first_words(flow, words, Language(language))
    numbers = {name: f"s{number}" for number, name in enumerate(flow.steps, start=1)}
    rows = ["flowchart TD", f'  start(["{_escaped(flow.name)}"]) --> {numbers.get(flow.start, "start")}']
    for name, step in flow.steps.items():
        opening, closing = _outline(step)
        label = "<br>".join(filter(None, [f"<b>{_escaped(name)}</b>", _escaped(does(step)), _escaped(_cut(heard.get(name, "")))]))
        rows.append(f'  {numbers[name]}{opening}"{label}"{closing}')
    found = ways(flow)
    rows += [f"  {numbers[way.here]} {_arrow(way)} {numbers[way.there]}" for way in found if way.here != EVERYWHERE]
    if flow.keys:
        rows.append('  anywhere(["in every menu"])')
        rows += [f"  anywhere {_arrow(way)} {numbers[way.there]}" for way in found if way.here == EVERYWHERE]
    return "\n".join(rows) + "\n"


def _arrow(way: Way) -> str:
    return f'-->|"{_escaped(label_of(way))}"|' if way.labels else "-->"


def _cut(text: str) -> str:
    return text if len(text) <= _MOST_CHARACTERS else f"{text[: _MOST_CHARACTERS - 1].rstrip()}…"


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


def _escaped(text: str) -> str:
    """Mermaid's own escapes, so that no word is taken for markup: `#quot;`."""
    escapes = {"#": "#35;", '"': "#quot;", "<": "#lt;", ">": "#gt;", "&": "#amp;", "`": "#96;", "|": "#124;"}
    return "".join(escapes.get(character, character) for character in text)
