"""The engine: `advance(book, place, event, facts) → turn`. It wishes for effects and never carries one out."""

from collections.abc import Mapping
from dataclasses import replace
from itertools import takewhile

from ivr.flow import vocabulary
from ivr.flow.model import Book
from ivr.flow.turns import Event, FactValue, Frame, Over, Place, Turn, Wait
from ivr.flow.usage import words_of_step
from ivr.flow.walk import Walk
from ivr.model.values import Language

MOST_TURNS = 200  # in one call: a prankster, or a phone left off the hook


def begin(book: Book, flow: str, language: Language, languages: tuple[Language, ...]) -> Place:
    """The place of a call that has just been answered; advance it with `Begun`."""
    chosen = book.flows[flow]
    return Place((Frame(flow, chosen.start, chosen.version),), language, languages)


def resume(book: Book, place: Place) -> Place | None:
    """Where a caller who was cut off goes on, for `Resumed`; None when they begin anew.

    An emergency screen does not count any more, passed or half passed: it is asked again from its start. What was told may not be so
    any more: it is told afresh, and a step that speaks of what may have ceased to be is not gone on with.
    """
    frames = place.screened or _before_screen(book, place.frames)
    fresh = replace(place, frames=frames, screened=(), told={}, back="", silences=0, wrong_keys=0, rounds=0, recording=False, turns=0)
    if place.over or not frames or not _stands(book, fresh) or not book.flows[frames[0].flow].resume or _perishable(book, frames[-1]):
        return None
    return fresh


def advance(book: Book, place: Place, event: Event, facts: Mapping[str, FactValue]) -> Turn:
    """What comes of `event` at `place`. `facts` is asked for no more than the flow needs, so it may be lazy.

    A place that a changed flow no longer has, and a walk without end, end the call with kind words.
    """
    walk = Walk(book, replace(place, turns=place.turns + 1), facts)
    if place.over:
        wait: Wait = Over()
    elif not _stands(book, place):
        wait = walk.end_with(vocabulary.CHANGED)
    elif place.turns >= MOST_TURNS:
        wait = walk.end_with(vocabulary.TROUBLE)
    else:
        wait = walk.on(walk.hear(event))
    return Turn(walk.place, tuple(walk.said), wait, tuple(walk.effects), tuple(walk.passed), walk.asked)


def _before_screen(book: Book, frames: tuple[Frame, ...]) -> tuple[Frame, ...]:
    """Up to the step that runs the screen, for who was cut off among its questions."""
    return tuple(takewhile(lambda frame: frame.flow not in book.flows or not book.flows[frame.flow].screen, frames))


def _perishable(book: Book, frame: Frame) -> bool:
    words = words_of_step(book.flows[frame.flow].steps[frame.step])
    return any(slot in vocabulary.PERISHABLE for word in words for slot in book.slots.get(word, ()))


def _stands(book: Book, place: Place) -> bool:
    """Whether every step the caller stands in is still there, in a flow that nobody has changed."""
    return all(
        (flow := book.flows.get(frame.flow)) is not None and flow.version == frame.version and frame.step in flow.steps
        for frame in place.frames
    )
