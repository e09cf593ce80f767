"""The control API, the page, and the process that carries them."""

import signal
import socket
import subprocess
import sys
from contextlib import suppress
from threading import Event, Thread

import pytest
import requests
from far_end import ACCOUNTS, CALLER, DLT, LINE, Answer, plivo_client, plivo_document, plivo_menu, twilio_menu
from plivo import plivoxml

from ivr.model.clock import SystemClock
from ivr.sandbox.agenda import Agenda
from ivr.sandbox.server import create_sandbox, listen, main
from ivr.sandbox.world import Sandbox


@pytest.fixture
def browser(world):
    return create_sandbox(world).test_client()


def test_a_call_is_given_and_seen(world, browser, product, settle):
    given = browser.post("/sandbox/api/calls", json={"from": "9845012345", "to": LINE, "provider": "twilio", "deliveries": 2})
    assert given.status_code == 201
    settle()
    seen = browser.get(f"/sandbox/api/calls/{given.json['id']}").json
    assert (seen["caller"], seen["line"], seen["charged"], seen["hangup_code"]) == (CALLER, "+918061914343", False, "busy")
    assert [(each["operation"], each["status"]) for each in seen["exchanges"]] == [
        ("hook.voice", 200),
        ("hook.voice", 200),
        ("hook.status", 200),
    ]
    assert 'reason="busy"' in seen["exchanges"][0]["body"]
    assert [each["id"] for each in browser.get("/sandbox/api/calls").json["calls"]] == [given.json["id"]]
    assert browser.get("/sandbox/api/calls/nothing").status_code == 404


def test_an_early_hang_up_is_given(world, browser, settle):
    given = browser.post("/sandbox/api/calls", json={"from": None, "to": LINE, "hang_up_after_ms": 0})
    settle()
    assert world.call(given.json["id"]).hangup_code == "1000"


def test_a_live_call_is_led_by_hand(world, browser, product, pass_time):
    product.answers("/voice/plivo", Answer(plivo_document(plivo_menu(f"{product.url}/turn"))))
    note = plivoxml.RecordElement(action=f"{product.url}/note", timeout=3, max_length=60)
    product.answers("/turn", Answer(plivo_document(note)))
    path = f"/sandbox/api/calls/{browser.post('/sandbox/api/calls', json={'from': CALLER, 'to': LINE}).json['id']}"
    pass_time(0)
    seen = browser.get(path).json
    assert (seen["state"], seen["direction"], seen["waits_for"], seen["keys_wanted"], seen["parent"]) == ("live", "inbound", "keys", 1, "")
    heard = {"at": seen["started_at"], "kind": "say", "text": "Press 1", "language": "hi-IN", "voice": "Polly.Aditi"}
    assert seen["heard"] == [heard]
    assert browser.post(f"{path}/keys", json={"keys": "1"}).json["pressed"] == "1"
    pass_time(200)
    assert browser.post(f"{path}/voice", json={"seconds": 5}).json["waits_for"] == "voice note"
    pass_time(1_000)
    over = browser.post(f"{path}/hang-up", json={})
    assert (over.status_code, over.json["state"]) == (200, "over")
    assert "is over" in browser.post(f"{path}/hang-up", json={}).json["error"]
    assert browser.post("/sandbox/api/calls/nothing/hang-up", json={}).status_code == 404


def test_rooms_are_seen_and_fallbacks_given(world, browser, product, pass_time):
    product.answers("/voice/plivo", Answer("<Response><Conference>consult-1</Conference></Response>"))
    call_id = world.dial(CALLER, LINE)
    pass_time(100)
    seen = browser.get("/sandbox/api/rooms").json["rooms"]
    assert [(each["name"], each["provider"], each["inside"], each["ended_at"]) for each in seen] == [
        ("consult-1", "plivo", [call_id], None)
    ]
    assert seen[0]["visits"][0]["person"] == CALLER
    assert browser.get(f"/sandbox/api/calls/{call_id}").json["room"] == "consult-1"
    told = browser.put("/sandbox/api/fallbacks", json={"line": LINE, "provider": "plivo", "to": "<Response/>"})
    assert told.json == browser.get("/sandbox/api/fallbacks").json == {"fallbacks": {"plivo +918061914343": "<Response/>"}}
    assert browser.put("/sandbox/api/fallbacks", json={"line": "12", "to": "<Response/>"}).status_code == 400


def test_a_phone_is_told_how_to_behave_and_answered(world, browser, plivo, product, pass_time):
    assert browser.get("/sandbox/api/phones/09845012345").json == {"phone": CALLER, "manner": "rings", "call": None}
    told = browser.put("/sandbox/api/phones/09845012345", json={"manner": "busy", "times": 2})
    assert (told.status_code, told.json) == (200, {"phone": CALLER, "manner": "busy", "times": 2})
    assert browser.put("/sandbox/api/phones/09845012345", json={"manner": "rings"}).json["times"] is None
    call_id = plivo.calls.create(from_="918061914348", to_="919845012345", answer_url=f"{product.url}/answer").request_uuid
    phone = browser.get("/sandbox/api/phones/09845012345").json
    assert (phone["call"]["id"], phone["call"]["state"]) == (call_id, "ringing")
    assert browser.post(f"/sandbox/api/calls/{call_id}/answer", json={}).json["state"] == "live"
    assert "does not ring" in browser.post(f"/sandbox/api/calls/{call_id}/answer", json={}).json["error"]


def test_the_listener_takes_a_put(server):
    answer = requests.put(f"{server.url}/sandbox/api/phones/{CALLER}", json={"manner": "answers"}, timeout=5)
    assert (answer.status_code, answer.json()["manner"]) == (200, "answers")


def test_inboxes_are_counted(world, browser, settle):
    for number in (CALLER, CALLER, "+919845099999"):
        world.messages.accept(world.plivo, "MFINEX", number, "hello", "")
    settle()
    assert [each["body"] for each in browser.get("/sandbox/api/phones/09845012345/inbox").json["texts"]] == ["hello", "hello"]
    counted = {"phones": 2, "texts": 3, "most": 2, "numbers": {CALLER: 2, "+919845099999": 1}, "latest": ["+919845099999", CALLER]}
    assert browser.get("/sandbox/api/inboxes").json == counted


def test_a_text_is_sent_to_a_line(browser, product, settle):
    assert browser.post("/sandbox/api/texts", json={"from": CALLER, "to": LINE, "body": "STOP"}).status_code == 201
    settle()
    assert product.at("/texts/plivo/incoming")[0].params["Text"] == "STOP"


def test_faults_come_and_go(world, browser):
    rule = {"operation": "text.send", "effect": "latency", "ms": 150, "times": None}
    assert browser.post("/sandbox/api/faults", json=rule).status_code == 201
    assert browser.get("/sandbox/api/faults").json["faults"][0]["times"] is None
    assert world.faults.rules()[0].ms == 150
    assert browser.delete("/sandbox/api/faults").status_code == 204
    assert world.faults.rules() == ()


def test_requests_and_health_are_told(world, browser, plivo, settle):
    plivo.messages.create(src="MFINEX", dst="919845012345", text="hello", **DLT)
    settle()
    told = browser.get("/sandbox/api/requests").json
    assert (told["total"], told["requests"][0]["number"], told["requests"][0]["status"]) == (1, CALLER, 202)
    world.dial(CALLER, LINE)
    health = browser.get("/sandbox/api/healthz").json
    assert (health["status"], health["pending"], health["hooks"]) == ("ok", 1, {})
    settle()
    assert browser.get("/sandbox/api/healthz").json["hooks"] == {"hook.voice": {"200": 1}, "hook.status": {"200": 1}}


@pytest.mark.parametrize(
    ("method", "path", "body", "said"),
    [
        ("POST", "calls", None, "send a JSON object with from, to"),
        ("POST", "calls", [], "send a JSON object"),
        ("POST", "calls", {"from": CALLER}, "to is missing"),
        ("POST", "calls", {"to": LINE, "line": LINE}, "no field 'line'"),
        ("POST", "calls", {"to": 8061914343}, "to must be text in quotes"),
        ("POST", "calls", {"to": LINE, "deliveries": "2"}, "deliveries must be a whole number"),
        ("POST", "calls", {"to": LINE, "deliveries": True}, "deliveries must be a whole number"),
        ("POST", "calls", {"to": "nowhere"}, "give the line as 08061914343"),
        ("POST", "calls", {"to": LINE, "provider": "exotel"}, "use plivo or twilio"),
        ("POST", "texts", {"from": CALLER, "to": LINE}, "body is missing"),
        ("POST", "faults", {"operation": "text.send", "effect": "explode"}, "use error_after"),
        ("PUT", "phones/9845012345", {"manner": "rude"}, "use rings, no answer, answers"),
        ("PUT", "phones/9845012345", {"manner": "busy", "times": 0}, "times is 1 or more"),
        ("PUT", "phones/9845012345", {}, "manner is missing"),
        ("GET", "calls?limit=0", None, "limit is a whole number"),
    ],
)
def test_bad_input_is_told_what_to_do(browser, method, path, body, said):
    answer = browser.open(f"/sandbox/api/{path}", method=method, json=body)
    assert answer.status_code == 400
    assert said in answer.json["error"]


def test_the_page_needs_nothing_from_elsewhere(browser):
    page = browser.get("/sandbox/")
    assert (page.status_code, page.mimetype) == (200, "text/html")
    policy = page.headers["Content-Security-Policy"]
    assert "unsafe" not in policy
    for name in ("softphone.js", "softphone.css", "phones.css", "softphone.svg"):
        assert f"/sandbox/static/{name}" in page.text
        assert browser.get(f"/sandbox/static/{name}").status_code == 200
    assert "http:" not in page.text
    assert "https:" not in page.text
    assert "style=" not in page.text
    assert browser.get("/").location == "/sandbox/"


@pytest.mark.parametrize("target", ["https://clinic.example", "http://10.0.0.7:8000", "ftp://127.0.0.1", "127.0.0.1:8000", ""])
def test_a_target_elsewhere_is_refused(clock, target):
    with pytest.raises(ValueError, match="only talks to this machine"):
        Sandbox(clock, target, ACCOUNTS)
    world = Sandbox(clock, "http://localhost:8000/", ACCOUNTS)
    assert world.target == "http://localhost:8000"
    with pytest.raises(ValueError, match="only talks to this machine"):
        world.target = target


@pytest.mark.parametrize("host", ["0.0.0.0", "192.168.1.4", "clinic.example", "::", "::1", ""])
def test_it_binds_to_nothing_but_loopback(world, host):
    with pytest.raises(ValueError, match="answers this machine only"):
        listen(world, host)
    with pytest.raises(ValueError, match="answers this machine only"):
        main(host, 0, "http://127.0.0.1:8000", ACCOUNTS)


def test_a_stopped_server_closes_the_connections_it_kept(world):
    listener = listen(world, "localhost")
    with requests.Session() as session:
        session.trust_env = False
        assert session.get(f"{listener.url}/sandbox/api/healthz", timeout=5).status_code == 200
        listener.stop()
        with pytest.raises(requests.exceptions.ConnectionError):
            session.get(f"{listener.url}/sandbox/api/healthz", timeout=5)


def test_the_server_refuses_bodies_without_end_and_answers_head(server):
    assert requests.head(f"{server.url}/sandbox/", timeout=5).text == ""
    assert requests.post(f"{server.url}/sandbox/api/calls", data=iter([b"x"]), timeout=5).status_code == 413


def test_threads_carry_a_text_all_the_way(product):
    world = Sandbox(SystemClock(), product.url, ACCOUNTS)
    stop, server = Event(), listen(world)
    crew = Thread(target=world.run_forever, args=(stop, 4))
    crew.start()
    plivo_client(server.url).messages.create(src="MFINEX", dst="919845012345", text="hello", url=f"{product.url}/report", **DLT)
    world.dial(CALLER, LINE)
    pause = Event()
    while world.waiting():
        pause.wait(0.02)
    stop.set()
    crew.join(5)
    server.stop()
    assert not crew.is_alive()
    assert len(world.inbox(CALLER)) == 1
    assert {each.params["Status"] for each in product.at("/report")} == {"queued", "sent", "delivered"}
    assert world.calls()[0].hangup_code == "3010"


@pytest.mark.parametrize("provider", ["plivo", "twilio"])
def test_threads_carry_live_calls_while_people_press_keys(product, provider):
    document = plivo_document(plivo_menu(f"{product.url}/turn")) if provider == "plivo" else str(twilio_menu("/turn"))
    product.answers(f"/voice/{provider}", Answer(document))
    product.answers("/turn", *[Answer(document)] * 20, Answer("<Response><Hangup/></Response>"))
    world = Sandbox(SystemClock(), product.url, ACCOUNTS)
    stop, pause = Event(), Event()
    crew = Thread(target=world.run_forever, args=(stop, 8))
    crew.start()
    for number in range(10):
        world.dial(f"+91984501234{number}", LINE, provider)
    while any(call.state != "over" for call in world.calls()):
        for call in world.calls():
            if call.waits_for == "keys":
                with suppress(ValueError):
                    world.press(call.id, "1")
        pause.wait(0.01)
    while world.waiting():
        pause.wait(0.02)
    stop.set()
    crew.join(5)
    assert len(product.at("/turn")) == 30
    assert len(product.at(f"/voice/{provider}/status")) == 10
    assert all(call.answered and not call.error for call in world.calls())


def test_an_action_that_fails_does_not_stop_the_others(clock, caplog):
    agenda, stop, done = Agenda(clock), Event(), Event()
    agenda.after(0, lambda: [][0])
    agenda.after(1, done.set)
    crew = Thread(target=agenda.run_forever, args=(stop, 1))
    crew.start()
    clock.forward(1)
    assert done.wait(5)
    stop.set()
    crew.join(5)
    assert "an action of the sandbox failed" in caplog.text


def test_what_is_called_off_does_not_happen_and_is_not_waited_for(clock):
    agenda, done = Agenda(clock), []
    made = [agenda.after(ms, lambda ms=ms: done.append(ms)) for ms in (10, 20, 30)]
    agenda.call_off(made[1])
    assert (agenda.waiting(), agenda.next_due()) == (2, clock.now() + 10)
    agenda.call_off(made[0])
    agenda.call_off(made[0])
    assert (agenda.waiting(), agenda.next_due(), agenda.pending()) == (1, clock.now() + 30, 0)
    clock.forward(30)
    assert (agenda.step(), done, agenda.waiting()) == (1, [30], 0)
    agenda.call_off(made[2])
    assert agenda.waiting() == 0


def test_actions_come_in_the_order_they_are_due(clock):
    agenda, order = Agenda(clock), []
    for name, ms in (("late", 20), ("first", 10), ("second", 10)):
        agenda.after(ms, lambda name=name: order.append(name))
    assert (agenda.next_due(), agenda.pending(), agenda.waiting()) == (clock.now() + 10, 0, 3)
    clock.forward(20)
    assert (agenda.pending(), agenda.step(), order) == (3, 3, ["first", "second", "late"])
    assert agenda.next_due() is None


PROCESS = """
import sys
from ivr.sandbox.server import main
from ivr.sandbox.world import Accounts
main("127.0.0.1", int(sys.argv[1]), "http://127.0.0.1:9", Accounts("MA000000000000000000", "p", "AC0", "t"))
"""


def test_a_process_of_its_own_ends_on_sigterm_though_answers_are_held():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    process = subprocess.Popen([sys.executable, "-c", PROCESS, str(port)])
    url, pause = f"http://127.0.0.1:{port}", Event()
    try:
        for _ in range(200):
            try:
                requests.get(f"{url}/sandbox/api/healthz", timeout=5)
                break
            except requests.exceptions.ConnectionError:
                pause.wait(0.05)
        requests.post(f"{url}/sandbox/api/faults", json={"operation": "text.list", "effect": "hang_before", "ms": 60_000}, timeout=5)
        held = Thread(target=held_list, args=(url,), daemon=True)
        held.start()
        while not requests.get(f"{url}/sandbox/api/requests", timeout=5).json()["requests"]:
            pause.wait(0.02)
        process.send_signal(signal.SIGTERM)
        assert process.wait(10) == 0
    finally:
        process.kill()


def held_list(url):
    with suppress(requests.exceptions.ConnectionError):
        requests.get(f"{url}/v1/Account/MA000000000000000000/Message/", auth=("MA000000000000000000", "p"), timeout=30)
