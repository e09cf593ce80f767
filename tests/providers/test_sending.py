"""The one adapter under both SDKs."""

import pytest
from requests import Session

from ivr.network import Refused
from ivr.providers.sending import OneRequest
from tests.providers.conftest import FarEnd


def session(api_url: str | None) -> Session:
    opened = Session()
    opened.mount("http://", OneRequest(api_url, (1.0, 1.0)))
    return opened


def test_without_an_address_of_ours_the_vendors_own_is_asked(far_end: FarEnd) -> None:
    far_end.will_answer(200, "yes")
    assert session(None).get(f"{far_end.url}/v1/?a=b").text == "yes"
    assert (far_end.asked[0].path, far_end.asked[0].query) == ("/v1/", {"a": "b"})


@pytest.mark.parametrize("ending", ["", "/", "/plivo", "/plivo/"])
def test_our_address_takes_the_place_of_the_vendors_and_keeps_path_and_query(far_end: FarEnd, ending: str) -> None:
    far_end.will_answer(200)
    session(far_end.url + ending).get("http://api.example/v1/?a=b")
    assert (far_end.asked[0].path, far_end.asked[0].query) == (f"{ending.rstrip('/')}/v1/", {"a": "b"})


def test_a_refusal_keeps_its_answer_to_itself_until_asked(far_end: FarEnd) -> None:
    far_end.will_answer(429, "about 919845012345", headers={"Retry-After": " 5 "})
    with pytest.raises(Refused) as refused:
        session(None).get(far_end.url)
    assert str(refused.value) == "HTTP 429"
    assert (refused.value.status, refused.value.body, refused.value.after_s) == (429, "about 919845012345", 5.0)
