"""Texts through the vendors' real SDKs: accepted, on the phone, reported, found again."""

from datetime import UTC, datetime, timedelta

import pytest
import requests
from far_end import ACCOUNTS, CALLER, DLT, LINE, plivo_client, twilio_client
from plivo import exceptions
from twilio.base.exceptions import TwilioRestException

from ivr.sandbox.faults import Fault

BODY = "Open the app: http://127.0.0.1:8000/MFINEX/abc123"


def send_plivo(client, to="919845012345", **more):
    return client.messages.create(**{"src": "MFINEX", "dst": to, "text": BODY, **DLT, **more}).message_uuid[0]


def send_twilio(client, to=CALLER, **more):
    return client.messages.create(**{"from_": "+15005550006", "to": to, "body": BODY, **more}).sid


def test_a_text_by_plivo_reaches_the_phone_and_is_reported(world, plivo, product, settle):
    message_id = send_plivo(plivo, url=f"{product.url}/texts/plivo/report/A1/mac")
    assert (plivo.adapter.answers[0].status_code, world.inbox(CALLER)) == (202, [])
    settle()
    text = world.inbox("9845012345")[0]
    assert (text.message_id, text.sender, text.to, text.body, text.state) == (message_id, "MFINEX", CALLER, BODY, "delivered")
    reports = product.at("/texts/plivo/report/A1/mac")
    assert [each.params["Status"] for each in reports] == ["queued", "sent", "delivered"]
    assert all(each.genuine for each in reports)
    assert [each.params["ErrorCode"] for each in reports] == ["", "", "000"]
    assert {each.params["MessageUUID"] for each in reports} == {message_id}
    assert (reports[2].params["To"], reports[2].params["From"]) == ("919845012345", "MFINEX")
    assert plivo.messages.get(message_id).message_state == "delivered"


def test_a_text_by_twilio_reaches_the_phone_and_is_reported(world, twilio, product, settle):
    message_id = send_twilio(twilio, status_callback=f"{product.url}/texts/twilio/report/A1/mac")
    settle()
    assert [(text.message_id, text.state) for text in world.inbox(CALLER)] == [(message_id, "delivered")]
    reports = product.at("/texts/twilio/report/A1/mac")
    assert [each.params["MessageStatus"] for each in reports] == ["queued", "sent", "delivered"]
    assert all(each.genuine for each in reports)
    assert "ErrorCode" not in reports[2].params
    assert reports[2].params["RawDlrDoneDate"] == "2611220650"
    fetched = twilio.messages(message_id).fetch()
    assert (fetched.status, fetched.body, fetched.to, fetched.error_code) == ("delivered", BODY, CALLER, None)


def test_the_phone_has_it_before_the_final_report(world, plivo, clock):
    send_plivo(plivo)
    clock.forward(199)
    world.step()
    assert world.inbox(CALLER) == []
    clock.forward(1)
    world.step()
    assert world.inbox(CALLER)[0].state == "sent"
    clock.forward(600)
    world.step()
    assert world.inbox(CALLER)[0].state == "delivered"


@pytest.mark.parametrize(
    ("schemes", "present"),
    [(("v2",), {"V2"}), (("v3",), {"V3"}), (("v2", "v3"), {"V2", "V3"})],
)
def test_plivo_reports_carry_the_signatures_asked_for(world, plivo, product, settle, schemes, present):
    world.plivo.text_signatures = schemes
    send_plivo(plivo, url=f"{product.url}/texts/plivo/report/A1/mac?x=1")
    settle()
    for report in product.received:
        assert report.genuine
        assert {name for name in ("V2", "V3") if f"X-PLIVO-SIGNATURE-{name}" in report.headers} == present
        assert {name for name in ("V2", "V3") if f"X-PLIVO-SIGNATURE-MA-{name}" in report.headers} == present


def test_plivo_reports_may_come_as_get(plivo, product, settle):
    send_plivo(plivo, url=f"{product.url}/texts/plivo/report/A1/mac?x=1", method="GET")
    settle()
    assert [(each.method, each.params["Status"], each.genuine) for each in product.received] == [
        ("GET", "queued", True),
        ("GET", "sent", True),
        ("GET", "delivered", True),
    ]


@pytest.mark.parametrize(("provider", "word"), [("plivo", "Text"), ("twilio", "Body")])
def test_somebody_texts_a_line(world, product, settle, provider, word):
    message_id = world.text("9845012345", LINE, "STOP & go", provider)
    assert product.received == []
    settle()
    hook = product.received[0]
    assert (hook.path, hook.params[word], hook.genuine) == (f"/texts/{provider}/incoming", "STOP & go", True)
    assert message_id in hook.params.values()
    assert hook.params["From"].endswith("919845012345")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"dlt_template_id": None}, "dlt_template_id parameter not present"),
        ({"dlt_entity_id": None, "dlt_template_category": None}, "dlt_entity_id parameter not present"),
        ({"dlt_template_category": "service"}, "dlt_template_category must be one of"),
        ({"text": ""}, "text parameter not present"),
        ({"dst": "12345"}, "dst is not a valid phone number"),
        ({"text": "x" * 1601}, "longer than 1600"),
        ({"message_expiry": 3}, "between 5 and 10799"),
        ({"url": "http://clinic.example/report"}, "only talks to this machine"),
    ],
)
def test_plivo_refuses_what_it_would_not_take(world, plivo, settle, change, said):
    with pytest.raises(exceptions.ValidationError, match=said):
        plivo.messages.create(**{"src": "MFINEX", "dst": "919845012345", "text": BODY, **DLT, **change})
    settle()
    assert world.inboxes() == {}
    assert [(each.operation, each.status) for each in world.requests()] == [("text.send", 400)]


def test_plivo_needs_no_dlt_outside_india_and_takes_several_numbers(world, plivo, settle):
    ids = plivo.messages.create(src="MFINEX", dst="14155552671<14155552672", text=BODY).message_uuid
    settle()
    assert len(set(ids)) == 2
    assert world.inboxes() == {"+14155552671": 1, "+14155552672": 1}


@pytest.mark.parametrize(
    ("change", "status", "code"),
    [
        ({"to": ""}, 400, 21604),
        ({"from_": ""}, 400, 21603),
        ({"body": ""}, 400, 21602),
        ({"to": "12345"}, 400, 21211),
        ({"to": "+918026612345"}, 400, 21614),
        ({"body": "x" * 1601}, 400, 21617),
        ({"status_callback": "https://clinic.example/report"}, 400, 21609),
    ],
)
def test_twilio_refuses_what_it_would_not_take(world, twilio, settle, change, status, code):
    with pytest.raises(TwilioRestException) as refused:
        twilio.messages.create(**{"from_": "+15005550006", "to": CALLER, "body": BODY, **change})
    assert (refused.value.status, refused.value.code) == (status, code)
    settle()
    assert world.inboxes() == {}


def test_the_wrong_token_is_refused(server):
    with pytest.raises(exceptions.AuthenticationError):
        send_plivo(plivo_client(server.url, token="wrong"))
    with pytest.raises(TwilioRestException) as refused:
        send_twilio(twilio_client(server.url, token="wrong"))
    assert (refused.value.status, refused.value.code) == (401, 20003)
    other = requests.get(
        f"{server.url}/v1/Account/MA111111111111111111/Message/", auth=(ACCOUNTS.plivo_auth_id, ACCOUNTS.plivo_auth_token), timeout=5
    )
    assert other.status_code == 401


def test_a_text_to_a_landline_fails_in_its_report(world, plivo, product, settle):
    send_plivo(plivo, to="918026612345", url=f"{product.url}/report")
    settle()
    assert [(each.params["Status"], each.params["ErrorCode"]) for each in product.received] == [("queued", ""), ("failed", "50")]
    assert world.inboxes() == {}


def test_plivo_lists_by_number_sender_and_time_newest_first(world, plivo, clock):
    start = datetime.fromtimestamp(clock.now() / 1000, UTC)
    sent = []
    for _ in range(25):
        sent.append(send_plivo(plivo))
        clock.forward(1000)
    send_plivo(plivo, to="919845099999")
    stamp = "%Y-%m-%d %H:%M:%S.%f"
    wanted = {"to_number": "919845012345", "from_number": "MFINEX"}
    page = plivo.messages.list(**wanted)
    assert [each.message_uuid for each in page.objects] == sent[:4:-1]
    assert (page.meta.total_count, page.meta.limit, page.meta.previous) == (25, 20, None)
    rest = plivo.messages.list(**wanted, limit=20, offset=20)
    assert [each.message_uuid for each in rest.objects] == sent[4::-1]
    assert rest.meta.next is None
    since, until = start + timedelta(seconds=3), start + timedelta(seconds=5)
    found = plivo.messages.list(**wanted, message_time__gte=since.strftime(stamp), message_time__lte=until.strftime(stamp))
    assert [each.message_uuid for each in found.objects] == [sent[5], sent[4], sent[3]]
    assert found.objects[0].message_time == "2026-11-22 06:50:05.000000"
    assert plivo.messages.list(to_number="919845000000").objects == []


def test_plivo_refuses_a_filter_it_cannot_read(server):
    account = (ACCOUNTS.plivo_auth_id, ACCOUNTS.plivo_auth_token)
    for query in ("limit=21", "limit=x", "offset=-1", "message_time__gte=yesterday"):
        answer = requests.get(f"{server.url}/v1/Account/{account[0]}/Message/?{query}", auth=account, timeout=5)
        assert (answer.status_code, "error" in answer.json()) == (400, True)


def test_twilio_lists_by_number_sender_and_time_newest_first_across_pages(world, twilio, clock):
    start = datetime.fromtimestamp(clock.now() / 1000, UTC)
    sent = []
    for _ in range(7):
        sent.append(send_twilio(twilio))
        clock.forward(1000)
    send_twilio(twilio, to="+919845099999")
    listed = twilio.messages.list(to=CALLER, from_="+15005550006", page_size=3)
    assert [each.sid for each in listed] == sent[::-1]
    window = twilio.messages.list(to=CALLER, date_sent_after=start + timedelta(seconds=3), date_sent_before=start + timedelta(seconds=5))
    assert [each.sid for each in window] == [sent[5], sent[4], sent[3]]
    assert len(twilio.messages.list(date_sent=start)) == 8
    assert twilio.messages.list(to="+919845000000") == []


def test_nothing_is_found_at_the_other_provider(plivo, twilio):
    with pytest.raises(exceptions.ResourceNotFoundError):
        plivo.messages.get(send_twilio(twilio))
    with pytest.raises(TwilioRestException) as missing:
        twilio.messages("SM" + "0" * 32).fetch()
    assert (missing.value.status, missing.value.code) == (404, 20404)


def test_twilio_may_show_the_phone_another_sender(world, twilio, settle):
    world.messages.replace_sender = True
    message_id = send_twilio(twilio, from_="MFINEX")
    settle()
    assert world.inbox(CALLER)[0].sender.isdigit()
    assert twilio.messages(message_id).fetch().from_ == "MFINEX"


def test_the_oldest_texts_are_forgotten(clock, product, settle):
    from ivr.sandbox.world import Sandbox

    world = Sandbox(clock, product.url, ACCOUNTS, keep=2)
    for number in ("+919845000001", "+919845000002", "+919845000003"):
        world.messages.accept(world.plivo, "MFINEX", number, BODY, "")
        clock.forward(300)
        world.step()
    assert world.inboxes() == {"+919845000002": 1, "+919845000003": 1}


def test_undeliverable_texts_say_so(world, plivo, twilio, product, settle):
    world.faults.add(Fault("text.delivery", "undeliverable", provider="plivo"))
    world.faults.add(Fault("text.delivery", "failed", provider="twilio", code="30007"))
    first = send_plivo(plivo, url=f"{product.url}/plivo")
    second = send_twilio(twilio, status_callback=f"{product.url}/twilio")
    settle()
    assert [(each.params["Status"], each.params["ErrorCode"]) for each in product.at("/plivo")][1:] == [("sent", ""), ("undelivered", "80")]
    assert [each.params["MessageStatus"] for each in product.at("/twilio")] == ["queued", "failed"]
    assert product.at("/twilio")[1].params["ErrorCode"] == "30007"
    assert (plivo.messages.get(first).error_code, twilio.messages(second).fetch().error_code) == ("80", 30007)
    assert world.inboxes() == {}
