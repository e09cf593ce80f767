"""What people do on our pages, for tests and for pictures."""

from playwright.sync_api import Page, expect

from ivr.operators import Role
from tests.browser.product import PASSWORD, Product

expect.set_options(timeout=20_000)  # several things at once on a small machine


def log_in(product: Product, page: Page, role: Role | str = Role.OPERATOR) -> Page:
    """The console's first page."""
    page.goto(f"{product.web}/ops/login")
    page.get_by_label("Name").fill(product.operator(role))
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(f"{product.web}/ops/")
    return page


def open_softphone(product: Product, page: Page, query: str = "") -> Page:
    page.goto(f"{product.sandbox}/sandbox/{query}")
    expect(page.get_by_role("button", name="Ring 08061914343, Hotline")).to_be_visible()
    return page


def play_consult(page: Page) -> None:
    """Begun on the softphone, in haste."""
    page.get_by_label("Press keys before the words end").check()
    page.get_by_role("button", name="Play a whole paid consult").click()


def talk_begins(page: Page) -> None:
    heard = page.get_by_role("article", name="Dr Ramya Patel").get_by_role("log")
    expect(heard).to_contain_text("joined: you hear the caller", timeout=300_000)


def consult_ends(page: Page) -> None:
    expect(page.get_by_text("Played to the end")).to_be_visible(timeout=120_000)
