"""A page's life as one table. A pair that is not in it is ignored.

raised → texted → calling → taken | untaken
"""

from enum import StrEnum


class PageState(StrEnum):
    RAISED = "raised"
    TEXTED = "texted"  # nobody has been called yet
    CALLING = "calling"  # one after the other
    TAKEN = "taken"  # somebody pressed 1, or said so by command
    UNTAKEN = "untaken"  # all rounds are over


class PageEvent(StrEnum):
    TEXTED = "texted"
    CALLED = "called"  # somebody is being called; the next one too is this event
    TAKEN = "taken"
    EXHAUSTED = "exhausted"


S, E = PageState, PageEvent

TRANSITIONS: dict[tuple[PageState, PageEvent], PageState] = {
    (S.RAISED, E.TEXTED): S.TEXTED,
    (S.RAISED, E.CALLED): S.CALLING,  # no SMS can be sent
    (S.RAISED, E.TAKEN): S.TAKEN,
    (S.RAISED, E.EXHAUSTED): S.UNTAKEN,  # nobody is on call any more
    (S.TEXTED, E.CALLED): S.CALLING,
    (S.TEXTED, E.TAKEN): S.TAKEN,
    (S.TEXTED, E.EXHAUSTED): S.UNTAKEN,
    (S.CALLING, E.CALLED): S.CALLING,
    (S.CALLING, E.TAKEN): S.TAKEN,
    (S.CALLING, E.EXHAUSTED): S.UNTAKEN,
    (S.UNTAKEN, E.TAKEN): S.TAKEN,  # late is better than never
}

OPEN = (S.RAISED, S.TEXTED, S.CALLING)


def after(state: PageState, event: PageEvent) -> PageState | None:
    """The next state, or None when the event changes nothing here."""
    return TRANSITIONS.get((state, event))
