"""What goes wrong on purpose, seen from the vendors' SDKs and from the product."""

import pytest
import requests
from far_end import CALLER, DLT, LINE, plivo_client, twilio_client
from plivo import exceptions
from twilio.base.exceptions import TwilioRestException

from ivr.sandbox.faults import EFFECTS, Fault

BODY = "Open the app"


def send_plivo(client, to="919845012345", **more):
    return client.messages.create(**{"src": "MFINEX", "dst": to, "text": BODY, **DLT, **more})


def send_twilio(client, **more):
    return client.messages.create(**{"from_": "+15005550006", "to": CALLER, "body": BODY, **more})


@pytest.mark.parametrize(
    ("fault", "status", "arrives"),
    [
        (Fault("text.send", "error_before"), 503, False),
        (Fault("text.send", "error_before", status=500), 500, False),
        (Fault("text.send", "error_after"), 503, True),
        (Fault("text.send", "error_after", status=502), 502, True),
        (Fault("text.send", "rejected", code="dlt"), 400, False),
        (Fault("text.send", "rejected", code="credit"), 402, False),
        (Fault("text.send", "rejected", status=429, retry_after=7), 429, False),
    ],
)
def test_plivo_errs(world, plivo, settle, fault, status, arrives):
    world.faults.add(fault)
    with pytest.raises((exceptions.PlivoRestError, exceptions.ValidationError, exceptions.PlivoServerError)):
        send_plivo(plivo)
    settle()
    answer = plivo.adapter.answers[0]
    assert (answer.status_code, len(world.inbox(CALLER))) == (status, int(arrives))
    assert answer.headers.get("Retry-After") == ("7" if fault.retry_after else None)
    assert answer.json()["error"]
    assert [(each.operation, each.number, each.status) for each in world.requests()] == [("text.send", CALLER, status)]
    send_plivo(plivo)  # and the fault has worn off


@pytest.mark.parametrize(
    ("fault", "status", "code", "arrives"),
    [
        (Fault("text.send", "error_before"), 503, 20503, False),
        (Fault("text.send", "error_after"), 503, 20503, True),
        (Fault("text.send", "rejected", code="21211"), 400, 21211, False),
        (Fault("text.send", "rejected", code="21610"), 400, 21610, False),
        (Fault("text.send", "rejected", code="dlt"), 400, 30018, False),
        (Fault("text.send", "rejected", code="20003"), 401, 20003, False),
        (Fault("text.send", "rejected", status=429, retry_after=3), 429, 20429, False),
        (Fault("text.send", "rejected", code="99999"), 400, 99999, False),
    ],
)
def test_twilio_errs(world, twilio, settle, fault, status, code, arrives):
    world.faults.add(fault)
    with pytest.raises(TwilioRestException) as error:
        send_twilio(twilio)
    settle()
    assert (error.value.status, error.value.code, len(world.inbox(CALLER))) == (status, code, int(arrives))
    send_twilio(twilio)


@pytest.mark.parametrize(("effect", "arrives"), [("hang_before", False), ("hang_after", True)])
def test_a_held_answer_times_the_client_out(world, server, settle, effect, arrives):
    world.faults.add(Fault("text.send", effect, ms=60_000))
    with pytest.raises(requests.exceptions.ReadTimeout):
        send_twilio(twilio_client(server.url, timeout=0.3))
    settle()
    assert len(world.inbox(CALLER)) == int(arrives)
    assert [(each.operation, each.status) for each in world.requests()] == [("text.send", None)]


def test_a_closed_connection_is_a_connection_error_and_nothing_was_sent(world, server, settle):
    world.faults.add(Fault("text.send", "reset", times=2))
    with pytest.raises(requests.exceptions.ConnectionError):
        send_plivo(plivo_client(server.url))
    with pytest.raises(requests.exceptions.ConnectionError):
        send_twilio(twilio_client(server.url))
    settle()
    assert (world.inboxes(), [each.status for each in world.requests()]) == ({}, [0, 0])


def test_lists_fail_too_and_latency_only_slows(world, plivo, twilio):
    world.faults.add(Fault("text.list", "error_before"))
    world.faults.add(Fault("text.send", "latency", times=None, ms=1))
    with pytest.raises(TypeError):  # the SDK (4.63.0) trips over any JSON error to a list, before it looks at the status
        plivo.messages.list(to_number="919845012345")
    assert plivo.adapter.answers[0].status_code == 503
    send_plivo(plivo)
    send_twilio(twilio)
    assert len(plivo.messages.list().objects) == 1
    assert [rule.effect for rule in world.faults.rules()] == ["latency"]
    assert [each.operation for each in world.requests()] == ["text.list", "text.send", "text.send", "text.list"]


def test_a_fault_strikes_only_whom_it_names_and_as_often_as_it_says(world, plivo, twilio):
    world.faults.add(Fault("text.send", "rejected", provider="plivo", to="09845012345", times=2))
    send_twilio(twilio)
    send_plivo(plivo, to="919845099999")
    for _ in range(2):
        with pytest.raises(exceptions.ValidationError):
            send_plivo(plivo)
    send_plivo(plivo)
    assert world.faults.rules() == ()


def test_latency_and_another_fault_add_up(world, plivo):
    world.faults.add(Fault("text.send", "latency", times=None, ms=1))
    world.faults.add(Fault("text.send", "rejected"))
    with pytest.raises(exceptions.ValidationError, match="DLT"):
        send_plivo(plivo)
    world.faults.clear()
    assert world.faults.rules() == ()


def test_a_lost_first_webhook_is_a_call_nobody_hears_of(world, product, settle):
    world.faults.add(Fault("hook.voice", "lost"))
    world.dial(CALLER, LINE)
    settle()
    call = world.calls()[0]
    assert (product.received, call.ended, call.charged, call.error) == ([], True, False, "lost")


@pytest.mark.parametrize(("effect", "comes"), [("lost", 0), ("duplicate", 2), ("latency", 1)])
def test_the_hang_up_callback_is_lost_or_doubled(world, product, settle, effect, comes):
    world.faults.add(Fault("hook.status", effect, ms=1))
    world.dial(CALLER, LINE)
    settle()
    assert (len(product.at("/voice/plivo")), len(product.at("/voice/plivo/status"))) == (1, comes)
    assert all(each.genuine for each in product.received)


def test_a_doubled_first_webhook_is_one_call(world, product, settle):
    world.faults.add(Fault("hook.voice", "duplicate"))
    world.dial(CALLER, LINE)
    settle()
    assert (len(product.at("/voice/plivo")), len(product.at("/voice/plivo/status")), len(world.calls())) == (2, 1, 1)
    assert world.calls()[0].hangup_code == "3010"


@pytest.mark.parametrize(
    ("fault", "states"),
    [
        (Fault("hook.report", "reorder"), ["delivered", "sent", "queued"]),
        (Fault("text.delivery", "reorder"), ["delivered", "sent", "queued"]),
        (Fault("hook.report", "lost", times=2), ["delivered"]),
        (Fault("hook.report", "lost", times=None), []),
        (Fault("hook.report", "duplicate", times=None), ["queued", "queued", "sent", "sent", "delivered", "delivered"]),
        (Fault("text.delivery", "lost"), ["queued", "sent"]),
        (Fault("text.delivery", "undeliverable", code="70"), ["queued", "sent", "undelivered"]),
    ],
)
def test_reports_go_astray(world, plivo, product, settle, fault, states):
    world.faults.add(fault)
    send_plivo(plivo, url=f"{product.url}/report")
    settle()
    assert [each.params["Status"] for each in product.received] == states
    assert len(world.inbox(CALLER)) == (0 if fault.operation == "text.delivery" and fault.effect != "reorder" else 1)


@pytest.mark.parametrize(("effect", "comes"), [("lost", 0), ("duplicate", 2)])
def test_an_incoming_text_is_lost_or_doubled(world, product, settle, effect, comes):
    world.faults.add(Fault("hook.text", effect))
    world.text(CALLER, LINE, "STOP", "twilio")
    settle()
    assert len(product.received) == comes


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        (("text.sending", "lost"), "no operation 'text.sending'"),
        (("text.send", "lost"), "cannot go wrong by 'lost'"),
        (("text.send", "latency"), "needs ms"),
        (("text.send", "rejected", 0), "times is 1 or more"),
    ],
)
def test_a_rule_that_means_nothing_is_refused(rule, said):
    with pytest.raises(ValueError, match=said):
        Fault(*rule)


def test_every_operation_can_go_wrong():
    hooks = {"hook.voice", "hook.turn", "hook.status", "hook.room", "hook.report", "hook.text", "hook.payment"}
    calls = {"call.create", "call.list", "call.fetch", "call.move", "call.end"}
    money = {"link.create", "link.list", "link.fetch", "link.cancel", "refund.create", "refund.list", "payment.list"}
    assert set(EFFECTS) == {"text.send", "text.list", "text.delivery"} | calls | hooks | money
