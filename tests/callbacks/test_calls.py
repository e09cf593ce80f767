"""What calls, texts and keys do to call backs: the clinic's own lines, told of by webhooks in whatever order."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from ivr.model.events import CallOutcome, Silence
from ivr.model.replies import HangUp
from ivr.settings import ROOT, Settings
from ivr.wiring import build
from tests.callbacks.clinic import CALL_BACK_LINE, CANCEL_LINE, MENU_LINE, SMS_LINE, STOP_LINE, Clinic
from tests.clock import HandClock


@pytest.fixture
def callflows(tmp_path: Path) -> Path:
    """The shipped folder; a story may write in it."""
    shutil.copytree(ROOT / "callflows", tmp_path / "callflows")
    return tmp_path / "callflows"


@pytest.fixture
def clinic(make_settings: Callable[..., Settings], database_url: str, callflows: Path, clock: HandClock) -> Iterator[Clinic]:
    clinic = Clinic(build(make_settings(database_url=database_url, callflows_dir=callflows), clock), clock)
    yield clinic
    clinic.app.database.close()


def deploy(clinic: Clinic, **changes: object) -> None:
    """Start anew, on files and settings as they are now."""
    clinic.app.database.close()
    clinic.app = build(clinic.app.settings.model_copy(update=changes), clinic.clock)


# who wants no more calls


def test_a_missed_call_to_the_stop_line_while_the_phone_rings_stops_it(clinic: Clinic) -> None:
    clinic.books()
    [call] = clinic.wait(minutes=31)
    clinic.missed(STOP_LINE)
    clinic.not_picked_up(call, CallOutcome.REJECTED)

    assert clinic.wait(minutes=3) == []
    assert clinic.call_backs() == [("cancelled", "missed call")]


def test_who_opted_out_before_cannot_be_booked_for_by_somebody_who_shows_their_number(clinic: Clinic) -> None:
    clinic.missed(STOP_LINE)

    stranger = clinic.rung(MENU_LINE).presses("1", "3")

    assert isinstance(stranger.reply, HangUp)
    assert clinic.call_backs() == []
    assert clinic.texts() == []


def test_stop_by_sms_takes_back_what_is_planned(clinic: Clinic) -> None:
    clinic.books()
    clinic.texts_stop()

    assert clinic.call_backs() == [("cancelled", "opted_out")]
    assert clinic.wait(minutes=45) == []


def test_stop_by_sms_while_the_phone_rings_is_the_end_of_it(clinic: Clinic) -> None:
    clinic.missed(CALL_BACK_LINE)
    [call] = clinic.wait(seconds=10)
    clinic.texts_stop()
    clinic.not_picked_up(call)

    assert clinic.wait(minutes=3) == []
    assert clinic.call_backs() == [("cancelled", "opted_out")]


def test_the_cancel_line_says_why(clinic: Clinic) -> None:
    clinic.missed(CALL_BACK_LINE)
    clinic.missed(CANCEL_LINE)

    assert clinic.call_backs() == [("cancelled", "missed call")]


# who rings again


def test_the_sms_line_answers_an_earlier_missed_call(clinic: Clinic) -> None:
    clinic.missed(CALL_BACK_LINE)
    clinic.missed(SMS_LINE)

    assert clinic.call_backs() == [("cancelled", "rang_again")]


def test_an_answered_call_answers_an_earlier_missed_call_but_keeps_a_booking(clinic: Clinic) -> None:
    clinic.books()
    clinic.missed(CALL_BACK_LINE)

    clinic.rung(MENU_LINE)

    assert clinic.call_backs() == [("planned", None), ("cancelled", "rang_again")]


def test_the_sixth_missed_call_of_a_day_leaves_the_next_try_of_the_fifth(clinic: Clinic) -> None:
    for _ in range(5):
        clinic.missed(CALL_BACK_LINE)
        [call] = clinic.wait(seconds=11)
        clinic.not_picked_up(call)
        clinic.wait(minutes=1)

    clinic.missed(CALL_BACK_LINE)

    assert clinic.call_backs() == [("cancelled", "rang_again")] * 4 + [("planned", None), ("dropped", "daily_limit")]
    assert len(clinic.wait(minutes=1)) == 1


def test_a_number_that_is_none_of_our_lines_answers_nothing(clinic: Clinic) -> None:
    clinic.missed(CALL_BACK_LINE)
    clinic.missed("+918061914300")

    assert clinic.call_backs() == [("planned", None)]


# bookings


def test_the_text_about_a_booking_goes_out_only_if_the_call_will_be_made(clinic: Clinic) -> None:
    deploy(clinic, call_backs_per_day=1)
    offered = clinic.rung(MENU_LINE).presses("1", "3")
    clinic.missed(CALL_BACK_LINE)

    offered.presses("1")  # offered before the limit was reached, taken after it

    assert clinic.call_backs() == [("planned", None), ("dropped", "daily_limit")]
    assert clinic.texts() == []


def test_the_text_about_a_booking_names_the_time_that_will_be_kept(clinic: Clinic, callflows: Path) -> None:
    write_line(callflows, '"10:00-14:00"', '"10:00-23:00"')
    deploy(clinic)
    clinic.wait(minutes=8 * 60 + 45)  # 20:45: half an hour later is too late to call

    clinic.books()

    [body] = clinic.bodies()
    assert "23 Nov, 9:00 am" in body


def test_nobody_is_called_who_is_talking_with_us(clinic: Clinic) -> None:
    clinic.books()
    clinic.wait(minutes=29)
    talking = clinic.rung(MENU_LINE)

    assert clinic.wait(minutes=2) == []
    talking.over()
    assert len(clinic.wait(minutes=1)) == 1


# who was reached


@pytest.mark.parametrize("told_first", ["at the turn", "at the dial"])
def test_a_machine_that_hangs_up_on_us_is_nobody_wherever_we_are_told_first(clinic: Clinic, told_first: str) -> None:
    clinic.missed(CALL_BACK_LINE)
    [call] = clinic.wait(seconds=10)
    machine = clinic.picked_up(call).does(Silence())
    for dial_id in (None, call.dial_id) if told_first == "at the turn" else (call.dial_id, None):
        machine.over(dial_id=dial_id, inbound=False)

    assert clinic.call_backs() == [("planned", None)]
    assert len(clinic.wait(minutes=3)) == 1


def test_a_person_who_hangs_up_in_the_middle_was_reached_though_only_the_turn_was_told(clinic: Clinic) -> None:
    clinic.missed(CALL_BACK_LINE)
    [call] = clinic.wait(seconds=10)

    clinic.picked_up(call).presses("1").over(inbound=False)

    assert clinic.call_backs() == [("done", None)]


def test_who_picked_up_while_we_could_say_nothing_is_called_again(clinic: Clinic) -> None:
    clinic.missed(CALL_BACK_LINE)
    [call] = clinic.wait(seconds=10)

    clinic.not_picked_up(call, CallOutcome.ANSWERED)  # they did, but the database was away, and no flow began

    assert clinic.call_backs() == [("planned", None)]


# flows and lines that change


def rename_the_flow(callflows: Path) -> None:
    (callflows / "flows" / "hotline.yaml").rename(callflows / "flows" / "reception.yaml")
    for name in ("flows/reception.yaml", "lines.yaml"):
        text = (callflows / name).read_text(encoding="utf-8")
        for word in ("flow: ", "flow ", "call back "):
            text = text.replace(f"{word}hotline\n", f"{word}reception\n")
        (callflows / name).write_text(text, encoding="utf-8")


def test_a_renamed_flow_is_replaced_by_what_the_line_runs_now(clinic: Clinic, callflows: Path) -> None:
    clinic.books()
    rename_the_flow(callflows)
    deploy(clinic)

    [call] = clinic.wait(minutes=31)
    talk = clinic.picked_up(call)
    assert not isinstance(talk.reply, HangUp)
    talk.presses("1").over(dial_id=call.dial_id, inbound=False)

    assert clinic.call_backs() == [("done", None)]


def test_a_flow_renamed_while_the_phone_rings_is_replaced_too(clinic: Clinic, callflows: Path) -> None:
    clinic.missed(CALL_BACK_LINE)
    [call] = clinic.wait(seconds=10)
    rename_the_flow(callflows)
    deploy(clinic)

    assert not isinstance(clinic.picked_up(call).reply, HangUp)


def write_line(callflows: Path, old: str, new: str) -> None:
    lines = callflows / "lines.yaml"
    text = lines.read_text(encoding="utf-8")
    assert old in text
    lines.write_text(text.replace(old, new), encoding="utf-8")


@pytest.mark.parametrize(
    ("rename", "why"), [(rename_the_flow, "nothing_to_say"), (lambda callflows: None, "line_gone")], ids=["flow gone", "line gone"]
)
def test_nobody_is_called_again_to_hear_nothing(clinic: Clinic, callflows: Path, rename: Callable[[Path], None], why: str) -> None:
    clinic.missed(CALL_BACK_LINE)
    [call] = clinic.wait(seconds=10)
    rename(callflows)
    if why == "line_gone":
        write_line(callflows, "08061914348", "08061914341")
    else:
        write_line(callflows, "then: call back reception", "then: cancel call")
    deploy(clinic)

    talk = clinic.picked_up(call)
    assert talk.reply == HangUp()
    talk.over(dial_id=call.dial_id, inbound=False)

    assert clinic.call_backs() == [("cancelled", why)]
    assert clinic.wait(minutes=3) == []


# calls that we answered too late


@pytest.mark.parametrize("outcome", [CallOutcome.BUSY, CallOutcome.REJECTED, CallOutcome.CANCELLED, CallOutcome.NO_ANSWER])
def test_who_rang_to_be_answered_and_was_not_is_called_back_once(clinic: Clinic, outcome: CallOutcome) -> None:
    call = clinic.rung(MENU_LINE)
    for _ in range(2):  # a report that is told twice
        call.over(outcome)

    assert clinic.call_backs() == [("planned", None)]
    [called] = clinic.wait(seconds=1)
    assert called.shown.e164 == MENU_LINE


def test_whose_first_document_never_left_us_is_called_back_when_the_provider_has_given_up(clinic: Clinic) -> None:
    call = clinic.rung(MENU_LINE)
    clinic.told_from_the_spool(call)  # our commit came too late for the answer
    assert clinic.call_backs() == []

    call.over(CallOutcome.BUSY)

    assert clinic.call_backs() == [("planned", None)]


def test_a_talk_that_a_provider_reports_as_failed_was_one(clinic: Clinic) -> None:
    clinic.rung(MENU_LINE).presses("1").over(CallOutcome.FAILED)

    assert clinic.call_backs() == []


@pytest.mark.parametrize("caller", ["anonymous", "+14155550123"])
def test_who_cannot_be_called_back_is_not(clinic: Clinic, caller: str) -> None:
    clinic.rung(MENU_LINE, caller).over(CallOutcome.BUSY)

    assert [state for state, _ in clinic.call_backs()] == ["dropped"]
