"""What was sent and not done: after the session, or with a form that is older than it. Whoever sent it is told, and led back there."""

from html import unescape
from urllib.parse import parse_qs, urlsplit

import pytest

from ivr.wiring import App
from tests.clock import HandClock
from tests.web.ops.conftest import PUBLIC_URL, Browser

ID = "01K0000000000000000000000A"
DEED = f"/ops/do/block_caller/{ID}"
OURS = {"Sec-Fetch-Site": "same-origin"}
WAYS = [  # where it was sent to, the page that sent it, where its form is found again
    (DEED, f"{DEED}?back=/ops/callers/{ID}", f"{DEED}?back=/ops/callers/{ID}"),
    (DEED, "", DEED),
    ("/ops/switches/find", "/ops/switches", "/ops/switches"),
    ("/ops/switches/find", "/ops/switches/find", "/ops/switches"),  # it was sent before, with a fault
    ("/ops/grievances/F7UR-76JJ/answer", "", "/ops/grievances/F7UR-76JJ"),
    (f"/ops/doctors/{ID}/duty", f"/ops/doctors/{ID}?done=duty", f"/ops/doctors/{ID}?done=duty"),
    ("/ops/doctors/import/confirm", "/ops/doctors/import/confirm", "/ops/doctors/import"),
    ("/ops/search", "/ops/search?q=9845012345", "/ops/search"),  # a number stands in no address
]
EVIL = ["https://evil.example/", "//evil.example", f"{PUBLIC_URL}/ops/../elsewhere", f"{PUBLIC_URL}/elsewhere", "http://[", "javascript:x"]


def referred(page: str) -> dict[str, str]:
    return {**OURS, "Referer": PUBLIC_URL + page} if page else OURS


def signed_in_again(operator: Browser) -> str:
    """In another tab; the token of this one's form."""
    before = operator.form_token("/ops/calls")
    operator.submit("/ops/logout", on="/ops/calls")
    operator.log_in()
    return before


@pytest.mark.parametrize(("sent_to", "page", "back"), WAYS)
def test_what_is_sent_after_the_session_is_told_at_the_login_which_leads_to_the_form(
    operator: Browser, clock: HandClock, sent_to: str, page: str, back: str
) -> None:
    token = operator.form_token("/ops/calls")
    clock.forward(minutes=8 * 60)
    answer = operator.client.post(sent_to, data={"form": token, "reason": "they asked for it"}, headers=referred(page))

    assert answer.status_code == 303
    assert parse_qs(urlsplit(answer.location).query) == {"next": [back], "told": ["not-done"]}
    login = operator.open(answer.location).text
    assert "You were signed out, and what you sent was not done." in login
    assert f'name="next" value="{back}"' in unescape(login)
    assert operator.log_in(next=back).location == back


@pytest.mark.parametrize(("sent_to", "page", "back"), [way for way in WAYS if "import" not in way[0]])
def test_a_form_that_is_older_than_the_session_is_not_done_and_leads_to_a_fresh_one(
    operator: Browser, sent_to: str, page: str, back: str
) -> None:
    token = signed_in_again(operator)
    answer = operator.client.post(sent_to, data={"form": token, "reason": "they asked for it"}, headers=referred(page))

    assert answer.status_code == 403
    assert "That was not done" in answer.text
    assert f'<a class="button" href="{back}">' in unescape(answer.text)


@pytest.mark.parametrize("evil", EVIL)
def test_it_never_leads_elsewhere(operator: Browser, evil: str) -> None:
    headers = {**OURS, "Referer": evil}
    answer = operator.client.post(DEED, data={"form": "old"}, headers=headers)
    assert f'<a class="button" href="{DEED}">' in answer.text
    operator.submit("/ops/logout", on="/ops/calls")
    assert operator.client.post(DEED, headers=headers).location == f"/ops/login?next={DEED}&told=not-done"


@pytest.mark.parametrize("headers", [{"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.example"}])
def test_what_another_site_sends_is_not_led_back_to(operator: Browser, headers: dict[str, str]) -> None:
    answer = operator.client.post(DEED, data={"form": operator.form_token("/ops/calls")}, headers={**headers, "Referer": PUBLIC_URL + DEED})
    assert (answer.status_code, "That did not come from this console" in answer.text, DEED in answer.text) == (403, True, False)


def test_whoever_is_out_already_signs_out_without_a_word(operator: Browser) -> None:
    token = operator.form_token("/ops/calls")
    operator.submit("/ops/logout", on="/ops/calls")
    answer = operator.client.post("/ops/logout", data={"form": token}, headers=OURS)
    assert (answer.status_code, answer.location) == (303, "/ops/login")


def test_signing_out_with_an_old_form_is_told_too(operator: Browser, app: App) -> None:
    token = signed_in_again(operator)
    answer = operator.client.post("/ops/logout", data={"form": token}, headers=referred("/ops/calls"))
    assert (answer.status_code, 'class="button" href="/ops/calls"' in answer.text) == (403, True)
    assert operator.inside
