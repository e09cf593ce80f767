"""The console, as operators use it: each role sees its own, a call is found and read, a consult is refunded, and it stands in the log."""

import re

import pytest
from playwright.sync_api import Page, expect

from ivr.operators import Role
from ivr.web.ops.pages import PLACES
from tests.browser.chromium import Watch
from tests.browser.conftest import Accessible, Browse, Console
from tests.browser.pages import log_in, open_softphone, play_consult, talk_begins
from tests.browser.product import Product

pytestmark = pytest.mark.unmeasured

PATIENT = "+919845066001"
MENU = [place.path for place in PLACES if place.path != "/ops/jobs/"]
DEEPER = ("/ops/calls/", "/ops/consults/", "/ops/texts/", "/ops/callers/", "/ops/doctors/", "/ops/flows/", "/ops/grievances/")


def menu_of(page: Page) -> list[str]:
    return page.get_by_role("navigation", name="Console").get_by_role("link").all_inner_texts()


def search(page: Page, typed: str) -> None:
    page.get_by_role("searchbox").fill(typed)
    page.get_by_role("searchbox").press("Enter")


def test_each_role_sees_its_own(product: Product, console: Console, watch: Watch) -> None:
    watch.forgives("403")
    for role in Role:
        page = console(role)
        assert ("Access log" in menu_of(page)) is (role is Role.ADMIN)

        answer = page.goto(f"{product.web}/ops/doctors/import")
        assert answer is not None
        assert (answer.status == 200) is (role is Role.ADMIN)

        page.goto(f"{product.web}/ops/calls")
        page.locator("a.number").first.click()
        page.wait_for_url(re.compile(r"/ops/calls/\w+"))
        expect(page.get_by_role("heading", name="What you can do")).to_have_count(0 if role is Role.VIEWER else 1)


def test_a_call_is_found_by_its_number_which_stands_in_no_address(product: Product, console: Console) -> None:
    product.post("calls", {"from": PATIENT, "to": "08061914343", "provider": "plivo"})
    page = console("viewer")
    seen: list[str] = []
    page.on("request", lambda request: seen.append(request.url))

    search(page, PATIENT)
    page.wait_for_url(re.compile(r"/ops/callers/\w+"))
    expect(page.get_by_role("heading", level=1)).to_have_text("Caller +91******6001")
    page.locator("a.number").first.click()
    page.wait_for_url(re.compile(r"/ops/calls/\w+"))
    expect(page.get_by_role("heading", name="What happened")).to_be_visible()
    expect(page.get_by_text("Call from a mobile")).to_be_visible()

    assert not [url for url in seen if PATIENT[3:] in url]
    assert PATIENT[3:] not in page.content()


def test_a_number_is_shown_to_who_says_why_and_the_log_keeps_it(product: Product, console: Console, browse: Browse) -> None:
    product.post("calls", {"from": PATIENT, "to": "08061914343", "provider": "plivo"})
    page = console("operator")
    search(page, PATIENT)
    page.get_by_role("link", name="Show the number").click()
    page.get_by_label("Why?").fill("they asked to be called")
    page.get_by_role("button", name="Show the number").click()
    expect(page.locator(".revealed")).to_contain_text("98450")

    admin = log_in(product, browse(), Role.ADMIN)
    admin.goto(f"{product.web}/ops/audit")
    row = admin.get_by_role("row").filter(has_text="looked at a number").first
    expect(row).to_contain_text("a.operator")
    expect(row).to_contain_text("they asked to be called")
    assert PATIENT[3:] not in admin.content()


@pytest.mark.timeout(400)
def test_a_consult_is_found_read_and_refunded_and_the_log_says_who_and_why(
    product: Product, console: Console, browse: Browse, accessible: Accessible
) -> None:
    softphone = open_softphone(product, browse())
    play_consult(softphone)
    talk_begins(softphone)
    patient = softphone.get_by_label("This phone’s number").input_value()
    page = console("operator")
    expect(page.get_by_text(f"+91******{patient[-4:]}").first).to_be_visible()  # the board has it

    search(page, patient)
    page.locator('a[href^="/ops/consults/"]').first.click()
    page.wait_for_url(re.compile(r"/ops/consults/\w+"))
    for told in ("Offered to Dr", "The doctor came into the room", "Patient and doctor hear each other"):
        expect(page.locator(".timeline").get_by_text(told).first).to_be_visible()
    accessible(page)
    consult = page.url
    page.get_by_role("link", name="Refund").click()
    accessible(page)
    page.get_by_label("Why?").fill("the line was bad")
    page.get_by_role("button", name="Refund").click()
    expect(page.get_by_role("status")).to_contain_text("The gateway is asked for the refund now")

    page.goto(consult)
    expect(page.locator(".badge", has_text="Refund").first).to_be_visible()
    expect(softphone.get_by_role("article", name="Caller").locator(".text").filter(has_text="goes back the way it was paid")).to_have_count(
        1, timeout=60_000
    )
    admin = log_in(product, browse(), Role.ADMIN)
    admin.goto(f"{product.web}/ops/audit")
    row = admin.get_by_role("row").filter(has_text="refunded a consult").first
    expect(row).to_contain_text("the line was bad")
    expect(row).to_contain_text("a.operator")


def _walk(product: Product, page: Page) -> list[str]:
    """The menu's pages, and one of each kind that they lead to."""
    found = list(MENU)
    for path in MENU:
        page.goto(f"{product.web}{path}")
        links = page.locator("main a[href^='/ops/']").evaluate_all("all => all.map(each => each.getAttribute('href'))")
        for start in DEEPER:
            one = next((link for link in links if link.startswith(start) and "?" not in link and "#" not in link), None)
            if one is not None and not any(each.startswith(start) for each in found):
                found.append(one)
    return found


@pytest.mark.timeout(300)
@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 360)])
def test_no_page_has_a_barrier_or_is_wider_than_its_screen(
    product: Product, console: Console, accessible: Accessible, scheme: str, width: int
) -> None:
    product.post("calls", {"from": PATIENT, "to": "08061914343", "provider": "plivo"})
    page = console("admin", color_scheme=scheme, width=width)
    for path in _walk(product, page):
        page.goto(f"{product.web}{path}")
        accessible(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path
        expect(page.get_by_role("heading", level=1)).to_have_count(1)


def test_the_dashboard_shows_jobs_and_no_button_that_would_be_refused(product: Product, console: Console) -> None:
    """Its own icon, which nobody has, was an error on the browser's console."""
    page = console("admin")
    for path in ("", "0/view/jobs/texts/failed/8/asc/1", "0/view/jobs/texts/queued/8/asc/1", "0/view/workers"):
        page.goto(f"{product.web}/ops/jobs/{path}")
        expect(page.locator("tbody")).not_to_contain_text("Loading")
        for button in ("Requeue All", "Empty queue", "Compact", "Actions"):
            expect(page.get_by_text(button, exact=True)).to_be_hidden()
    page.get_by_role("link", name="Console").click()
    page.wait_for_url(f"{product.web}/ops/")


def test_the_keyboard_alone_signs_in_searches_and_signs_out(product: Product, page: Page) -> None:
    page.goto(f"{product.web}/ops/login")
    page.keyboard.type(product.operator("viewer")) if page.evaluate("document.activeElement.name") == "name" else page.get_by_label(
        "Name"
    ).press_sequentially(product.operator("viewer"))
    page.keyboard.press("Tab")
    page.keyboard.type("three green elephants")
    page.keyboard.press("Enter")
    page.wait_for_url(f"{product.web}/ops/")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    for _ in range(40):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.type") == "search":
            break
    page.keyboard.type("today")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/ops/search\?at="))
    for _ in range(40):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.textContent") == "Sign out":
            break
    page.keyboard.press("Enter")
    page.wait_for_url(f"{product.web}/ops/login")
