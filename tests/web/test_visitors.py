"""Whose tries are counted together: what the connection says, and what trusted proxies say, and never what a stranger writes."""

import pytest
from werkzeug.test import EnvironBuilder
from werkzeug.wrappers import Request

from ivr.web.visitors import address_of

PROXY, STRANGER, VISITOR = "10.0.0.4", "198.51.100.9", "203.0.113.7"


def seen(peer: str, forwarded: str | None = None, proxies: int = 0) -> str:
    headers = {} if forwarded is None else {"X-Forwarded-For": forwarded}
    return address_of(Request(EnvironBuilder(headers=headers, environ_base={"REMOTE_ADDR": peer}).get_environ()), proxies)  # type: ignore[arg-type]


@pytest.mark.parametrize("peer", [VISITOR, f"::ffff:{VISITOR}"])
def test_without_proxies_the_connection_says_it_whatever_is_written(peer: str) -> None:
    assert [seen(peer, said) for said in (None, STRANGER, f"{STRANGER}, {STRANGER}")] == [VISITOR] * 3


@pytest.mark.parametrize(
    "peer",
    [
        *("127.0.0.1", "10.0.0.4", "172.20.1.1", "192.168.1.1", "169.254.1.1", "100.64.0.2"),
        *("::1", "fe80::1%eth0", "fd00::4", "::ffff:10.0.0.4", "", "unix:"),
    ],
)
def test_a_connection_from_nearby_is_a_proxys_and_tells_nothing(peer: str) -> None:
    assert [seen(peer), seen(peer, STRANGER), seen(peer, proxies=1)] == ["", "", ""]


@pytest.mark.parametrize(
    ("forwarded", "proxies", "found"),
    [
        (VISITOR, 1, VISITOR),
        (f"{STRANGER}, {VISITOR}", 1, VISITOR),  # the first was written by the visitor
        (f"{STRANGER},{VISITOR}, {PROXY}", 2, VISITOR),
        (f"{STRANGER}, {VISITOR}", 3, ""),  # fewer than there should be: the connection, which is nearby
        ("192.168.1.20", 1, "192.168.1.20"),  # a visitor in the clinic's own network is a visitor
        (f"{VISITOR}:4711", 1, VISITOR),
        ("[2001:db8:1:2::9]:443", 1, "2001:db8:1:2::/64"),
        ("2001:db8:1:2:ffff::1", 1, "2001:db8:1:2::/64"),
        (f"::ffff:{VISITOR}", 1, VISITOR),
        (", ,", 1, ""),
        ("unknown", 1, ""),
        ("9" * 5000, 1, ""),
    ],
)
def test_each_trusted_proxy_is_believed_about_who_came_to_it(forwarded: str, proxies: int, found: str) -> None:
    assert seen(PROXY, forwarded, proxies) == found


def test_whoever_comes_past_the_proxies_is_counted_by_their_own_address() -> None:
    assert seen(STRANGER, proxies=1) == STRANGER
    assert seen(STRANGER, VISITOR, 2) == STRANGER
