"""The control API, the page, and the process that carries them."""

import signal
import socket
import subprocess
import sys
from contextlib import suppress
from threading import Event, Thread

import pytest
import requests
from far_end import ACCOUNTS, CALLER, DLT, LINE, plivo_client

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
    for name in ("softphone.js", "softphone.css", "softphone.svg"):
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
