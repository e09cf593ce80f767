"""The linter on paid consults: the screen, the questions, the price and the order that no flow may leave out, and a status first of all."""

import shutil
from pathlib import Path

import pytest

from ivr.flow.loader import examine
from ivr.settings import ROOT
from tests.flow.writing import clinic, write

SCREEN = """\
flow: screen
about: The emergency screen.
start: legs
screen: true
silence: {then: doubt}
wrong_key: {then: doubt}
steps:
  legs: {ask: hello, answer: yes_no, as: legs, yes: danger, no: injury}
  injury: {ask: hello, answer: yes_no, as: injury, yes: danger, no: well}
  well: {do: record_screen clear, then: passed}
  passed: {return: clear}
  danger: {do: record_screen red, then: stopped}
  stopped: {return: stop}
  doubt: {do: record_screen unclear, then: doubted}
  doubted: {return: stop}
"""

HOTLINE = """\
flow: hotline
about: A test.
start: begin
silence: {then: leave}
wrong_key: {then: leave}
steps:
  begin: {branch: consult_open, yes: leave, no: whom}
  whom: {ask: hello, answer: for_whom, then: screen}
  screen: {run: screen, on: {clear: open, stop: leave}}
  open: {do: open_consult, then: notice}
  notice: {do: give_notice, then: age}
  age: {ask: hello, answer: age, then: where}
  where: {ask: hello, answer: pain_place, then: can}
  can: {branch: can_consult, yes: quote, no: leave}
  quote: {do: quote_consult, then: price}
  price: {say: price, then: agree}
  agree: {menu: menu, 1: pay, 2: leave}
  pay: {do: ask_to_pay, then: leave}
  leave: {hang_up: bye}
"""

WORDS = '  price: "It costs {price:money}."\n  code: "Your code is {pay_code:digits}."\n  both: "{price:money} by {pay_code:digits}."\n'


def sold(folder: Path, hotline: str = HOTLINE, screen: str = SCREEN) -> list[str]:
    """What the linter says of these two flows."""
    clinic(folder, words=WORDS, screen=screen)
    write(folder, "flows/hotline.yaml", hotline)
    return examine(folder, starts={"hotline"}).rows()


def test_a_sale_in_good_order_has_no_fault(tmp_path: Path) -> None:
    assert sold(tmp_path) == []


ASK = "`ask` for it before, and lead only an answer here"
SALES = [
    (
        "whom: {ask: hello, answer: for_whom, then: screen}",
        "whom: {ask: hello, answer: for_whom, as: who, then: screen}",
        f"flows/hotline.yaml:10: open_consult can be come to without an answer to for_whom; {ASK}",
    ),
    (
        "then: where}",
        "then: where, silence: {then: where}}",
        f"flows/hotline.yaml:15: quote_consult can be come to without an answer to age; {ASK}",
    ),
    (
        "{branch: can_consult, yes: quote, no: leave}",
        "{branch: open_now, yes: quote, no: leave}",
        "flows/hotline.yaml:15: quote_consult can be come to without can_consult; `branch` on it before, and lead only `yes:` here",
    ),
    (
        "{do: give_notice, then: age}",
        "{say: hello, then: age}",
        "flows/hotline.yaml:15: quote_consult can be come to without give_notice; `do` that before, whichever way a caller takes",
    ),
    (
        "price: {say: price, then: agree}",
        "price: {branch: price_is_first, yes: told, no: agree}\n  told: {say: price, then: agree}",
        "flows/hotline.yaml:15: quote_consult can be come to without its price; "
        "say {price:…} right after it, or in the step whose key leads here",
    ),
    (
        "{say: price, then: agree}",
        "{hold: price, every: 5, at_most: 5, until: consult_paid, ready: agree, then: agree}",
        "flows/hotline.yaml:15: quote_consult can be come to without its price; "
        "say {price:…} right after it, or in the step whose key leads here",
    ),
    (
        "{say: price, then: agree}",
        "{say: both, then: agree}",
        "flows/hotline.yaml:15: quote_consult can be come to without its price; "
        "say {price:…} right after it, or in the step whose key leads here",
    ),
    (
        "yes: quote, no: leave}",
        "yes: agree, no: quote2}\n  quote2: {branch: can_consult, yes: quote, no: leave}",
        "flows/hotline.yaml:19: ask_to_pay can be come to without quote_consult; `do` that before, whichever way a caller takes",
    ),
]


@pytest.mark.parametrize(("good", "bad", "fault"), SALES, ids=[bad for _, bad, _ in SALES])
def test_a_sale_that_leaves_something_out_is_told(good: str, bad: str, fault: str, tmp_path: Path) -> None:
    assert good in HOTLINE
    assert fault in sold(tmp_path, HOTLINE.replace(good, bad))


def test_a_price_may_be_said_in_the_menu_or_before_the_key_that_quotes_it(tmp_path: Path) -> None:
    assert (
        sold(
            tmp_path,
            HOTLINE.replace("then: price}\n  price: {say: price, then: agree}", "then: agree}").replace("menu: menu", "menu: price"),
        )
        == []
    )
    before = HOTLINE.replace("yes: quote, no: leave}", "yes: price, no: leave}").replace("then: price}", "then: pay}")
    assert sold(tmp_path, before.replace("1: pay, 2: leave", "1: quote, 2: leave")) == []


@pytest.mark.parametrize(("way", "faults"), [("ready: leave, 1: quote", 0), ("ready: quote, 1: leave", 1)])
def test_what_was_waited_for_may_be_there_before_a_price_is_said(way: str, faults: int, tmp_path: Path) -> None:
    waits = (
        f"{{branch: can_consult, yes: hold, no: leave}}\n  hold: {{hold: price, every: 5, at_most: 5, until: open_now, {way}, then: leave}}"
    )
    sale = HOTLINE.replace("{branch: can_consult, yes: quote, no: leave}", waits)
    told = sold(tmp_path, sale.replace("then: price}\n  price: {say: price, then: agree}", "then: agree}"))
    assert ["without its price" in row for row in told] == [True] * faults


def test_a_screen_is_that_of_the_patient_named_before_it(tmp_path: Path) -> None:
    after = (
        HOTLINE.replace("no: whom}", "no: screen}")
        .replace("{clear: open,", "{clear: whom,")
        .replace("for_whom, then: screen", "for_whom, then: open")
    )
    assert {row.partition(";")[0] for row in sold(tmp_path, after)} == {
        f"flows/hotline.yaml:{row}: {effect} can be come to without the emergency screen"
        for row, effect in ((10, "open_consult"), (15, "quote_consult"), (18, "ask_to_pay"))
    }


def test_a_second_screen_that_is_not_clear_undoes_the_first(tmp_path: Path) -> None:
    twice = HOTLINE.replace("1: pay,", "1: anew,").replace("  pay:", "  anew: {run: screen, on: {clear: leave, stop: pay}}\n  pay:")
    assert [row.partition(";")[0] for row in sold(tmp_path, twice)] == [
        "flows/hotline.yaml:19: ask_to_pay can be come to without the emergency screen"
    ]


ONLY = "leads on to `return: clear`; only an answer lets a caller pass, so lead it elsewhere"
LEAKS = [
    ("silence: {then: doubt}", "silence: {then: well}", f"5: silence {ONLY}"),
    ("silence: {then: doubt}", "silence: {then: injury}", f"5: silence {ONLY}"),
    ("wrong_key: {then: doubt}", "wrong_key: {then: well}", f"6: wrong key {ONLY}"),
    (
        "injury: {ask: hello, answer: yes_no, as: injury, yes: danger, no: well}",
        "injury: {menu: menu, 1: danger, any_key: well}",
        f"9: any key {ONLY}",
    ),
    ("start: legs", "start: well", "11: a caller who presses nothing comes to `return: clear`; let only answers lead here"),
    (
        "no: well}\n  well: {do: record_screen clear, then: passed}",
        "no: passed}",
        "10: a screen ends here without `do: record_screen` of `clear`; write it down, whichever way a caller took",
    ),
    (
        "{do: record_screen red, then: stopped}",
        "{do: record_screen clear, then: stopped}",
        "13: a screen ends here without `do: record_screen` of `red` or `unclear`; write it down, whichever way a caller took",
    ),
]


@pytest.mark.parametrize(("good", "bad", "fault"), LEAKS, ids=[bad for _, bad, _ in LEAKS])
def test_a_screen_that_lets_somebody_slip_through_is_told(good: str, bad: str, fault: str, tmp_path: Path) -> None:
    assert good in SCREEN
    assert f"flows/screen.yaml:{fault}" in sold(tmp_path, screen=SCREEN.replace(good, bad))


def test_a_screen_that_ends_twice_without_being_clear_may_lead_to_one_return(tmp_path: Path) -> None:
    assert sold(tmp_path, screen=SCREEN.replace("then: doubted}\n  doubted: {return: stop}", "then: stopped}")) == []


def test_a_screen_before_nothing_that_costs_need_not_be_written_down(tmp_path: Path) -> None:
    screen = SCREEN.replace("well: {do: record_screen clear, then: passed}", "well: {say: hello, then: passed}")
    hotline = HOTLINE.replace("{clear: open,", "{clear: leave,")
    kept = [
        row
        for row in hotline.splitlines()
        if row.split(":")[0].strip() not in {"open", "notice", "age", "where", "can", "quote", "price", "agree", "pay"}
    ]
    assert sold(tmp_path, "\n".join(kept), screen) == []


FIRSTS = [
    ("start: begin", "start: hello", "  hello: {say: hello, then: begin}\n", "hello"),
    (
        "start: begin",
        "start: known",
        "  known: {branch: language_known, yes: begin, no: hello}\n  hello: {menu: hello, any_key: begin}\n",
        "hello",
    ),
    ("start: begin", "start: text", "  text: {do: send_text app_link, then: begin}\n", "text"),
]


@pytest.mark.parametrize(("good", "bad", "steps", "first"), FIRSTS, ids=[steps for _, _, steps, _ in FIRSTS])
def test_whatever_comes_before_the_status_of_a_consult_is_told(good: str, bad: str, steps: str, first: str, tmp_path: Path) -> None:
    [row] = sold(tmp_path, HOTLINE.replace(good, bad) + steps)
    assert row.partition(": ")[2] == (
        f"{first} comes before `branch: consult_open`; where flows open_consult, who has one hears of it first: branch on it before"
    )


def test_other_questions_that_nobody_hears_may_come_before_the_status(tmp_path: Path) -> None:
    assert sold(tmp_path, HOTLINE.replace("start: begin", "start: known") + "  known: {branch: called_back, yes: begin, no: begin}\n") == []


def test_another_line_whose_flow_sells_nothing_asks_for_the_status_as_well(tmp_path: Path) -> None:
    sold(tmp_path)
    write(tmp_path, "flows/desk.yaml", "flow: desk\nabout: A test.\nstart: bye\nsteps:\n  bye: {hang_up: bye}\n")
    [row] = examine(tmp_path, starts={"hotline", "desk"}).rows()
    assert row.startswith("flows/desk.yaml:5: bye comes before `branch: consult_open`")


def test_a_fact_that_ends_a_hold_is_true_behind_it(tmp_path: Path) -> None:
    held = HOTLINE.replace("{do: ask_to_pay, then: leave}", "{do: ask_to_pay, then: wait}")
    held += "  wait: {hold: hello, at_most: 60, until: consult_paid, ready: tell, then: leave}\n  tell: {do: tell_paid, then: leave}\n"
    assert sold(tmp_path, held) == []
    assert [row.partition(";")[0] for row in sold(tmp_path, held.replace("then: leave}\n  tell", "then: tell}\n  tell"))] == [
        "flows/hotline.yaml:21: tell_paid can be come to without consult_paid"
    ]


def test_a_code_is_said_only_to_who_has_to_pay(tmp_path: Path) -> None:
    coded = HOTLINE.replace("yes: leave, no: whom}", "yes: code, no: whom}") + "  code: {say: code, then: leave}\n"
    [row] = sold(tmp_path, coded)
    assert row.startswith("flows/hotline.yaml:20: code says pay_code, which not every caller has; `branch` on consult_unpaid before")


@pytest.mark.parametrize(
    ("was", "is_now"), [("yes: danger, no: injury", "yes: injury, no: injury"), ("yes: danger, no: well", "yes: well, no: danger")]
)
def test_a_yes_in_a_screen_never_lets_a_caller_pass(tmp_path: Path, was: str, is_now: str) -> None:
    folder = tmp_path / "callflows"
    shutil.copytree(ROOT / "callflows", folder)
    own = SCREEN.replace("flow: screen", "flow: triage").replace("{return: stop}", "{return: red}").replace(was, is_now)
    assert was not in own
    (folder / "flows" / "triage.yaml").write_text(own.replace("hello", "triage_legs"), encoding="utf-8")

    assert any("yes is a sign of danger" in str(fault) for fault in examine(folder).faults)
