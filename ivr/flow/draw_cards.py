"""Cards: what stands in the drawing for each step, and how much room it takes."""

from collections.abc import Sequence
from dataclasses import dataclass

from ivr.flow.check.speech import said
from ivr.flow.draw_text import width, wrapped
from ivr.flow.layout.places import labels_width
from ivr.flow.model import Ask, Branch, ChooseLanguage, Do, End, Flow, Goto, Hold, JoinRoom, Menu, Return, RingPhone, Run, Step, VoiceNote
from ivr.flow.ways import EVERYWHERE, Way, onward, ways
from ivr.flow.words import Phrase, Words
from ivr.model.values import Language

TITLE, TEXT = 13.0, 12.0  # sizes of letters
ROW, HEAD, PAD, SIDE = 17.0, 18.0, 7.0, 12.0
_LEAST, _HEARD = 120.0, 196.0
SLANT = 10.0  # of the sides of a question that we ask ourselves
START = "*"


@dataclass(frozen=True, slots=True)
class Card:
    """`does` and `heard` in rows; `other`: the flow it leads into; `apart`: ways that no line is drawn for; `labels`: under it."""

    name: str
    kind: str
    title: str
    does: str
    heard: tuple[str, ...]
    other: str
    apart: tuple[Way, ...]
    width: float

    @property
    def height(self) -> float:
        rows = bool(self.does) + len(self.heard) + bool(self.other) + len(self.apart)
        return 2 * PAD + HEAD + rows * ROW


def kind_of(step: Step) -> str:
    """What the stylesheet draws alike."""
    match step:
        case Menu() | Ask() | ChooseLanguage():
            return "asks"
        case Branch():
            return "fact"
        case Do():
            return "does"
        case Hold():
            return "waits"
        case Run() | Goto():
            return "flow"
        case End() | Return():
            return "end"
        case _:
            return "says"


def does(step: Step) -> str:
    """What a step does beside speaking, in the words of its file."""
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


def label_of(way: Way) -> str:
    return ", ".join(way.labels)


def aside_of(way: Way, row: dict[str, int]) -> str:
    """A way that no line is drawn for, in words: an arrow up for what leads back, else one to the side."""
    back = way.here in row and row[way.there] <= row[way.here]
    return f"{label_of(way) or 'then'} {'↑' if back else '→'} {way.there}"


def label_width(way: Way) -> float:
    return width(label_of(way), TEXT, bold=True) + 12 if way.labels else 0


def cards(flow: Flow, words: Words, language: Language) -> tuple[list[Card], list[Way]]:
    """One for each step, one for the start, one for the keys of the file; and the ways that a line is drawn for."""
    found = ways(flow)
    drawn = [Way(START, flow.start, ())] if flow.start in flow.steps else []
    drawn += onward(flow, found)
    apart = {way for way in found if way not in set(drawn)}
    heard = first_words(flow, words, language)
    rows = {name: number for number, name in enumerate(flow.steps)}
    made = [_card(START, "start", "start", "", "", "", (), drawn, rows)]
    if any(way.here == EVERYWHERE for way in found):
        keyed = [way for way in found if way.here == EVERYWHERE and way in apart]
        made.append(_card(EVERYWHERE, "start", "in every menu", "", "", "", keyed, drawn, rows))
    for name, step in flow.steps.items():
        other = step.flow if isinstance(step, Run | Goto) else ""
        mine = [way for way in found if way.here == name and way in apart]
        made.append(_card(name, kind_of(step), name, "" if other else does(step), heard.get(name, ""), other, mine, drawn, rows))
    return made, drawn


def _card(
    name: str, kind: str, title: str, what: str, heard: str, other: str, apart: Sequence[Way], drawn: Sequence[Way], rows: dict[str, int]
) -> Card:
    needed = [width(title, TITLE, bold=True), width(what, TEXT), *(width(aside_of(way, rows), TEXT) + 12 for way in apart)]
    if other:
        needed.append(width(f"→ flow {other}", TEXT) + 12)
    if heard:
        needed.append(min(_HEARD, width(heard, TEXT)))
    labels = labels_width([label_width(way) for way in drawn if way.here == name])
    room = max(needed)
    sides = 2 * SIDE + (2 * SLANT if kind == "fact" else 0)
    return Card(
        name, kind, title, what, wrapped(heard, room, TEXT, 2), other, tuple(apart), round(max(_LEAST, room + sides, labels + 8), 1)
    )


def first_words(flow: Flow, words: Words, language: Language) -> dict[str, str]:
    """The first words of what each step says first, values in brackets."""
    first: dict[str, str] = {}
    for each in said(flow):
        if each.words and (phrase := words.find(each.words[0], language)):
            first.setdefault(each.step, plainly(phrase))
    return first


def plainly(phrase: Phrase) -> str:
    """As it is written, with the names of its values in brackets."""
    return "".join(part if isinstance(part, str) else f"({part.name.replace('_', ' ')})" for part in phrase.parts)
