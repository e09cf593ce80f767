"""Drawings: a flow as SVG, for the console. Nothing in it is styled or scripted; the page's stylesheet has its classes.

What leads onward is drawn as a line with its keys; what leads back, and what silence leads to, stands on the card itself, as a link.
"""

from collections.abc import Iterator
from html import escape

from ivr.flow.draw_cards import HEAD, PAD, ROW, SIDE, SLANT, START, Card, aside_of, cards, label_of, label_width
from ivr.flow.layout import Box, Layout, Line, lay_out
from ivr.flow.layout.model import Drawn, Place
from ivr.flow.model import Flow
from ivr.flow.ways import EVERYWHERE, Way
from ivr.flow.words import Words
from ivr.model.values import Language

_HEXAGON, _PILL = "fact", ("start", "end")


def svg(flow: Flow, words: Words, language: Language = Language.ENGLISH, flows_at: str = "/ops/flows/") -> str:
    """The drawing, each card a link to `#step-NAME`. `flows_at`: below which other flows have their pages. The same flow, the same text."""
    made, drawn = cards(flow, words, language)
    layout = laid_out(made, drawn)
    rows = {name: number for number, name in enumerate(flow.steps)}
    by_ends = {(way.here, way.there): way for way in drawn}
    w, h = _n(layout.width), _n(layout.height)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{w}" height="{h}" viewBox="0 0 {w} {h}" role="group" '
        'aria-labelledby="drawing-title drawing-desc">',
        f'<title id="drawing-title">The flow {escape(flow.name)}</title>',
        f'<desc id="drawing-desc">{escape(flow.about)} {len(flow.steps)} steps, from the start at the top to the ends at the bottom. '
        "Each card leads to the words of its step.</desc>",
        '<defs><marker id="arrow" viewBox="0 0 8 8" refX="7.5" refY="4" markerWidth="8" markerHeight="8" orient="auto" '
        'markerUnits="userSpaceOnUse"><path class="arrow" d="M0 0.5L8 4L0 7.5Z"/></marker></defs>',
        '<g class="lines">',
        *(_line(each, by_ends[each.line.here, each.line.there]) for each in layout.lines),
        '</g><g class="cards">',
        *("".join(_card(card, layout.boxes[card.name], rows, language, flows_at)) for card in made),
        '</g><g class="labels">',
        *(_label(each.label, by_ends[each.line.here, each.line.there]) for each in layout.lines if each.label),
        "</g></svg>",
    ]
    return "\n".join(parts)


def laid_out(made: list[Card], drawn: list[Way]) -> Layout:
    boxes = [Box(card.name, card.width, card.height) for card in made]
    return lay_out(boxes, [Line(way.here, way.there, label_width(way)) for way in drawn])


def _line(drawn: Drawn, way: Way) -> str:
    path = [f"M{_n(drawn.x)} {_n(drawn.y)}"]
    for bend in drawn.bends:
        middle = _n((bend.y + bend.to_y) / 2)
        path.append(f"V{_n(bend.y)}C{_n(bend.x)} {middle} {_n(bend.to_x)} {middle} {_n(bend.to_x)} {_n(bend.to_y)}")
    return f'<path class="line" marker-end="url(#arrow)" d="{"".join(path)}"><title>{_told(way)}</title></path>'


def _told(way: Way) -> str:
    here = {START: "start", EVERYWHERE: "in every menu"}.get(way.here, way.here)
    return escape(f"{here}: {label_of(way)} → {way.there}" if way.labels else f"{here} → {way.there}")


def _label(place: Place, way: Way) -> str:
    kind = "key" if all(label.isdigit() or label == "*" for label in way.labels) else "why"
    return (
        f'<g class="label {kind}"><rect x="{_n(place.x)}" y="{_n(place.y)}" width="{_n(place.width)}" height="{_n(place.height)}" rx="4"/>'
        f'<text x="{_n(place.middle)}" y="{_n(place.y + 14)}">{escape(label_of(way))}</text></g>'
    )


def _card(card: Card, place: Place, rows: dict[str, int], language: Language, flows_at: str) -> Iterator[str]:
    middle = card.kind == _HEXAGON or card.kind in _PILL
    x = _n(place.middle if middle else place.x + SIDE)
    y = place.y + PAD + 14
    yield f'<g class="card {card.kind}{" middle" if middle else ""}">'
    if card.name in rows:
        yield f'<a class="step" href="#step-{escape(card.name)}">'
    yield _outline(card.kind, place)
    yield f'<text class="name" x="{x}" y="{_n(y)}">{escape(card.title)}</text>'
    y += HEAD - 1
    for text in filter(None, [card.does]):
        yield f'<text class="does" x="{x}" y="{_n(y)}">{escape(text)}</text>'
        y += ROW
    for text in card.heard:
        yield f'<text class="heard" lang="{language.value}" x="{x}" y="{_n(y)}">{escape(text)}</text>'
        y += ROW
    if card.name in rows:
        yield "</a>"
    if card.other:
        yield f'<a class="other" href="{escape(flows_at + card.other)}"><text x="{x}" y="{_n(y)}">→ flow {escape(card.other)}</text></a>'
        y += ROW
    for way in card.apart:
        yield f'<a class="apart" href="#step-{escape(way.there)}"><text x="{x}" y="{_n(y)}">{escape(aside_of(way, rows))}</text></a>'
        y += ROW
    yield "</g>"


def _outline(kind: str, place: Place) -> str:
    x, y, right, bottom = place.x, place.y, place.right, place.bottom
    if kind == _HEXAGON:
        half = _n((y + bottom) / 2)
        corners = [(x + SLANT, y), (right - SLANT, y), (right, None), (right - SLANT, bottom), (x + SLANT, bottom), (x, None)]
        points = " ".join(f"{_n(across)},{half if down is None else _n(down)}" for across, down in corners)
        return f'<polygon class="outline" points="{points}"/>'
    size = f'x="{_n(x)}" y="{_n(y)}" width="{_n(place.width)}" height="{_n(place.height)}"'
    outline = f'<rect class="outline" {size} rx="{_n(min(16, place.height / 2)) if kind in _PILL else 6}"/>'
    if kind == "flow":
        inner = f'x="{_n(x + 3)}" y="{_n(y + 3)}" width="{_n(place.width - 6)}" height="{_n(place.height - 6)}"'
        outline += f'<rect class="inner" {inner} rx="4"/>'
    if kind == "asks":
        outline += f'<rect class="edge" x="{_n(x)}" y="{_n(y)}" width="5" height="{_n(place.height)}" rx="2.5"/>'
    return outline


def _n(number: float) -> str:
    return f"{number:.1f}".removesuffix(".0")
