"""What an operator sees of calls in the voice menu."""

import pytest
from sqlalchemy import update

from ivr.store.schema import turn
from ivr.wiring import App
from tests.clock import HandClock
from tests.web.ops.conftest import Browser
from tests.web.ops.reading import charts, lists, page, told, turns
from tests.web.ops.voice.talks import MENU_LINE, Phones


class TestOneCallInTheMenu:
    def test_every_turn_is_told_with_what_was_done_where_it_led_and_what_was_said(self, operator: Browser, phones: Phones) -> None:
        talk = phones.dials().presses("1", after_s=7).presses("7")
        call_id = talk.says_nothing().presses("2").hangs_up()

        shown = turns(page(operator, call_id))

        assert len(shown) == 5
        assert shown[0].startswith("0:00 was answered → hotline.languages")
        assert "For English, press one" in shown[0]
        assert "Hindi संधि क्लिनिक। हिंदी के लिए" in shown[0]
        assert shown[0].endswith("waits for a key · 7 s")
        assert shown[1].startswith("0:07 pressed 1 → hotline.main_menu English")
        assert shown[2].startswith("0:11 pressed 7 → hotline.main_menu English Sorry, that key does nothing here.")
        assert shown[3].startswith("0:23 said nothing → hotline.main_menu")
        assert shown[4].startswith("0:27 pressed 2 → the end English")
        assert shown[4].endswith("text menu_link hangs up · 3 s")

    def test_what_it_set_going_is_in_its_story(self, operator: Browser, phones: Phones) -> None:
        call_id = phones.dials().presses("1").presses("2").hangs_up()
        assert "Menu: heard to its end after hotline.main_menu Text: Waiting to be sent" in lists(operator)

        steps = told(page(operator, call_id))

        assert steps[:2] == [f"Call from a mobile to Voice menu {MENU_LINE}", "Menu hotline 3 turns"]
        assert "Text asked for menu_link v1 in English, 1 segment (GSM-7)" in steps
        assert steps[-1] == "Call ended answered, 20 s of talk (provider’s code 16)"

    def test_the_languages_said_are_marked_for_the_browser(self, operator: Browser, phones: Phones) -> None:
        shown = page(operator, phones.dials().presses("2").hangs_up())

        assert '<blockquote lang="en">' in shown
        assert '<blockquote lang="hi">' in shown

    def test_a_live_call_says_where_it_is_and_for_how_long_so_far(self, operator: Browser, phones: Phones, clock: HandClock) -> None:
        talk = phones.dials().presses("1")
        clock.forward(seconds=65)

        assert turns(page(operator, talk.call_id))[-1].endswith("waits for a key · 1 min 5 s so far")
        assert "Menu: live at hotline.main_menu" in lists(operator)

        clock.forward(minutes=75)
        assert "Menu: no word of its end, last at hotline.main_menu" in lists(operator)

    def test_a_caller_who_was_cut_off_goes_on(self, operator: Browser, phones: Phones, clock: HandClock) -> None:
        phones.dials().presses("1").presses("0").hangs_up()
        clock.forward(minutes=2)

        shown = turns(page(operator, phones.dials().call_id))

        assert shown[0].startswith("0:00 was answered, and goes on where the last call was cut off → hotline.")

    @pytest.mark.parametrize(("place", "language"), [('{"language":"kn"}', 'lang="kn"><span class="tongue" lang="en">Kannada'), ("[]", "")])
    def test_a_recording_is_in_the_language_that_the_caller_chose(
        self, operator: Browser, phones: Phones, app: App, place: str, language: str
    ) -> None:
        call_id = phones.dials().presses("1").hangs_up()
        played = {"reply": '["Gather",[["ನಮಸ್ಕಾರ","https://calls.example/audio/kn/1.mp3"],["","https://calls.example/music.mp3"]],"u",1,5]'}
        app.database.write(lambda tx: tx.run(update(turn).values(**played, place=place)))

        html = page(operator, call_id)

        assert "ನಮಸ್ಕಾರ" in html
        assert language in html
        assert not any(".mp3" in said for said in turns(html))

    def test_turns_of_a_later_version_do_not_hide_the_rest(self, operator: Browser, phones: Phones, app: App) -> None:
        call_id = phones.dials().presses("1").hangs_up()
        strange = {"heard": '{"rang":"abducted","seconds":1}', "reply": '["Levitate","<script>alert(1)</script>"]', "place": "[]"}
        app.database.write(lambda tx: tx.run(update(turn).where(turn.c.number == 0).values(**strange)))
        hostile = {"reply": '["Gather",[["<script>alert(1)</script>","A","<b>"]],"x",6,5]', "step": "<script>alert(1)</script>"}
        app.database.write(lambda tx: tx.run(update(turn).where(turn.c.number == 1).values(**hostile)))

        html = page(operator, call_id)

        assert "kept in a way that this version cannot read" in turns(html)[0]
        assert "waits for up to 6 keys" in turns(html)[1]
        for text in (html, operator.open("/ops/calls").text):
            assert "<script>alert" not in text
            assert "&lt;script&gt;alert" in text


def test_the_charts_say_which_steps_were_reached_and_where_calls_ended(operator: Browser, phones: Phones, clock: HandClock) -> None:
    phones.dials("+919845012301").presses("1").hangs_up()
    phones.dials("+919845012302").presses("1").presses("3").hangs_up()
    assert "hotline.languages 2 0 0 hotline.main_menu 2 1 50 hotline.offer_times 1 1 100" in charts(operator)

    phones.dials("+919845012303").hangs_up()
    assert "hotline.languages 2 0 0" in charts(operator)  # counted anew once a minute
    clock.forward(minutes=1)
    assert "hotline.languages 3 1 33" in charts(operator)

    clock.forward(minutes=8 * 24 * 60)
    operator.log_in()
    assert "hotline.languages" not in charts(operator)
