"""The phone in a terminal: what its person reads, and what their keys do. Time is wound by whoever rests."""

import os
import pty
import signal
import subprocess
import sys
from contextlib import contextmanager
from threading import Event, Thread

import pytest
from far_end import ACCOUNTS, BUSY_PLIVO, CALLER, DLT, LINE, Answer, plivo_client, plivo_document, plivo_menu, twilio_menu
from plivo import plivoxml

from ivr.model.clock import SystemClock
from ivr.model.errors import ConfigurationError
from ivr.sandbox.hands import HangUp, Pay, Piped, Press, Script, Speak, Typist, read_deed
from ivr.sandbox.remote import Remote
from ivr.sandbox.server import listen
from ivr.sandbox.terminal import Handset
from ivr.sandbox.world import Sandbox

BYE = Answer("<Response><Hangup/></Response>")
FRIEND = "+919845077777"


@pytest.fixture
def rows():
    return []


@pytest.fixture
def rest(pass_time):
    return lambda seconds: pass_time(round(1000 * seconds))


@pytest.fixture
def handset(server, clock, rows, rest):
    """The caller's phone in the hands given; nobody's when none are."""

    def hold(hands=None, **more):
        return Handset(Remote(server.url), hands or Script([], rest), clock, rows.append, rest, CALLER, **more)

    return hold


@pytest.fixture
def script(rest):
    return lambda *keys: Script([read_deed(each) for each in keys], rest)


@pytest.fixture
def pipe(rest):
    """A standard input: `write(text)`, `end()`, and `hands(kind)` that read it while time passes."""
    ours, theirs = os.pipe()

    class Pipe:
        end_of_it = ours

        def write(self, text):
            os.write(theirs, text.encode())

        def end(self):
            os.close(theirs)

        def hands(self, kind, show):
            held = Typist(ours, show) if kind is Typist else Piped(ours, show, rest)

            class InPassingTime:
                scripted = held.scripted

                def deeds(self, ready, talks):
                    rest(0.5)
                    return held.deeds(ready, talks)

                def picks_up(self, rings):
                    rest(0.5)
                    return held.picks_up(rings)

            return InPassingTime()

    yield Pipe()
    os.close(ours)


def speak(text, language="en-IN"):
    return plivoxml.SpeakElement(text, voice="Polly.Aditi", language=language)


def menus(product, *documents):
    first, *later = documents
    product.answers("/voice/plivo", Answer(first))
    product.answers("/turn", *map(Answer, later), BYE)


def menu(product, say="Press 1", **how):
    return plivo_document(plivo_menu(f"{product.url}/turn", say=say, **how))


def test_a_missed_call_costs_nothing_and_brings_its_text(world, plivo, handset, rows, rest):
    earlier = plivo.messages.create(src="OLDONE", dst=CALLER[1:], text="an earlier text", **DLT)
    rest(5)
    assert earlier.message_uuid

    def rest_until_the_text_is_sent(seconds):
        if len(world.requests()) == 1:
            plivo.messages.create(src="SANDHI", dst=CALLER[1:], text="the link", **DLT)
        rest(seconds)

    phone = handset()
    phone.rest = rest_until_the_text_is_sent

    assert phone.dial(LINE, "plivo") is False
    assert rows == [
        f"  {CALLER} rings {LINE} (plivo) …",
        "  busy tone: nobody answered, nothing was charged",
        "  SMS from SANDHI: the link",
    ]


@pytest.mark.parametrize("provider", ["plivo", "twilio"])
def test_keys_press_themselves_one_at_each_wait_and_all_is_heard(product, handset, script, rows, provider):
    documents = {
        "plivo": [
            plivo_document(speak("Welcome"), plivo_menu(f"{product.url}/turn", say="एक दबाएँ")),
            plivo_document(plivo_menu(f"{product.url}/turn", say="Your age?", num_digits=2)),
        ],
        "twilio": [str(twilio_menu("/turn", say="एक दबाएँ")), str(twilio_menu("/turn", say="Your age?", num_digits=2))],
    }[provider]
    product.answers(f"/voice/{provider}", Answer(documents[0]))
    product.answers("/turn", Answer(documents[1]), BYE)

    assert handset(script("1", "4", "7")).dial(LINE, provider) is True

    heard = [row for row in rows if "Welcome" not in row][1:]
    assert heard[:4] == ["  answered: from now on the caller pays", "  ♪ [hi-IN] एक दबाएँ", "  … a key?", "  (pressed 1)"]
    assert heard[4:9] == ["  ♪ Your age?", "  … keys? 2 at most", "  (pressed 4)", "  … a key?", "  (pressed 7)"]
    assert heard[9].startswith("  over after ")
    assert heard[9].endswith(" s; it was answered, so the caller pays")
    assert [each.params["Digits"] for each in product.at("/turn")] == ["1", "47"]


def test_every_language_is_named_when_it_begins(product, handset, rows):
    words = [("Welcome", "en-IN"), ("again", "en-IN"), ("नमस्ते", "hi-IN"), ("bye", "en-IN")]
    menus(product, plivo_document(*(speak(text, tag) for text, tag in words)))

    handset().dial(LINE, "plivo")

    assert [row for row in rows if "♪" in row] == ["  ♪ [en-IN] Welcome", "  ♪ again", "  ♪ [hi-IN] नमस्ते", "  ♪ [en-IN] bye"]


def test_recordings_tones_and_a_voice_note(product, handset, script, rows):
    note = plivoxml.RecordElement(action=f"{product.url}/turn", timeout=3, max_length=60, finish_on_key="#")
    menus(
        product,
        plivo_document(plivoxml.PlayElement(f"{product.url}/audio/hi/welcome.wav"), plivoxml.DTMFElement("12"), note),
    )

    handset(script("v5", "#")).dial(LINE, "plivo")

    assert rows[2:-1] == [
        "  ♪ recording hi/welcome.wav",
        "  ♪ tones 12",
        "  ♪ beep",
        "  … speak: v 5 for five seconds",
        "  (spoke for 5 s)",
        "  (pressed #)",
    ]
    assert int(product.at("/turn")[0].params["RecordingDuration"]) >= 5


def test_the_number_that_is_rung_for_the_caller_is_shown(world, product, handset, rows):
    dial = plivoxml.DialElement(action=f"{product.url}/turn", timeout=25, caller_id=LINE.replace("0", "91", 1)).add_number(FRIEND[1:])
    menus(product, plivo_document(dial))
    phone = handset()

    def show(row):
        rows.append(row)
        if "rings for you" in row:
            phone.rest(1)
            world.answer(world.ringing(FRIEND).id)
        if "joined" in row:
            world.hang_up(world.ringing(FRIEND).id)

    phone.show = show

    assert phone.dial(LINE, "plivo")
    assert rows[1:4] == ["  answered: from now on the caller pays", f"  … {FRIEND} rings for you", f"  ☎ joined with {FRIEND}"]


@pytest.fixture
def called_back(plivo, product):
    product.answers("/answer", Answer(menu(product)))
    product.answers("/turn", BYE)

    def place():
        plivo.calls.create(from_="918061914348", to_=CALLER[1:], answer_url=f"{product.url}/answer")

    return place


def test_a_phone_that_waits_is_rung_answered_and_used(handset, script, rows, called_back):
    def show(row):
        rows.append(row)
        if "waits" in row:
            called_back()

    phone = handset(script("1"))
    phone.show = show

    assert phone.wait() is True
    assert rows[:-1] == [
        f"  {CALLER} waits for a call; h puts it away",
        "  ringing, from 08061914348; press Enter to answer, h to decline",
        "  answered",
        "  ♪ [hi-IN] Press 1",
        "  … a key?",
        "  (pressed 1)",
    ]
    assert rows[-1].endswith("it cost the person who was rung nothing")


@pytest.mark.parametrize("kind", [Typist, Piped])
@pytest.mark.parametrize(("typed", "answered", "last"), [("\n", True, "rung nothing"), ("h\n", False, "  declined")])
def test_a_person_answers_with_enter_or_declines(handset, rows, pipe, called_back, kind, typed, answered, last):
    def show(row):
        rows.append(row)
        if "waits" in row:
            called_back()
        if "ringing, from" in row:
            pipe.write(typed)

    phone = handset(pipe.hands(kind, show))
    phone.show = show

    assert phone.wait() is answered
    assert rows[-1].endswith(last)
    pipe.end()


def test_nobody_need_wait_for_ever(handset, pipe, rows):
    pipe.end()

    assert handset(pipe.hands(Typist, rows.append)).wait() is False
    assert len(rows) == 1


def test_a_phone_that_nobody_answers_stops_ringing(handset, pipe, rows, called_back):
    called_back()
    pipe.end()

    assert handset(pipe.hands(Piped, rows.append)).wait() is False
    assert rows[-1] == "  it stopped ringing"


def test_a_typists_keys_are_pressed_at_once_and_lost_when_nobody_listens(product, handset, pipe, rows):
    menus(product, plivo_document(speak("A long welcome, during which no key counts"), plivo_menu(f"{product.url}/turn")))

    def show(row):
        rows.append(row)
        if "long welcome" in row:
            pipe.write("what?\n1\nv 5\n")
        if row.endswith("a key?"):
            pipe.write("\n1\n")

    phone = handset(pipe.hands(Typist, show))
    phone.show = show

    assert phone.dial(LINE, "plivo")
    assert rows[3:6] == [
        "  (keys are 0 to 9, * and #; v 5 speaks for five seconds; pay pays by the link of an SMS; h hangs up)",
        "  (pressed 1, but nobody listens now)",
        "  (spoke for 5 s, but nobody listens now)",
    ]
    assert rows[6:-1] == ["  ♪ [hi-IN] Press 1", "  … a key?"]
    assert [each.params["Digits"] for each in product.at("/turn")] == ["1"]
    pipe.end()


def test_the_end_of_typing_hangs_up(product, handset, pipe, rows):
    menus(product, menu(product))
    pipe.end()

    assert handset(Typist(pipe.end_of_it, rows.append)).dial(LINE, "plivo") is False
    assert rows[-1] == "  you gave up: nobody answered, nothing was charged"


def test_what_is_piped_in_is_kept_until_the_call_waits_for_it(product, handset, pipe, rows):
    menus(product, menu(product), menu(product, "And now?"))
    pipe.write("1\nwhat?\n\n2\nleft over")
    pipe.end()

    assert handset(pipe.hands(Piped, rows.append)).dial(LINE, "plivo")
    assert [row for row in rows if "pressed" in row] == ["  (pressed 1)", "  (pressed 2)"]
    assert len([row for row in rows if "keys are" in row]) == 1


def test_an_interrupt_hangs_up(product, handset, rest, rows):
    menus(product, menu(product))

    def interrupted(seconds):
        rest(seconds)
        if any("Press 1" in row for row in rows):
            raise KeyboardInterrupt

    assert handset(Script([], interrupted)).dial(LINE, "plivo")
    assert rows[-1].endswith("the caller pays")


def test_a_script_hangs_up_when_told_to(product, handset, script, rows):
    menus(product, menu(product))

    assert handset(script("h", "1")).dial(LINE, "plivo")
    assert rows[-2:] == ["  (hung up)", "  over after 1 s; it was answered, so the caller pays"]


def test_when_a_script_is_used_up_its_person_goes_on(product, handset, rest, pipe, rows):
    menus(product, menu(product), menu(product, "And now?"))
    pipe.write("2\n")

    assert handset(Script([Press("1")], rest, pipe.hands(Piped, rows.append))).dial(LINE, "plivo")
    assert [row for row in rows if "pressed" in row] == ["  (pressed 1)", "  (pressed 2)"]
    assert [each.params["Digits"] for each in product.at("/turn")] == ["1", "2"]


def test_a_phone_with_a_script_that_waits_is_put_away_by_its_person(handset, rest, pipe, rows):
    pipe.write("h\n")
    assert handset(Script([Press("1")], rest, pipe.hands(Typist, rows.append))).wait() is False


TO_PAY = "To pay Rs 249, open {}/SANDHI/aaaa by noon."


def pays_by_text(product, plivo, make_link, *, texts):
    """Those texts are on the phone when the second prompt begins, and the third tells of the payment."""
    link = make_link(callback_url=f"{product.url}/pay/1/back")
    product.answers("/SANDHI/aaaa", Answer("<form>"), Answer(status="303 See Other", location=link["short_url"]))
    turn = f"{product.url}/turn"
    waits = plivo_document(plivo_menu(turn, say="We wait"), plivoxml.RedirectElement(turn))
    menus(product, menu(product), waits, waits, menu(product, "Payment received"))

    def send():
        for text in texts:
            plivo.messages.create(src="SANDHI", dst=CALLER[1:], text=text, **DLT)

    return send


def test_who_pays_by_script_presses_the_next_key_when_something_new_is_said(world, product, plivo, handset, script, rows, make_link):
    send = pays_by_text(product, plivo, make_link, texts=["an advert: http://127.0.0.1:1/x", TO_PAY.format(product.url)])

    def show(row):
        rows.append(row)
        if row == "  (pressed 1)":
            send()

    phone = handset(script("1", "pay", "7"), texts_ms=0)
    phone.show = show

    assert phone.dial(LINE, "plivo")
    done = [row for row in rows if row.startswith(("  (", "  ♪"))]
    assert done == [
        "  ♪ [hi-IN] Press 1",
        "  (pressed 1)",
        "  ♪ We wait",
        "  (paid)",
        "  ♪ We wait",
        "  ♪ Payment received",
        "  (pressed 7)",
    ]
    assert [link.status for link in world.gateway.links()] == ["paid"]


def test_a_link_that_leads_elsewhere_is_told_and_the_next_one_waited_for(world, product, plivo, handset, script, rows, make_link):
    send = pays_by_text(product, plivo, make_link, texts=[TO_PAY.format(product.url)])
    product.answers("/elsewhere", Answer(status="404 Not Found"))

    def show(row):
        rows.append(row)
        if "Press 1" in row:
            plivo.messages.create(src="SANDHI", dst=CALLER[1:], text=f"our app: {product.url}/elsewhere", **DLT)
        if row.startswith("  over"):
            send()

    phone = handset(script("pay"), texts_ms=5_000)
    phone.show = show

    assert phone.dial(LINE, "plivo")
    assert [row for row in rows if row.startswith("  (")] == ["  (the link shows no page to pay on: status 404)", "  (paid)"]
    assert [link.status for link in world.gateway.links()] == ["paid"]


@pytest.mark.parametrize(("told", "heard_of"), [(None, 2), (400_000, 3)])
def test_texts_are_waited_for_as_long_as_was_told(plivo, handset, rows, rest, world, told, heard_of):
    due = {2: "the link", 3: "the receipt", 120: "Rs 249 goes back"}
    passed = 0.0

    def rest_and_send(seconds):
        nonlocal passed
        passed += seconds
        if due and passed >= min(due):
            plivo.messages.create(src="SANDHI", dst=CALLER[1:], text=due.pop(min(due)), **DLT)
        rest(seconds)

    phone = handset(texts_ms=told)
    phone.rest = rest_and_send
    phone.dial(LINE, "plivo")

    assert len([row for row in rows if "SMS from" in row]) == heard_of
    assert passed < 10 if told is None else passed >= 399
    assert ("  waits 400 s for texts; Ctrl-C ends it" in rows) is (told is not None)


def test_an_interrupt_ends_the_wait_for_texts(handset, rows):
    def interrupted(seconds):
        raise KeyboardInterrupt

    phone = handset(texts_ms=400_000)
    phone.rest = interrupted
    assert phone.dial(LINE, "plivo") is False


def test_what_cannot_be_done_is_said(world, product, handset, script, rows):
    menus(product, menu(product))
    phone = handset(script("1"))

    def show(row):
        rows.append(row)
        if row.endswith("a key?"):
            world.hang_up(world.calls()[-1].id)

    phone.show = show

    assert phone.dial(LINE, "plivo")
    assert rows[-2].startswith("  (the call ")
    assert "is over" in rows[-2]


@pytest.mark.parametrize(("wait_sound", "alone"), [({}, "silence"), ({"wait_sound": "http://127.0.0.1/music"}, "music")])
def test_a_room_reads_well(world, product, handset, rows, pass_time, script, wait_sound, alone):
    product.answers("/voice/plivo", Answer(plivo_document(plivoxml.ConferenceElement("consult-1", time_limit=60, **wait_sound))))
    friend = world.dial(FRIEND, LINE)
    world.agenda.after(5_000, lambda: world.hang_up(friend))
    pass_time(1_000)
    handset(script()).dial(LINE, "plivo")
    assert rows[2:5] == [f"  ☎ joined with {FRIEND}", f"  ☎ {FRIEND} has left", f"  ☎ alone in the room: {alone}"]


@pytest.mark.parametrize("kind", [Typist, Piped])
def test_who_talks_hangs_up_by_a_line_that_comes_when_the_script_is_used_up(world, product, handset, rest, pipe, rows, pass_time, kind):
    product.answers("/voice/plivo", Answer(plivo_document(plivoxml.ConferenceElement("consult-1", time_limit=60))))
    world.dial(FRIEND, LINE)
    pass_time(1_000)

    def show(row):
        rows.append(row)
        if "joined with" in row:
            pipe.write("h\n")

    phone = handset(Script([], rest, pipe.hands(kind, show)), texts_ms=0)
    phone.show = show
    assert phone.dial(LINE, "plivo")
    assert rows[-2] == "  (hung up)"


def test_a_phone_that_waits_again_takes_call_after_call(product, plivo, handset, rows, rest, script):
    product.answers("/answer", Answer(menu(product)))
    product.answers("/turn", BYE)

    def called():
        plivo.calls.create(from_="918061914348", to_=CALLER[1:], answer_url=f"{product.url}/answer")

    given = []

    class PutsItAway:
        scripted = True

        def deeds(self, ready, talks):
            return []

        def picks_up(self, rings):
            return False

    def hands():
        given.append(1)
        if len(given) < 3:
            called()
            return script("1")
        return PutsItAway()

    phone = handset(texts_ms=0)
    assert phone.keep_waiting(hands) == 2
    assert rows.count("  (pressed 1)") == 2
    assert rows[-1] == f"  {CALLER} is put away; calls answered: 2"


def test_ctrl_c_puts_a_waiting_phone_away(handset, rows):
    class Interrupted:
        scripted = True

        def deeds(self, ready, talks):
            return []

        def picks_up(self, rings):
            raise KeyboardInterrupt

    assert handset().keep_waiting(Interrupted) == 0
    assert rows[-1].endswith("calls answered: 0")


@pytest.mark.parametrize(
    ("text", "deed"),
    [("1", Press("1")), (" 12*# ", Press("12*#")), ("v 5", Speak(5)), ("v30", Speak(30)), ("pay", Pay()), ("h", HangUp())],
)
def test_what_can_be_typed(text, deed):
    assert read_deed(text) == deed


@pytest.mark.parametrize("text", ["", "x", "v", "v 0", "1 2", "hh", "१"])
def test_what_cannot_be_typed_is_answered_with_a_hint(text):
    with pytest.raises(ValueError, match="keys are 0 to 9"):
        read_deed(text)


def test_a_sandbox_that_is_not_there_or_is_none_is_told_plainly(product, server):
    with pytest.raises(ConfigurationError, match="start one with `make run`"):
        Remote("http://127.0.0.1:1").inbox(CALLER)
    with pytest.raises(ConfigurationError, match="only talks to this machine"):
        Remote("https://clinic.example")
    with pytest.raises(ConfigurationError, match="is no sandbox"):
        Remote(f"{server.url}/elsewhere").dial(CALLER, LINE, "plivo")
    with pytest.raises(ConfigurationError, match="give the line as"):
        Remote(server.url).dial(CALLER, "12", "plivo")


@contextmanager
def a_sandbox_with_threads(product):
    """As in real life: time passes by itself."""
    world = Sandbox(SystemClock(), product.url, ACCOUNTS)
    stop, server = Event(), listen(world)
    crew = Thread(target=world.run_forever, args=(stop, 4))
    crew.start()
    try:
        yield server.url
    finally:
        stop.set()
        crew.join(5)
        server.stop()


def command(url, *more):
    return [sys.executable, "-m", "ivr", "phone", "--sandbox", url, "--texts", "0", *more]


def test_the_command_plays_keys_from_a_list_and_from_a_pipe(product):
    with a_sandbox_with_threads(product) as url:
        for more, typed in ((["--keys", "1"], ""), ([], "1\n")):
            menus(product, menu(product))
            ran = subprocess.run(command(url, "--line", LINE, *more), input=typed, capture_output=True, text=True, timeout=60)
            assert (ran.returncode, ran.stderr) == (0, "")
            assert "(pressed 1)" in ran.stdout
            assert ran.stdout.startswith("  +9198450")
        product.answers("/voice/plivo", Answer(BUSY_PLIVO))
        assert subprocess.run(command(url, "--line", LINE, "--from", CALLER, "--keys", ""), capture_output=True, timeout=60).returncode == 1


def test_the_command_takes_call_after_call_until_ctrl_c(product):
    product.answers("/answer", Answer(menu(product)))
    product.answers("/turn", BYE)
    with a_sandbox_with_threads(product) as url:
        phone = subprocess.Popen(
            command(url, "--wait", "--again", "--from", CALLER, "--keys", "1"), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        for _ in range(2):
            next(row for row in phone.stdout if "waits for a call" in row)
            plivo_client(url).calls.create(from_="918061914348", to_=CALLER[1:], answer_url=f"{product.url}/answer")
        next(row for row in phone.stdout if "waits for a call" in row)
        phone.send_signal(signal.SIGINT)
        rest, complaints = phone.communicate(timeout=30)
    assert (phone.returncode, complaints, rest.strip()) == (0, "", f"{CALLER} is put away; calls answered: 2")


def test_again_goes_with_wait():
    ran = subprocess.run(command("http://127.0.0.1:1", "--line", LINE, "--again"), capture_output=True, text=True, timeout=60)
    assert (ran.returncode != 0, "--again goes with --wait" in ran.stdout + ran.stderr) == (True, True)


@pytest.mark.parametrize("end", [b"\x04", b"h\n", signal.SIGINT])
def test_a_person_at_a_terminal_hangs_up(product, end):
    menus(product, menu(product))
    ours, theirs = pty.openpty()
    with a_sandbox_with_threads(product) as url:
        phone = subprocess.Popen(command(url, "--line", LINE), stdin=theirs, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        for row in phone.stdout:
            if "Press 1" in row:
                break
        phone.send_signal(end) if isinstance(end, signal.Signals) else os.write(ours, end)
        rest, complaints = phone.communicate(timeout=30)
    os.close(ours)
    os.close(theirs)
    assert (phone.returncode, complaints) == (0, "")
    assert "the caller pays" in rest
