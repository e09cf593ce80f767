"""What went over the wire, as an operator reads it; and the page of one text."""

import re

from sqlalchemy import update

from ivr.model.events import ReportState
from ivr.model.outcomes import Accepted
from ivr.store.schema import outbox
from ivr.web.ops.wire import laid_out
from tests.web.ops.conftest import Browser
from tests.web.ops.day import Day
from tests.web.ops.reading import page, told, words
from tests.web.ops.voice.talks import Phones


def documents(html: str) -> list[str]:
    return re.findall(r"<pre[^>]*>(.*?)</pre>", html, re.DOTALL)


def test_each_turn_has_the_document_that_its_provider_was_answered(operator: Browser, phones: Phones) -> None:
    html = page(operator, phones.dials().presses("1").hangs_up())

    said, shown = words(html), documents(html)

    assert "plivo asked POST /voice/plivo: the caller was answered → waits for a key" in said
    assert re.search(r"plivo asked POST /voice/plivo/turn/\w{26}/1: the caller pressed 1 → waits for a key", said)
    assert "plivo told that the call is over → noted" in said
    assert len(shown) == 2
    assert shown[0].startswith("&lt;Response&gt;\n  &lt;GetInput action=")
    assert "For English, press one" in shown[0]


def test_a_missed_call_shows_the_refusal_and_what_we_asked_for_its_text(operator: Browser, day: Day) -> None:
    call_id = day.call()
    day.report(day.send(Accepted("m1")), ReportState.DELIVERED)
    html = page(operator, call_id)

    assert "a refusal, free for the caller" in words(html)
    assert "We asked plivo to send the text app_link → the provider took it, m1" in words(html)
    assert [document.split()[1] for document in documents(html)] == ["&lt;Hangup"]


def test_whom_a_document_rings_is_left_out(operator: Browser, phones: Phones) -> None:
    html = page(operator, phones.dials().presses("1").presses("0").hangs_up())
    assert "911111111" not in html


def test_a_text_has_a_page_with_its_tries_and_reports(operator: Browser, day: Day) -> None:
    call_id = day.call()
    text_id = re.findall(r"/ops/texts/(\w{26})", page(operator, call_id))[0]
    assert "send the text" in words(operator.open(f"/ops/texts/{text_id}").text)
    day.report(day.send(Accepted("m1")), ReportState.DELIVERED, "0")

    html = operator.open(f"/ops/texts/{text_id}").text

    assert told(html) == [
        "Text asked for app_link v1 in English, 1 segment (GSM-7)",
        "Attempt 1: plivo handed over",
        "Outcome at plivo the provider took it",
        "plivo reports delivered to the phone (provider’s code 0)",
    ]
    assert "Text to +91******2345" in words(html)
    assert "its link: 0 openings, good until" in words(html)
    assert f"/ops/calls/{call_id}" in html
    assert re.search(r"/ops/callers/\w{26}", html)


def test_a_job_that_a_worker_has_leads_to_the_dashboard(operator: Browser, day: Day) -> None:
    call_id = day.call()
    assert "send the text" in words(page(operator, call_id))
    day.app.database.write(lambda tx: tx.run(update(outbox).values(issues=1)))
    assert re.search(r'href="/ops/jobs/0/view/job/text_send-\w{26}-1">with a worker', page(operator, call_id))


def test_a_document_is_laid_out_to_be_read() -> None:
    xml = '<Response><GetInput action="u"><Speak voice="a">One &amp; two</Speak></GetInput><Hangup/></Response>'
    assert laid_out(xml).splitlines() == [
        "<Response>",
        '  <GetInput action="u">',
        '    <Speak voice="a">One &amp; two</Speak>',
        "  </GetInput>",
        "  <Hangup/>",
        "</Response>",
    ]
