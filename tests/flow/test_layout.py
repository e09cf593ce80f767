"""Layouts: whatever the boxes and lines, nothing lies on anything else, every line leads down, and it ends."""

from itertools import combinations, pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ivr.flow.layout import Box, Layout, Line, lay_out
from ivr.flow.layout.model import Drawn, Place
from ivr.flow.layout.places import labels_width

pytestmark = pytest.mark.unmeasured


def along(drawn: Drawn) -> list[tuple[float, float]]:
    """Points of a line, close enough to each other to hit whatever it would cross."""
    points, x, y = [(drawn.x, drawn.y)], drawn.x, drawn.y
    for bend in drawn.bends:
        points += [(x, y + (bend.y - y) * step / 20) for step in range(21)]
        middle = (bend.y + bend.to_y) / 2
        for step in range(41):
            t = step / 40
            parts = ((1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t**2 * (1 - t), t**3)
            across = sum(part * at for part, at in zip(parts, (bend.x, bend.x, bend.to_x, bend.to_x), strict=True))
            points.append((across, sum(part * at for part, at in zip(parts, (bend.y, middle, middle, bend.to_y), strict=True))))
        x, y = bend.to_x, bend.to_y
    return points


def inside(place: Place, point: tuple[float, float]) -> bool:
    return place.x + 0.2 < point[0] < place.right - 0.2 and place.y + 0.2 < point[1] < place.bottom - 0.2


def check_geometry(layout: Layout) -> None:
    labels = [line.label for line in layout.lines if line.label]
    things = [*layout.boxes.values(), *labels]
    assert not [pair for pair in combinations(things, 2) if pair[0].overlaps(pair[1])]
    assert all(thing.x >= 0 and thing.right <= layout.width and thing.y >= 0 and thing.bottom <= layout.height for thing in things)
    for line in layout.lines:
        points = along(line)
        assert not [(line.line, thing) for thing in things if any(inside(thing, point) for point in points)]
        assert all(lower[1] > upper[1] - 0.01 for upper, lower in pairwise(points))
        there = layout.boxes[line.line.there]
        assert points[-1] == (pytest.approx(there.middle, abs=0.2), there.y)


@st.composite
def graphs(draw: st.DrawFn) -> tuple[list[Box], list[Line]]:
    """Up to twelve boxes, and lines from each to later ones, in any order of the boxes."""
    names = [f"b{number}" for number in range(draw(st.integers(0, 12)))]
    pairs = list(combinations(names, 2))
    chosen = draw(st.lists(st.sampled_from(pairs), unique=True, max_size=30)) if pairs else []
    lines = [Line(here, there, draw(st.sampled_from([0.0, 24.0, 90.5]))) for here, there in chosen]
    boxes = []
    for name in names:
        least = labels_width([line.label for line in lines if line.here == name])
        boxes.append(Box(name, max(least, draw(st.floats(20, 300))), draw(st.floats(20, 120))))
    return draw(st.permutations(boxes)), lines


@given(graphs())
@settings(max_examples=200, deadline=None)
def test_nothing_lies_on_anything_else(graph: tuple[list[Box], list[Line]]) -> None:
    boxes, lines = graph
    layout = lay_out(boxes, lines)

    assert set(layout.boxes) == {box.name for box in boxes}
    assert sorted((drawn.line.here, drawn.line.there) for drawn in layout.lines) == sorted((line.here, line.there) for line in lines)
    check_geometry(layout)
    assert lay_out(boxes, lines) == layout


def test_a_box_stands_over_what_it_leads_to() -> None:
    layout = lay_out([Box("a", 100, 40), Box("b", 60, 40), Box("c", 60, 30)], [Line("a", "b", 20), Line("a", "c", 20)])
    a, b, c = (layout.boxes[name] for name in "abc")

    assert b.y == c.y > a.bottom
    assert a.middle == pytest.approx((b.middle + c.middle) / 2, abs=0.2)


def test_lines_in_a_circle_are_refused() -> None:
    with pytest.raises(ValueError, match="circle"):
        lay_out([Box("a", 50, 20), Box("b", 50, 20)], [Line("a", "b"), Line("b", "a")])


def test_a_box_too_narrow_for_its_labels_is_refused() -> None:
    with pytest.raises(ValueError, match="narrower"):
        lay_out([Box("a", 50, 20), Box("b", 50, 20)], [Line("a", "b", 60)])


def test_lines_that_need_not_cross_do_not() -> None:
    boxes = [Box(name, 50, 20) for name in "abcdef"]
    layout = lay_out(boxes, [Line("a", "e"), Line("b", "f"), Line("c", "d"), Line("a", "f")])
    ends = sorted((layout.boxes[line.line.here].x, layout.boxes[line.line.there].x) for line in layout.lines)

    assert [end for _, end in ends] == sorted(end for _, end in ends)
