"""The pure rules of a call back: its life-cycle, the retry plan and its nights, who is called, the addresses we hand out."""

import re
from collections.abc import Callable

import pytest

from ivr.callbacks.addresses import dial_urls, is_our_dial
from ivr.callbacks.lifecycle import LIVE, NOT_PLACED, TRANSITIONS, CallBackEvent, CallBackState, DialState, after
from ivr.callbacks.limits import CallBackHistory, DropReason, carries, drop_reason
from ivr.callbacks.plan import CALL_LATER, MISSED_CALL, PAGE, PAID, first_due, is_quiet, next_due, not_quiet, wait_ms
from ivr.model.ids import new_id
from ivr.model.ports import Country
from ivr.model.values import CallerKind, Phone
from ivr.settings import Settings
from ivr.texts.addresses import is_our_report
from tests.callbacks.scene import in_india

MIDNIGHT = 1_795_285_800_000  # 22 November 2026, 0:00 in India
MINUTE = 60_000
DAY = 1440 * MINUTE


def at(time: str, day: int = 0) -> int:
    hour, minute, *second = map(int, time.split(":"))
    return MIDNIGHT + day * DAY + (hour * 60 + minute) * MINUTE + sum(second) * 1000


@pytest.mark.parametrize(
    ("state", "event", "following"),
    [
        ("planned", "claimed", "dialling"),
        ("dialling", "accepted", "ringing"),
        ("dialling", "not_placed", "planned"),
        ("ringing", "answered", "talking"),
        ("dialling", "answered", "talking"),
        ("talking", "reached", "done"),
        ("ringing", "not_reached", "planned"),
        ("ringing", "given_up", "given_up"),
        ("planned", "cancelled", "cancelled"),
        ("planned", "answered", "talking"),
        ("dialling", "claimed", None),
        ("dialling", "cancelled", "stopping"),
        ("ringing", "cancelled", "stopping"),
        ("talking", "cancelled", "stopping"),
        ("stopping", "cancelled", None),
        ("stopping", "answered", None),
        ("stopping", "reached", "done"),
        ("stopping", "not_reached", "cancelled"),
        ("stopping", "not_placed", "cancelled"),
        ("stopping", "given_up", "cancelled"),
        ("talking", "accepted", None),
        ("done", "not_reached", None),
        ("cancelled", "claimed", None),
        ("dropped", "claimed", None),
    ],
)
def test_where_an_event_leads(state: str, event: str, following: str | None) -> None:
    assert after(CallBackState(state), CallBackEvent(event)) == following


def test_what_is_over_never_moves_again_and_every_state_is_reached() -> None:
    ends = {CallBackState.DONE, CallBackState.GIVEN_UP, CallBackState.CANCELLED, CallBackState.DROPPED}

    assert {state for state, _ in TRANSITIONS} == set(CallBackState) - ends
    assert set(TRANSITIONS.values()) == set(CallBackState)
    assert {event for _, event in TRANSITIONS} == set(CallBackEvent)
    assert set(DialState) - set(LIVE) - set(NOT_PLACED) == {DialState.NEVER, DialState.REACHED, DialState.NOT_REACHED}


@pytest.mark.parametrize(
    ("now", "tries", "due"),
    [
        (at("12:00"), 0, at("12:00")),
        (at("12:00"), 1, at("12:02")),
        (at("12:00"), 2, at("12:30")),
        (at("12:00"), 3, None),
        (at("20:57:59"), 1, at("20:59:59")),
        (at("20:58"), 1, at("09:00", 1)),
        (at("20:30"), 2, at("09:00", 1)),
        (at("23:59"), 1, at("09:00", 1)),
        (at("03:00"), 2, at("09:00")),
        (at("07:59"), 1, at("08:01")),
        (at("07:29"), 2, at("09:00")),
    ],
)
def test_three_calls_and_when(now: int, tries: int, due: int | None) -> None:
    assert next_due(MISSED_CALL, tries, now, now) == next_due(CALL_LATER, tries, now, now) == due


@pytest.mark.parametrize(
    ("now", "tries", "due"),
    [
        ("12:00", 1, "12:01"),
        ("12:00", 2, "12:04"),
        ("12:00", 3, "12:10"),
        ("12:00", 4, None),
        ("20:59:30", 1, "21:00:30"),
        ("23:00", 3, "23:10"),
    ],
)
def test_who_has_paid_is_called_four_times_in_a_quarter_of_an_hour_and_at_night_too(now: str, tries: int, due: str | None) -> None:
    assert next_due(PAID, tries, at(now), at(now)) == (due and at(due))


def test_who_is_on_call_is_rung_once_for_the_next_one_is_tried_then() -> None:
    assert next_due(PAGE, 1, at("12:00"), at("12:00")) is None


@pytest.mark.parametrize(
    ("now", "due"),
    [
        ("12:00", at("12:00:10")),
        ("20:59:49", at("20:59:59")),
        ("20:59:50", at("09:00", 1)),
        ("00:00", at("09:00")),
        ("08:00", at("08:00:10")),
    ],
)
def test_the_first_call_comes_ten_seconds_later_or_in_the_morning(now: str, due: int) -> None:
    assert first_due(at(now), 10) == due


def test_a_night_walked_over_minute_by_minute() -> None:
    minutes = range(at("18:00"), at("12:00", 1), MINUTE)
    quiet = [minute for minute in minutes if is_quiet(minute)]

    assert (in_india(quiet[0]), in_india(quiet[-1])) == ("21:00:00", "07:59:00")
    assert len(quiet) == 11 * 60
    assert {not_quiet(minute) for minute in quiet} == {at("09:00", 1)}
    assert all(not_quiet(minute) == minute for minute in minutes if minute not in quiet)


def test_a_plan_that_is_behind_its_time_does_not_call_in_the_past() -> None:
    assert next_due(MISSED_CALL, 1, at("12:00"), at("13:00")) == at("13:00")


@pytest.mark.parametrize(
    ("past", "after_s", "seconds"),
    [
        (["try_later"], None, 5),
        (["try_later", "try_later"], None, 15),
        (["try_later"] * 9, None, 300),
        (["try_later"], 42, 42),
        (["try_later"], 1e9, 3600),
        (["account"], None, 300),
        (["absent"], None, 0),
        (["absent", "absent"], None, 300),
        (["not_reached", "try_later"], None, 5),
    ],
)
def test_how_long_to_wait_when_nobody_was_rung(past: list[str], after_s: float | None, seconds: int) -> None:
    assert wait_ms(past, after_s) == seconds * 1000


@pytest.mark.parametrize("kind", list(CallerKind))
def test_only_indian_phones_are_called(kind: CallerKind) -> None:
    reason = drop_reason(kind, CallBackHistory(), switched_on=True, per_day=5)

    assert reason == (None if kind in (CallerKind.MOBILE, CallerKind.LANDLINE) else kind.value)


@pytest.mark.parametrize(
    ("history", "switched_on", "reason"),
    [
        (CallBackHistory(), False, DropReason.SWITCHED_OFF),
        (CallBackHistory(opted_out=True), False, DropReason.OPTED_OUT),
        (CallBackHistory(under_way=True), True, DropReason.UNDER_WAY),
        (CallBackHistory(in_day=4), True, None),
        (CallBackHistory(in_day=5), True, DropReason.DAILY_LIMIT),
        (CallBackHistory(rings=9), True, None),
        (CallBackHistory(rings=10), True, DropReason.DAILY_LIMIT),
        (CallBackHistory(overtaken=True, under_way=True), True, DropReason.OVERTAKEN),
    ],
)
def test_what_a_caller_had_before_decides(history: CallBackHistory, switched_on: bool, reason: DropReason | None) -> None:
    assert drop_reason(CallerKind.LANDLINE, history, switched_on=switched_on, per_day=5) is reason


def test_a_provider_carries_what_it_says_it_carries() -> None:
    ours, abroad = Phone("+918061914348"), Phone("+12025550148")
    assert carries(Country(mobile_voice=True), CallerKind.MOBILE, ours)
    assert not carries(Country(mobile_voice=True), CallerKind.LANDLINE, ours)
    assert carries(Country(landline_voice=True), CallerKind.LANDLINE, ours)
    assert not carries(Country(mobile_voice=True, landline_voice=True), CallerKind.FOREIGN, ours)
    assert carries(Country(voice_from_abroad=True), CallerKind.MOBILE, abroad)
    assert not carries(Country(voice_from_abroad=True), CallerKind.MOBILE, ours)
    assert not carries(Country(voice_from_abroad=True), CallerKind.FOREIGN, abroad)


def test_an_address_names_its_dial_and_cannot_be_made_up(make_settings: Callable[..., Settings]) -> None:
    settings = make_settings(public_url="https://calls.example", secret_key="new", secret_key_fallbacks="old")
    dial_id = new_id(1)
    answer, ended = dial_urls(settings, "plivo", dial_id)
    mac = answer.rpartition("/")[2]

    assert answer == f"https://calls.example/voice/plivo/dial/{dial_id}/{mac}"
    assert ended == f"{answer}/status"
    assert re.fullmatch(r"[A-Za-z0-9_/-]+", ended.removeprefix("https://calls.example"))
    assert is_our_dial(settings, "plivo", dial_id, mac)
    assert not is_our_dial(settings, "twilio", dial_id, mac)
    assert not is_our_dial(settings, "plivo", new_id(1), mac)
    assert not is_our_report(settings, "plivo", dial_id, mac)
    assert not is_our_dial(settings, "plivo", dial_id, "ü" + mac)
    former = dial_urls(settings.model_copy(update={"secret_key": settings.secret_key_fallbacks[0]}), "plivo", dial_id)[0]
    assert is_our_dial(settings, "plivo", dial_id, former.rpartition("/")[2])
