"""The console's sentences and times."""

import re
from collections.abc import Collection
from json import dumps
from pathlib import Path
from typing import get_args

import pytest
from sqlalchemy import CheckConstraint, Table

from ivr.callbacks.lifecycle import CallBackState, DialState
from ivr.callbacks.limits import DropReason as NotCalled
from ivr.callbacks.limits import Stop
from ivr.connecting.ending import DISPOSITIONS
from ivr.connecting.lifecycle import OfferState
from ivr.consults.lifecycle import ConsultState
from ivr.flow.turns import Begun, Resumed
from ivr.lines import Action, Answer, CallBack, CancelCall, OnDuty, OptOut, TextApp, word_for
from ivr.model.events import CallOutcome, Pressed, Rang, Recorded, ReportState, Silence
from ivr.model.replies import Gather, HangUp, Record, Redirect, Reject, Reply, Ring
from ivr.model.values import CallerKind, Language, Phone
from ivr.oversight import Action as Did
from ivr.payments.ledger import Account, Cause
from ivr.payments.lifecycle import PaymentState
from ivr.prices import ComponentName
from ivr.routing.ranking import Candidate, Need, Rung, explain, rank
from ivr.routing.rating import Rest
from ivr.settings import ROOT
from ivr.store.schema import pay_link, quote, triage
from ivr.texts.lifecycle import TextState
from ivr.texts.limits import DropReason
from ivr.unanswered import BLOCKED, PAUSED
from ivr.web.ops import access_words, words, words_consults, words_deeds, words_jobs, words_money, words_voice
from ivr.web.ops.charts.chosen import OBEYED
from ivr.web.ops.when import due, lasted, moment
from workers.jobs import KINDS

NOON_IN_INDIA = 1_795_329_000_000  # 22 November 2026


@pytest.mark.parametrize(
    ("table", "model"),
    [
        (words.ENDED, CallOutcome),
        (words.CALLERS, CallerKind),
        (words.STATES, TextState),
        (words.DROPPED, DropReason),
        (words.REPORTS, ReportState),
        (words.LANGUAGES, Language),
        (words_voice.CALL_BACKS, CallBackState),
        (words_voice.DIALS, DialState),
        (words_voice.NOT_CALLED, NotCalled),
        (words_voice.STOPPED, Stop),
        (words_voice.RANG, CallOutcome),
        (words_consults.CONSULTS, ConsultState),
        (words_consults.OFFERS, OfferState),
        (words_consults.RUNGS, Rung),
        (words_consults.RESTS, Rest),
        (words_consults.DISPOSITIONS, DISPOSITIONS),
        (words_money.PAYMENTS, PaymentState),
        (words_money.ACCOUNTS, Account),
        (words_money.CAUSES, Cause),
        (words_money.COMPONENTS, ComponentName),
        (words_jobs.JOBS, KINDS),
        (words_deeds.DONE, Did),
        (access_words.CHARTS, OBEYED),
    ],
)
def test_every_state_of_the_model_has_its_words(table: Collection[str], model: Collection[str]) -> None:
    assert set(table) == set(model)


def test_everything_that_a_line_does_has_its_words() -> None:
    actions: list[Action] = [TextApp("app_link"), OptOut(), CallBack("hotline", 10), CancelCall(), OnDuty(), Answer("hotline")]
    assert {type(action) for action in actions} == set(get_args(Action))

    kept = {word_for(action, live) for action in actions for live in (True, False)}
    assert set(words_voice.ACTIONS) == kept | {"unknown_line", "call_back", "consult_status", BLOCKED, PAUSED}


def test_every_alarm_that_our_code_sounds_has_its_title() -> None:
    sources = [path.read_text(encoding="utf-8") for folder in ("ivr", "workers") for path in Path(ROOT / folder).rglob("*.py")]
    sounded = {kind for text in sources for kind in re.findall(r"alarms\.sound\(\s*tx,\s*\"(\w+)\"", text)}
    assert {"call_back", "call", "signature", "spool"} <= sounded
    assert sounded <= set(words.ALARMS)


def _sources() -> str:
    return "\n".join(path.read_text(encoding="utf-8") for folder in ("ivr", "workers") for path in Path(ROOT / folder).rglob("*.py"))


def test_every_reason_for_which_a_consult_ends_or_money_goes_back_has_its_words() -> None:
    ended = set(re.findall(r"\.ends\(\s*tx,[^\n]*?ConsultEvent\.\w+, \"([^\"]+)\"", _sources()))
    booking = (ROOT / "ivr/consults/booking.py").read_text(encoding="utf-8")
    gone_back = set(re.findall(r"return \"((?:not the|paid )[^\"]+)\"", booking))
    assert {"not paid in time", "begun anew", "by key"} <= ended
    assert {"paid twice", "paid too late", "not the amount quoted"} == gone_back
    assert ended | gone_back == set(words_consults.WHYS)


def test_every_line_of_a_consults_log_has_its_words() -> None:
    noted = set(re.findall(r"(?:(?<![\w.])|\blog_)note\(\s*tx, [\w.]+, \"(\w+)\"", _sources()))
    noted |= set(re.findall(r"note_event\(tx, [\w.]+, (?:\"\w+\" if \w+ else )?\"(\w+)\"", _sources()))
    noted |= {"prescription_promised", "prescription_sent"} | {state.value for state in OfferState}
    assert {"offered", "together", "dropped", "disposed", "card_opened"} <= noted
    assert noted - {"ringing", "answered"} == set(words_consults.EVENTS) - {"ringing", "answered"}


def test_every_state_that_a_table_allows_has_its_words() -> None:
    def allowed(table: Table, name: str) -> set[str]:
        (check,) = [each for each in table.constraints if isinstance(each, CheckConstraint) and str(each.name).endswith(name)]
        return set(re.findall(r"'(\w+)'", str(check.sqltext)))

    assert allowed(triage, "ck_triage_result") == set(words_consults.SCREENS)
    assert allowed(quote, "ck_quote_state") == set(words_money.QUOTES)
    assert allowed(pay_link, "ck_pay_link_state") == set(words_money.LINKS)


def test_why_a_doctor_was_rung_is_told_by_the_parts_of_the_score() -> None:
    need = Need("en", waited_ms=65_000)
    (ranked,) = rank(need, [Candidate("d", 1, {"en": 3}, NOON_IN_INDIA - 60_000, 1000, NOON_IN_INDIA)], NOON_IN_INDIA)
    assert words_consults.ranked(dumps(explain(ranked, need))) == (
        "60 points (90 for how well they speak the language, 90 for how long they have been free, and how often they pick up, "
        "−120 for being one to ask later); "
        "speaks the caller’s language, and is asked among the first; after 1 min 5 s of waiting"
    )
    assert words_consults.ranked("{}") == words_consults.ranked("no JSON") == ""


@pytest.mark.parametrize(
    ("name", "kept", "said"),
    [
        ("told_wait", '{"at_most_s": 120}', "at most 2 min 0 s"),
        ("dropped", '{"lost": "patient", "together_ms": 40000}', "the patient was gone, after 40 s together"),
        ("disposed", '{"which": "needs_visit"}', "the patient should come and be seen"),
        ("prescription_sent", '{"pages": 2, "doctor_id": "d"}', "2 pages"),
        ("together", "{}", ""),
        ("dropped", '{"lost": 7}', ""),
    ],
)
def test_what_a_line_of_the_log_adds(name: str, kept: str, said: str) -> None:
    assert words_consults.event_detail(name, kept) == said


def test_consult_words_from_a_later_version_are_shown_as_they_are() -> None:
    assert words_consults.consult("levitating")[0] == words_consults.offer("levitating")[0] == words_money.payment("levitating")[0]
    assert words_consults.event("moon_rose")[0] == "Moon rose"
    assert words_consults.why("an operator's words") == "an operator's words"
    assert words_consults.why(None) == ""
    assert words_money.account("x") == words_money.component("x") == words_money.cause("x")[0] == words_money.link("x")[0] == "x"
    assert words_jobs.job("moon_look") == "moon look"
    assert words_deeds.did("moon_look") == "moon look"


@pytest.mark.parametrize(("paise", "said"), [(24900, "₹249"), (24950, "₹249.50"), (100_000_00, "₹1,00,000"), (0, "₹0")])
def test_rupees(paise: int, said: str) -> None:
    assert words_money.rupees(paise) == said


@pytest.mark.parametrize(
    ("heard", "did"),
    [
        (Begun(), "was answered"),
        (Resumed(), "was answered, and goes on where the last call was cut off"),
        (Pressed("42*"), "pressed 4 2 *"),
        (Silence(), "said nothing"),
        (Recorded("https://media.example/x", 7), "left a voice note, 7 s"),
        (Rang(CallOutcome.ANSWERED, 35), "spoke with a colleague, 35 s"),
        (Rang(CallOutcome.BUSY, 0), "was not put through: the colleague’s phone was busy"),
    ],
)
def test_what_a_caller_can_do(heard: Begun | Resumed | Pressed | Silence | Recorded | Rang, did: str) -> None:
    assert words_voice.did(heard) == did


@pytest.mark.parametrize(
    ("reply", "then"),
    [
        (Gather("u"), "waits for a key"),
        (Gather("u", digits=6), "waits for up to 6 keys"),
        (Record("u"), "records"),
        (Ring("u", Phone("+911111111"), Phone("+911111111")), "rings a colleague"),
        (HangUp(), "hangs up"),
        (Reject(), "hangs up"),
        (Redirect("u"), "goes on"),
    ],
)
def test_what_we_do_then(reply: Reply, then: str) -> None:
    assert words_voice.then(reply) == then


def test_why_a_call_back_came_to_nothing_depends_on_how_it_ended() -> None:
    assert words_voice.why("dropped", "switched_off").startswith("calling back is switched off")
    assert words_voice.why("cancelled", "opted_out") == "the caller has opted out"
    assert words_voice.why("cancelled", "by key") == "the caller cancelled it by key"
    assert words_voice.why("given_up", "the network said no") == "the network said no"


def test_voice_words_from_a_later_version_are_shown_as_they_are() -> None:
    assert words_voice.dialled("levitating")[0] == words_voice.call_back("levitating")[0] == words_voice.action("levitating")[0]
    assert words_voice.wished("telepathy") == "telepathy"
    assert words_voice.consent("{}") == "{}"


def test_words_from_a_later_version_are_shown_as_they_are() -> None:
    assert words.dropped("moon_phase") == "moon_phase"
    assert words.dropped(None) == "no reason on record"
    assert words.attempt("levitating")[0] == words.report("levitating")[0] == words.caller("levitating") == words.language("levitating")


@pytest.mark.parametrize(
    ("age_s", "ago"),
    [
        (-60, "now"),
        (4, "now"),
        (5, "5 s ago"),
        (59, "59 s ago"),
        (60, "1 min ago"),
        (3_599, "59 min ago"),
        (3_600, "1 h ago"),
        (86_399, "23 h ago"),
        (86_400, "1 d ago"),
        (864_000, "10 d ago"),
    ],
)
def test_ages(age_s: int, ago: str) -> None:
    assert moment(NOON_IN_INDIA - age_s * 1000, NOON_IN_INDIA).ago == ago


def test_times_are_indian_and_carry_their_year_only_when_it_is_another() -> None:
    now = moment(NOON_IN_INDIA, NOON_IN_INDIA)
    assert (now.ist, now.iso) == ("22 Nov 12:00:00", "2026-11-22T06:30:00Z")
    assert moment(NOON_IN_INDIA - 365 * 86_400_000, NOON_IN_INDIA).ist == "22 Nov 2025 12:00"


@pytest.mark.parametrize(("number", "said"), [(0, "0 segments"), (1, "1 segment"), (2, "2 segments")])
def test_counts(number: int, said: str) -> None:
    assert words.count(number, "segment") == said


@pytest.mark.parametrize(
    ("ahead_s", "said"), [(3, "now"), (90, "in 1 min"), (14 * 86_400, "in 14 d"), (-3, "now"), (-90, "1 min late"), (-86_400, "1 d late")]
)
def test_what_is_due(ahead_s: int, said: str) -> None:
    assert due(NOON_IN_INDIA + ahead_s * 1000, NOON_IN_INDIA).ago == said


@pytest.mark.parametrize(("ms", "said"), [(-50, "0 s"), (7_400, "7 s"), (59_600, "1 min 0 s"), (65_000, "1 min 5 s")])
def test_how_long_something_took(ms: int, said: str) -> None:
    assert lasted(ms) == said
