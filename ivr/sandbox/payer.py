"""Somebody with a phone pays by the link of an SMS, as their browser would: the clinic's page, its button, our gateway's page, and back."""

import re
from urllib.parse import urljoin, urlsplit

import requests

from ivr.sandbox.gateway_page import way_back
from ivr.sandbox.numbers import refuse_elsewhere
from ivr.sandbox.world import Sandbox

_PATIENCE_S = 20
_LOOK_MS = 400
_HOPS = 60  # a page that loads itself again while the gateway is asked counts as one
_PHONE = {"User-Agent": "Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 Chrome/126.0 Mobile Safari/537.36"}
_OUR_PAGE = re.compile(r"/p/(plink_\w+)")


def pay_by_link(world: Sandbox, url: str) -> str:
    """The id of the gateway's link that was paid. ValueError, with what was shown instead, when the way does not lead there."""
    with requests.Session() as browser:
        browser.trust_env = False
        browser.headers.update(_PHONE)
        address = _reach_the_gateway(world, browser, url)
        link_id = address.rpartition("/")[2]
        world.gateway.pay(link_id)
        link = world.gateway.link(link_id)
        if link is not None and (back := way_back(world, link)):
            browser.get(refuse_elsewhere(back), allow_redirects=False, timeout=_PATIENCE_S)
        return link_id


def _reach_the_gateway(world: Sandbox, browser: requests.Session, url: str) -> str:
    """The address of our page, by way of the product's."""
    shown = browser.get(refuse_elsewhere(url), allow_redirects=False, timeout=_PATIENCE_S)
    if shown.status_code != 200:
        raise ValueError(f"the link shows no page to pay on: status {shown.status_code}")
    answer = browser.post(url, data={"name": ""}, allow_redirects=False, timeout=_PATIENCE_S)
    for _ in range(_HOPS):
        onward = answer.headers.get("Location", "")
        address = refuse_elsewhere(urljoin(answer.url, onward))
        found = _OUR_PAGE.fullmatch(urlsplit(address).path)
        if found and world.gateway.link(found[1]) is not None:
            return address
        if not onward:
            if answer.request.method == "POST":
                raise ValueError("the page's button led nowhere: perhaps it is paid already, or its time is over")
            world.hooks.pause(_LOOK_MS)
        answer = browser.get(address, allow_redirects=False, timeout=_PATIENCE_S)
    raise ValueError("the clinic's page never led to the gateway: is the gateway away?")
