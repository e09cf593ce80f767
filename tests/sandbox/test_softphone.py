"""What the softphone's page asks of the sandbox: all phones at once, what is published, switches, a link paid."""

import re
from itertools import pairwise
from pathlib import Path

import pytest
from far_end import CALLER, LINE, Answer, plivo_document, plivo_menu

from ivr.sandbox.faults import Fault
from ivr.sandbox.server import create_sandbox
from ivr.sandbox.switches import SWITCHES

STATIC = Path(create_sandbox.__code__.co_filename).parent / "static"
DOCTOR = "+916999000001"
PUBLISHED = {
    "lines": [{"number": LINE, "name": "Hotline", "does": "Texts the app.", "answers": False, "audience": "callers"}],
    "doctors": [{"phone": DOCTOR, "name": "Dr Ramya Patel"}],
    "talk_seconds": 30,
    "console": "http://127.0.0.1:8000/ops/",
}


@pytest.fixture
def browser(world):
    return create_sandbox(world).test_client()


@pytest.mark.parametrize("script", sorted(STATIC.glob("*.js")), ids=lambda path: path.name)
def test_every_script_is_served_needs_nothing_from_elsewhere_and_finds_what_it_imports(browser, script):
    served = browser.get(f"/sandbox/static/{script.name}")
    assert (served.status_code, served.mimetype) == (200, "text/javascript")
    assert not re.search(r"https?://\w", served.text)
    for name in re.findall(r'from "/sandbox/static/([^"]+)"', served.text):
        assert (STATIC / name).exists()


def test_the_scene_is_what_phones_ring_with_are_on_and_have_read(world, browser, product, pass_time):
    product.answers("/voice/plivo", Answer(plivo_document(plivo_menu(f"{product.url}/turn"))))
    call_id = world.dial(CALLER, LINE)
    pass_time(100)
    scene = browser.get("/sandbox/api/scene", query_string={"phone": [CALLER, DOCTOR], "call": [call_id, "nothing"]}).json
    assert scene["phones"][DOCTOR] == {"call": None, "texts": []}
    on = scene["phones"][CALLER]["call"]
    assert (on["id"], on["state"], on["waits_for"], on["ready"], "exchanges" in on) == (call_id, "live", "keys", False, False)
    assert scene["calls"] == {call_id: on, "nothing": None}
    pass_time(2_000)
    assert browser.get(f"/sandbox/api/scene?call={call_id}").json["calls"][call_id]["ready"]
    browser.post(f"/sandbox/api/calls/{call_id}/hang-up", json={})
    over = browser.get(f"/sandbox/api/scene?phone={CALLER[1:]}&call={call_id}").json
    assert over["phones"][CALLER[1:]]["call"] is None
    assert over["calls"][call_id]["state"] == "over"


def test_what_is_published_is_told_once_and_shown(browser):
    assert browser.get("/sandbox/api/directory").json == {"lines": [], "doctors": [], "talk_seconds": 0, "console": ""}
    assert browser.put("/sandbox/api/directory", json=PUBLISHED).status_code == 200
    shown = browser.get("/sandbox/api/directory").json
    assert shown["lines"] == [{**PUBLISHED["lines"][0], "flow": "", "provider": "plivo"}]
    assert shown["doctors"] == [{**PUBLISHED["doctors"][0], "about": ""}]
    assert (shown["talk_seconds"], shown["console"]) == (30, "http://127.0.0.1:8000/ops/")


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"lines": []}, "lines is missing"),
        ({"lines": "all"}, "lines must be a JSON array"),
        ({"lines": ["all"]}, "each row is a JSON object with number, name, does"),
        ({"lines": [{"number": LINE}]}, "a row lacks something"),
        ({"lines": [{**PUBLISHED["lines"][0], "colour": "red"}]}, "each row is a JSON object"),
        ({"lines": [{**PUBLISHED["lines"][0], "answers": "no"}]}, "answers must be true or false"),
        ({"lines": [{**PUBLISHED["lines"][0], "number": 5}]}, "number must be text in quotes"),
        ({"lines": [{**PUBLISHED["lines"][0], "audience": "dogs"}]}, "there is no audience 'dogs'"),
    ],
)
def test_what_cannot_be_published_is_told_with_what_can(browser, wrong, said):
    answer = browser.put("/sandbox/api/directory", json=wrong)
    assert answer.status_code == 400
    assert said in answer.json["error"]


def on(browser):
    return [each["name"] for each in browser.get("/sandbox/api/switches").json["switches"] if each["on"]]


@pytest.mark.parametrize("name", SWITCHES)
def test_a_switch_is_turned_on_and_off_and_says_what_it_does(world, browser, name):
    assert all(one["does"].endswith(".") for one in browser.get("/sandbox/api/switches").json["switches"])
    assert on(browser) == []
    for _ in range(2):
        assert browser.put(f"/sandbox/api/switches/{name}").json["faults"] == len(SWITCHES[name].faults)
        assert on(browser) == [name]
    assert set(SWITCHES[name].faults) == set(world.faults.rules())
    assert all(fault.times is None for fault in world.faults.rules())
    assert browser.delete(f"/sandbox/api/switches/{name}").json["faults"] == 0
    assert on(browser) == []


def test_switches_leave_other_faults_alone_and_all_off_means_all(world, browser):
    world.faults.add(Fault("text.send", "rejected", code="credit"))
    browser.put("/sandbox/api/switches/refused")
    browser.put("/sandbox/api/switches/outage")
    assert on(browser) == ["refused", "outage"]
    browser.delete("/sandbox/api/switches/refused")
    assert Fault("text.send", "rejected", code="credit") in world.faults.rules()
    assert browser.delete("/sandbox/api/faults").status_code == 204
    assert on(browser) == []
    assert "there is no switch 'x': use slow, refused" in browser.put("/sandbox/api/switches/x").json["error"]


def test_no_two_switches_say_the_same():
    for one, other in pairwise(sorted(SWITCHES.values(), key=lambda each: each.does)):
        assert one.does != other.does


def test_a_link_is_paid_as_a_browser_would(world, browser, server, product, make_link):
    """The clinic's page, its button, a page that loads itself again, the gateway's page, and back."""
    back = f"{product.url}/pay/1/back"
    link = make_link(callback_url=back)
    product.answers("/SANDHI/aaaa", Answer("<form>"), Answer(status="303 See Other", location="/pay/1"))
    product.answers("/pay/1", Answer("one moment"), Answer(status="303 See Other", location=link["short_url"]))
    paid = browser.post("/sandbox/api/pay", json={"url": f"{product.url}/SANDHI/aaaa"})
    assert (paid.status_code, paid.json) == (200, {"paid": link["id"], "page": f"/p/{link['id']}"})
    assert [each.method for each in product.at("/SANDHI/aaaa")] == ["GET", "POST"]
    assert world.gateway.link(link["id"]).status == "paid"
    assert product.at("/pay/1/back")[0].params["razorpay_payment_link_status"] == "paid"


@pytest.mark.parametrize(
    ("answers", "said"),
    [
        ([Answer(status="404 Not Found")], "shows no page to pay on: status 404"),
        ([Answer("<form>"), Answer("paid already")], "the page's button led nowhere"),
        ([Answer("<form>"), Answer(status="303 See Other", location="https://elsewhere.example/")], "only talks to this machine"),
    ],
)
def test_a_link_that_leads_elsewhere_is_told(browser, product, answers, said):
    product.answers("/SANDHI/aaaa", *answers)
    answer = browser.post("/sandbox/api/pay", json={"url": f"{product.url}/SANDHI/aaaa"})
    assert answer.status_code == 400
    assert said in answer.json["error"]


def test_a_link_on_another_machine_is_not_opened(browser):
    assert "only talks to this machine" in browser.post("/sandbox/api/pay", json={"url": "https://elsewhere.example/"}).json["error"]
