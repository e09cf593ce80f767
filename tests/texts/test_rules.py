"""The pure rules of a text: its life-cycle, who gets one, which provider is next."""

import pytest

from ivr.model.values import CallerKind
from ivr.texts.lifecycle import TRANSITIONS, TextEvent, TextState, after
from ivr.texts.limits import DropReason, History, Limits, drop_reason
from ivr.texts.routing import Past, choose, wait_s

LIMITS = Limits(window_ms=600_000, per_day=2)


@pytest.mark.parametrize(
    ("state", "event", "following"),
    [
        ("asked", "claimed", "sending"),
        ("sending", "accepted", "sent"),
        ("sent", "reported_delivered", "delivered"),
        ("sending", "reported_delivered", "delivered"),
        ("delivered", "accepted", None),
        ("delivered", "reported_sent", None),
        ("delivered", "reported_undelivered", None),
        ("sent", "reported_sent", None),
        ("undelivered", "reported_delivered", "delivered"),
        ("dropped", "claimed", None),
        ("failed", "claimed", None),
        ("sending", "claimed", None),
        ("sending", "dropped", None),
    ],
)
def test_where_an_event_leads(state: str, event: str, following: str | None) -> None:
    assert after(TextState(state), TextEvent(event)) == following


def test_a_delivered_or_dropped_text_never_moves_again() -> None:
    assert not [pair for pair in TRANSITIONS if pair[0] in (TextState.DELIVERED, TextState.DROPPED)]


def test_every_state_is_reached_and_every_event_does_something() -> None:
    assert set(TRANSITIONS.values()) | {TextState.ASKED} == set(TextState)
    assert {event for _, event in TRANSITIONS} == set(TextEvent)


@pytest.mark.parametrize("kind", [kind for kind in CallerKind if kind is not CallerKind.MOBILE])
def test_only_a_mobile_gets_a_text(kind: CallerKind) -> None:
    assert drop_reason(kind, History(), texting=True, limits=LIMITS) == DropReason(kind.value)


@pytest.mark.parametrize(
    ("history", "texting", "reason"),
    [
        (History(), True, None),
        (History(), False, DropReason.NO_PROVIDER),
        (History(opted_out=True), True, DropReason.OPTED_OUT),
        (History(in_window=1, in_day=1), True, DropReason.WINDOW),
        (History(in_day=1), True, None),
        (History(in_day=2), True, DropReason.DAILY_LIMIT),
        (History(opted_out=True, in_window=1, in_day=5), False, DropReason.OPTED_OUT),
    ],
)
def test_what_a_mobile_caller_had_before_decides(history: History, texting: bool, reason: DropReason | None) -> None:
    assert drop_reason(CallerKind.MOBILE, history, texting=texting, limits=LIMITS) is reason


def past(*attempts: str) -> list[Past]:
    return [Past(*attempt.split(":")) for attempt in attempts]


@pytest.mark.parametrize(
    ("so_far", "following", "pause"),
    [
        (["a:try_later"], "a", 5),
        (["a:try_later", "a:try_later"], "b", 0),
        (["a:try_later", "a:try_later", "b:try_later"], "b", 60),
        (["a:try_later", "a:try_later", "b:try_later", "b:try_later"], "a", 300),
        (["a:account"], "b", 0),
        (["a:account", "b:account"], "a", 300),
        (["a:absent"], "a", 5),
        (["a:try_later", "a:absent"], "a", 5),
    ],
)
def test_which_provider_is_next_and_when(so_far: list[str], following: str, pause: int) -> None:
    assert choose(["a", "b"], past(*so_far)) == following
    assert wait_s(["a", "b"], past(*so_far), None) == pause


def test_a_providers_own_wish_to_wait_is_kept_within_an_hour() -> None:
    assert wait_s(["a"], past("a:try_later"), 42) == 42
    assert wait_s(["a"], past("a:try_later"), 1) == 5
    assert wait_s(["a"], past("a:try_later"), 1e9) == 3600


def test_nobody_carries_the_template() -> None:
    assert choose([], []) is None
