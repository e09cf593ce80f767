"""The pages are really watched: each fault that these tests promise to see is made once."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from ivr.operators import Role
from tests.browser.chromium import Watch, barriers, opened
from tests.browser.conftest import Accessible, Browse, Console
from tests.browser.product import Product


@pytest.fixture
def seen(_browser: Browser, product: Product) -> Iterator[tuple[Page, Watch]]:
    """The console's door, and a watch whose verdict fails no test."""
    watch = Watch()
    page = opened(_browser, watch)
    page.goto(f"{product.web}/ops/login")
    assert watch.verdict() == []
    yield page, watch
    page.context.close()


def test_a_request_to_another_machine_is_seen_and_goes_nowhere(seen: tuple[Page, Watch]) -> None:
    page, watch = seen
    with pytest.raises(Exception, match="ERR_NAME_NOT_RESOLVED"):
        page.goto("http://elsewhere.example/")
    assert watch.verdict() == ["a request left this machine: http://elsewhere.example/"]


@pytest.mark.parametrize("tag", ["script", "style"])
def test_what_our_policy_forbids_is_forbidden_and_seen(seen: tuple[Page, Watch], tag: str) -> None:
    page, watch = seen
    page.evaluate("(tag) => document.head.append(Object.assign(document.createElement(tag), {textContent: 'body{}'}))", tag)
    page.wait_for_timeout(100)
    assert any("Content Security Policy" in fault for fault in watch.verdict())


def test_a_script_that_fails_is_seen(seen: tuple[Page, Watch]) -> None:
    page, watch = seen
    page.evaluate("() => { setTimeout(() => { throw new Error('oh no') }) }")
    page.wait_for_timeout(100)
    assert any("oh no" in fault for fault in watch.verdict())


def test_a_page_that_is_refused_on_purpose_is_forgiven(product: Product, page: Page, watch: Watch) -> None:
    watch.forgives("404")
    answer = page.goto(f"{product.web}/SANDHI/0000000000")
    assert answer is not None
    assert answer.status == 404


def test_a_field_without_a_label_is_a_barrier(seen: tuple[Page, Watch]) -> None:
    page, _ = seen
    page.evaluate("() => document.querySelector('label').remove()")
    assert any(barrier.startswith("label (critical)") for barrier in barriers(page))


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_consoles_door_is_for_everybody(product: Product, browse: Browse, accessible: Accessible, scheme: str) -> None:
    page = browse(color_scheme=scheme)
    page.goto(f"{product.web}/ops/login")
    accessible(page)


@pytest.mark.parametrize("role", list(Role))
def test_each_role_gets_in(console: Console, role: Role) -> None:
    expect(console(role).get_by_role("button", name="Sign out")).to_be_visible()
