"""What an operator sees of call backs."""

import pytest
from sqlalchemy import update

from ivr.model.events import CallArrived
from ivr.model.outcomes import Fault, Misconfigured, Never, TryLater, Unknown
from ivr.store.schema import call_back
from ivr.wiring import App
from tests.clock import HandClock
from tests.web.ops.conftest import Browser
from tests.web.ops.day import NUMBER, STOP_LINE
from tests.web.ops.reading import home, lists, page, told, turns, words
from tests.web.ops.voice.talks import CALL_BACK_LINE, CANCEL_LINE, MENU_LINE, Phones


class TestCallBacks:
    def test_a_missed_call_is_planned_then_called_and_the_two_calls_lead_to_each_other(self, operator: Browser, phones: Phones) -> None:
        asked = phones.gives_missed_call()
        assert "Call back planned" in lists(operator)
        assert "1 call backs planned" in home(operator)
        assert told(page(operator, asked))[-1] == "Call back due in 8 s"

        phones.is_busy(phones.we_call())
        placed = phones.picks_up(phones.we_call(minutes=3)).presses("1").presses("2").hangs_up()

        html = page(operator, asked)
        steps = told(html)
        assert steps[1] == "Call back asked for by a missed call"
        assert steps[3:7] == [
            "Ring 1: plivo handed over",
            "Ring 1 over nobody was there (provider’s code 3010)",
            "Ring 2: plivo handed over open that call",
            "Ring 2 over a person was there (provider’s code 16)",
        ]
        assert f'href="/ops/calls/{placed}"' in html
        assert f"asked for by a missed call · shows Call me back {CALL_BACK_LINE} · menu hotline · 2 rings" in words(html)
        back = page(operator, placed)
        assert f'href="/ops/calls/{asked}"' in back
        assert told(back)[0] == "Asked for by a missed call open that call"
        assert told(back)[1] == f"Our call to a mobile was picked up it showed Call me back {CALL_BACK_LINE}"
        assert "Call to +91******2345" in back
        assert "0 call backs planned" in home(operator)

    def test_a_call_booked_by_key_keeps_what_was_agreed_to(self, operator: Browser, phones: Phones) -> None:
        call_id = phones.dials().presses("1").presses("3").presses("1").hangs_up()

        shown = page(operator, call_id)

        assert "Agreed to: key 1 at hotline.offer_times, in English, wording " in words(shown)
        assert "asked for by key · shows Voice menu" in words(shown)
        assert "call back, due 22 Nov 12:30:00" in turns(shown)[3]
        assert "Menu: heard to its end after hotline.offer_times" in lists(operator)

    @pytest.mark.parametrize(
        ("line", "why"),
        [
            (CALL_BACK_LINE, "Call back cancelled: the caller rang again, and that call is the one that counts"),
            (CANCEL_LINE, "Call back cancelled: the caller "),
        ],
    )
    def test_a_call_back_that_is_not_needed_any_more_says_why(self, operator: Browser, phones: Phones, line: str, why: str) -> None:
        phones.gives_missed_call()
        phones.gives_missed_call(line=line)

        assert why in lists(operator)

    def test_a_booking_is_taken_back_by_a_missed_call(self, operator: Browser, phones: Phones) -> None:
        booked = phones.dials().presses("1").presses("3").presses("1").hangs_up()
        cancelling = phones.gives_missed_call(line=CANCEL_LINE)

        assert "Call back cancelled the caller cancelled it by a missed call" in told(page(operator, booked))
        assert "Coming calls cancelled this caller is not called back, unless they ask again" in told(page(operator, cancelling))
        assert "Cancelled coming calls" in lists(operator)

    @pytest.mark.parametrize(
        ("caller", "badge"),
        [
            ("+14155550123", "No call back: we call Indian phones only"),
            ("anonymous", "No call back: the caller withheld the number"),
        ],
    )
    def test_who_is_never_called_back_is_told_with_the_reason(self, operator: Browser, phones: Phones, caller: str, badge: str) -> None:
        call_id = phones.gives_missed_call(caller)

        assert badge in lists(operator)
        assert badge.replace(":", "") in told(page(operator, call_id))

    def test_trouble_with_a_ring_is_told(self, operator: Browser, phones: Phones) -> None:
        call_id = phones.gives_missed_call()
        phones.we_call(TryLater("429"))
        phones.we_call(Misconfigured("20003", Fault.ACCOUNT, "wrong password"), minutes=1)
        phones.we_call(Unknown("ReadTimeout"), minutes=6)

        steps = told(page(operator, call_id))

        assert "Ring 1 over the provider was busy; we try again (provider’s code 429)" in steps
        assert "Ring 2 over the provider refused our account: see the alarm (provider’s code 20003)" in steps
        assert "Ring 3: plivo no clear answer; we are asking the provider whether it rang (ReadTimeout)" in steps

    def test_a_number_that_the_provider_refuses_is_given_up_in_its_words(self, operator: Browser, phones: Phones) -> None:
        phones.gives_missed_call()
        phones.we_call(Never("21211", "not a phone number"))

        assert "Call back given up: not a phone number" in lists(operator)

    def test_words_of_another_version_are_shown_as_they_are(self, operator: Browser, phones: Phones, app: App) -> None:
        call_id = phones.gives_missed_call()
        strange = {"state": "levitating", "why": "moon_phase", "reason": "telepathy", "consent": "an old form", "line": "+910000000000"}
        app.database.write(lambda tx: tx.run(update(call_back).values(**strange)))

        shown = words(page(operator, call_id))

        for word in ("levitating", "moon_phase", "telepathy", "an old form"):
            assert word in shown


@pytest.mark.parametrize(("line", "badge"), [(STOP_LINE, "Nobody to opt out"), (CANCEL_LINE, "Nobody to be called")])
def test_a_withheld_number_has_nothing_to_take_back(operator: Browser, phones: Phones, line: str, badge: str) -> None:
    phones.gives_missed_call("anonymous", line)

    assert badge in lists(operator)


def test_who_could_not_be_answered_is_called_back(operator: Browser, app: App, clock: HandClock) -> None:
    """The call waited in the spool."""
    app.calls.arrive(CallArrived("plivo", "late", NUMBER, MENU_LINE), clock.now(), live=False)

    assert "Call back planned" in lists(operator)
    assert "Menu:" not in lists(operator)
