"""One product and one browser for all tests of this folder; pages that fail their test when anything is not as it should be."""

import os
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from ivr.operators import Role
from tests.browser import pages
from tests.browser.chromium import Watch, barriers, chromium, launched, opened
from tests.browser.product import Product, running

Browse = Callable[..., Page]
Accessible = Callable[[Page], None]
Console = Callable[..., Page]


@pytest.fixture(scope="package")
def _browser() -> Iterator[Browser]:
    if chromium() is None:
        missing = "no Chromium is installed, so nobody looks at the pages: apt-get install chromium"
        if os.environ.get("CI") == "true":
            pytest.fail(missing)
        pytest.skip(missing)
    with launched() as browser:
        yield browser


@pytest.fixture(scope="package")
def _running(_browser: Browser) -> Iterator[Product]:
    with running() as product:
        yield product


@pytest.fixture
def product(_running: Product) -> Iterator[Product]:
    """As `make run` starts it; its data stay from test to test, what goes wrong on purpose does not."""
    yield _running
    _running.all_well()


@pytest.fixture
def watch() -> Iterator[Watch]:
    """Fails the test, at its end, for a request to another machine, an error on the console, or a word against our policy."""
    watch = Watch()
    yield watch
    assert watch.verdict() == []


@pytest.fixture
def browse(_browser: Browser, watch: Watch) -> Iterator[Browse]:
    """Pages, each as in a browser of its own: `browse(color_scheme="dark", width=360)`."""
    opened_pages: list[Page] = []

    def open_one(**how: object) -> Page:
        opened_pages.append(opened(_browser, watch, **how))
        return opened_pages[-1]

    yield open_one
    for page in opened_pages:
        page.context.close()


@pytest.fixture
def page(browse: Browse) -> Page:
    return browse()


@pytest.fixture
def context(page: Page) -> BrowserContext:
    return page.context


@pytest.fixture
def accessible() -> Accessible:
    """Fails for what axe-core calls serious or critical on a page as it is now."""

    def check(page: Page) -> None:
        assert barriers(page) == []

    return check


@pytest.fixture
def console(product: Product, browse: Browse) -> Console:
    """The console's first page, with an operator logged in: `console("viewer")`; `how` as for `browse`."""

    def log_in(role: Role | str = Role.OPERATOR, **how: object) -> Page:
        return pages.log_in(product, browse(**how), role)

    return log_in
