"""What a vendor turns to when the product is away: an address, or a document that somebody else keeps, for a line or for all."""

import pytest
import requests
from far_end import BUSY_PLIVO, BUSY_TWILIO, CALLER, LINE, Answer, plivo_document, plivo_menu, twilio_menu

from ivr.sandbox.pages import FOLDER

BOTH = pytest.mark.parametrize("provider", ["plivo", "twilio"])
SORRY = {
    "plivo": '<Response><Speak voice="Polly.Aditi" language="en-IN">We call you back.</Speak><Hangup/></Response>',
    "twilio": "<Response><Say>We call you back.</Say><Hangup/></Response>",
}
BUSY = {"plivo": BUSY_PLIVO, "twilio": BUSY_TWILIO}
AWAY = pytest.mark.parametrize("away", [Answer(status="500 Oops"), Answer(hang_up=True)], ids=["5xx", "reset"])
OTHER_LINE = "08061914344"


@BOTH
@AWAY
def test_a_kept_document_is_heard_at_the_first_webhook(world, product, pass_time, provider, away):
    product.answers(f"/voice/{provider}", away)
    world.fallbacks[LINE] = SORRY[provider]
    call_id = world.dial(CALLER, LINE, provider)
    pass_time(6_000)
    call = world.call(call_id)
    assert ([each.text for each in call.heard], call.charged, call.state) == (["We call you back."], True, "over")
    assert [(each.operation, each.url, each.status) for each in call.exchanges if each.url.startswith("kept")] == [
        ("hook.voice", "kept:fallback", 200)
    ]


@BOTH
@AWAY
def test_a_kept_document_is_heard_in_mid_call(world, product, pass_time, provider, away):
    asks = plivo_document(plivo_menu(f"{product.url}/turn")) if provider == "plivo" else str(twilio_menu("/turn"))
    product.answers(f"/voice/{provider}", Answer(asks))
    product.answers("/turn", away)
    world.fallbacks[LINE] = SORRY[provider]
    call_id = world.dial(CALLER, LINE, provider)
    pass_time(1_500)
    world.press(call_id, "1")
    pass_time(6_000)
    call = world.call(call_id)
    assert ([each.text for each in call.heard][-1], call.hangup_code) == (
        "We call you back.",
        {"plivo": "4000", "twilio": "completed"}[provider],
    )


@BOTH
def test_a_product_that_is_not_there_at_all_costs_a_missed_call_nothing(world, product, pass_time, provider):
    world.target = "http://127.0.0.1:9"
    world.fallbacks[LINE] = BUSY[provider]
    call_id = world.dial(CALLER, LINE, provider)
    pass_time(3_000)
    assert (world.call(call_id).charged, world.call(call_id).hangup_code) == (False, {"plivo": "3010", "twilio": "busy"}[provider])


@BOTH
def test_each_line_has_its_own_and_each_vendor_may(world, product, pass_time, provider):
    product.answers(f"/voice/{provider}", Answer(status="500 Oops"))
    product.answers("/fallback", Answer(BUSY[provider]))
    world.switchboard.fallback[provider] = f"{product.url}/fallback"
    world.fallbacks[f"{provider} {OTHER_LINE}"] = SORRY[provider]
    world.fallbacks[OTHER_LINE] = "<oops"
    for line, charged in ((LINE, False), ("+918061914344", True)):
        call_id = world.dial(CALLER, line, provider)
        pass_time(6_000)
        assert world.call(call_id).charged is charged
    assert len(product.at("/fallback")) == 1


@BOTH
def test_a_call_that_the_product_places_asks_for_the_page_that_it_named(world, server, product, place, pass_time, provider):
    page = f"{server.url}{FOLDER}/{provider}-outbound.xml"
    api = f"{server.url}/sandbox/api/pages/{provider}-outbound.xml"
    assert requests.get(page, timeout=5).status_code == 404
    assert requests.put(api, json={"body": ""}, timeout=5).status_code == 400
    assert requests.put(api, json={"body": SORRY[provider]}, timeout=5).json()["at"] == f"{FOLDER}/{provider}-outbound.xml"
    product.answers("/answer", Answer(status="503 Away"))
    world.behave(CALLER, "answers")
    place[provider](fallback_url=page, fallback_method="GET")
    pass_time(20_000)
    [call] = world.calls()
    assert ([each.text for each in call.heard], call.state) == (["We call you back."], "over")


@BOTH
def test_a_kept_document_that_fails_is_not_read_again(world, product, pass_time, provider):
    product.answers(f"/voice/{provider}", Answer(status="500 Oops"))
    world.fallbacks[LINE] = "<Response><oops"
    call_id = world.dial(CALLER, LINE, provider)
    pass_time(8_000)
    assert (world.call(call_id).state, sum(each.url == "kept:fallback" for each in world.call(call_id).exchanges)) == ("over", 1)
