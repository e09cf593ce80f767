"""Parts that renew themselves: the keyboard stays where it is, what can be done is done now, who selects or types is left alone."""

import re

import pytest
from playwright.sync_api import Page, expect

from ivr.operating.deed import Deed
from tests.browser.chromium import Watch
from tests.browser.conftest import Console
from tests.browser.pages import log_in
from tests.browser.product import Product

pytestmark = pytest.mark.unmeasured

PATIENT = "+919845066077"
STANDS_ON = "document.activeElement.getAttribute('href')"


@pytest.fixture
def call(product: Product, console: Console) -> Page:
    """A call's page, looked at by an operator."""
    product.post("calls", {"from": PATIENT, "to": "08061914343", "provider": "plivo"})
    page = console("operator")
    page.get_by_role("searchbox").fill(PATIENT)
    page.get_by_role("searchbox").press("Enter")
    page.locator("a.number").first.click()
    page.wait_for_url(re.compile(r"/ops/calls/\w+"))
    return page


def blocked(product: Product, caller_id: str, yes: bool) -> None:
    """By somebody else."""
    callers, deed = product.app.operating.callers, Deed("somebody", "a reason", product.app.clock.now())
    callers.block(deed, caller_id) if yes else callers.unblock(deed, caller_id)


def marked(page: Page) -> None:
    """To be seen gone when the part is renewed."""
    page.evaluate("document.getElementById('live').dataset.old = '1'")


def renewed(page: Page) -> None:
    expect(page.locator("#live[data-old]")).to_have_count(0)


def test_what_can_be_done_is_renewed_under_the_keyboard_which_stays_where_it_is(product: Product, call: Page) -> None:
    caller = str(call.get_by_role("link", name="all of this caller").get_attribute("href")).rpartition("/")[2]
    stands_on = call.get_by_role("link", name="Show the number")
    path = stands_on.get_attribute("href")
    call.keyboard.press("Tab")
    stands_on.focus()
    try:
        blocked(product, caller, True)
        expect(call.get_by_role("link", name="Unblock")).to_be_visible()
        expect(call.get_by_role("link", name="Block the caller", exact=True)).to_have_count(0)
        assert call.evaluate(STANDS_ON) == path
    finally:
        blocked(product, caller, False)


def test_the_board_goes_on_while_the_keyboard_is_in_it(product: Product, console: Console) -> None:
    product.post("calls", {"from": PATIENT, "to": "08061914344", "provider": "plivo"})  # it is in the menu for a while
    page = console("operator")
    link = page.locator('#live a[href^="/ops/calls/"]').first
    page.keyboard.press("Tab")
    link.focus()
    path = link.get_attribute("href")
    for _ in range(2):
        marked(page)
        renewed(page)
        assert page.evaluate(STANDS_ON) == path


def test_what_is_selected_stays_and_it_is_said_why_nothing_moves(console: Console) -> None:
    page, note = console("operator"), "paused while text is selected"
    page.locator("#live h2").first.dblclick()
    expect(page.get_by_text(note)).to_be_visible()
    marked(page)
    page.wait_for_timeout(5_000)
    expect(page.locator("#live[data-old]")).to_have_count(1)
    page.get_by_role("heading", level=1).click()
    expect(page.get_by_text(note)).to_have_count(0)
    renewed(page)


def test_who_types_in_such_a_part_is_left_alone_and_told(console: Console) -> None:
    page = console("operator")
    page.evaluate("document.getElementById('live').append(document.createElement('input'))")
    page.locator("#live input").press_sequentially("half a w")
    expect(page.get_by_text("paused while you type")).to_be_visible()
    page.wait_for_timeout(3_000)
    expect(page.locator("#live input")).to_have_value("half a w")
    page.get_by_role("searchbox").focus()
    expect(page.get_by_text("paused while you type")).to_have_count(0)
    expect(page.locator("#live input")).to_have_count(0)


def test_a_part_that_finds_the_session_over_says_so(product: Product, console: Console, watch: Watch) -> None:
    watch.forgives("401")
    page = console("operator")
    page.context.clear_cookies()
    page.wait_for_url(f"{product.web}/ops/login?told=ended")
    expect(page.get_by_role("alert")).to_contain_text("Your session has ended")


def test_a_reason_that_is_typed_after_the_session_leads_to_its_form_again(product: Product, call: Page) -> None:
    call.get_by_role("link", name="Show the number").click()
    form = call.url
    call.get_by_label("Why?").fill("they asked to be called")
    call.context.clear_cookies()
    call.get_by_role("button", name="Show the number").click()
    expect(call.get_by_role("alert")).to_contain_text("what you sent was not done")
    call.get_by_label("Name").fill(product.operator("operator"))
    call.get_by_label("Password").fill("three green elephants")
    call.get_by_role("button", name="Sign in").click()
    call.wait_for_url(form)
    expect(call.get_by_label("Why?")).to_be_visible()


def test_a_form_that_is_older_than_the_session_leads_to_a_fresh_one(product: Product, call: Page, watch: Watch) -> None:
    watch.forgives("403")
    call.get_by_role("link", name="Show the number").click()
    form, other = call.url, call.context.new_page()
    other.goto(f"{product.web}/ops/calls")
    other.get_by_role("button", name="Sign out").click()
    log_in(product, other)
    call.get_by_label("Why?").fill("they asked to be called")
    call.get_by_role("button", name="Show the number").click()
    call.get_by_role("link", name="Open the form again").click()
    call.wait_for_url(form)
    call.get_by_label("Why?").fill("they asked to be called")
    call.get_by_role("button", name="Show the number").click()
    expect(call.locator(".revealed")).to_be_visible()
