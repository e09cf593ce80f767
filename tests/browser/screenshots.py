"""`make screenshots`: a picture of every page, with something on it, into docs/screenshots/.

A new page is one more row of OF_THE_STORY (what is seen after one consult) or of OF_A_BUSY_MONTH (after invented history besides).
`python -m tests.browser.screenshots console` takes only those whose names begin so.
"""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from re import findall

from PIL import Image
from playwright.sync_api import Browser, Error, Page, expect

from ivr.operators import Role
from ivr.seeding.amounts import Amounts
from ivr.seeding.seed import seed
from tests.browser.chromium import Watch, chromium, launched, opened
from tests.browser.pages import consult_ends, log_in, open_softphone, play_consult, talk_begins
from tests.browser.product import Product, running

FOLDER = Path(__file__).resolve().parents[2] / "docs" / "screenshots"
MOST_BYTES = 2_000_000  # of all of them: they are cloned with the repository
_COLOURS = 64
_SETTLES_MS = 500  # parts that load themselves
_TALLEST = 1_600  # pixels; a page that goes on for longer has been seen by then
PATIENT = "+919845012345"


@dataclass(frozen=True, slots=True)
class Shot:
    """`go` leads a page to what is to be seen; `looks` are colour schemes with a width in pixels."""

    name: str
    go: Callable[[Product, Page], object]
    looks: tuple[tuple[str, int], ...] = (("light", 1280),)


EVERY_LOOK = (("light", 1280), ("dark", 1280), ("light", 360))
LIGHT_AND_NARROW = (("light", 1280), ("light", 360))


def _console(path: str) -> Callable[[Product, Page], object]:
    """A page of the console, as an admin sees it."""

    def go(product: Product, page: Page) -> None:
        log_in(product, page, Role.ADMIN)
        page.goto(f"{product.web}{path}")

    return go


def _at_the_door(product: Product, page: Page) -> None:
    page.goto(f"{product.web}/ops/login")


def _newest_call(product: Product, page: Page) -> None:
    _console("/ops/calls")(product, page)
    page.locator("a[href^='/ops/calls/']").first.click()
    page.wait_for_url("**/ops/calls/*")


def _link_in(words: str) -> Callable[[Product, Page], object]:
    """What the newest link opens in a text with these words."""

    def go(product: Product, page: Page) -> None:
        for number in product.get("inboxes")["latest"]:
            for text in reversed(product.get(f"phones/{number}/inbox")["texts"]):
                if words in text["body"]:
                    page.goto(findall(r"https?://\S+", text["body"])[0])
                    return
        raise AssertionError(f"no text says {words!r}")

    return go


def _to_pay(product: Product, page: Page) -> None:
    """The gateway's page of a payment that was made."""
    page.goto(f"{product.sandbox}/p/{product.get('gateway/links')['links'][0]['id']}")


def _softphone(product: Product, page: Page) -> None:
    open_softphone(product, page)
    expect(page.locator("#calls summary").first).to_be_visible()


def _first(path: str, leads_to: str) -> Callable[[Product, Page], object]:
    """The first page of a kind that a page of the console leads to."""

    def go(product: Product, page: Page) -> None:
        _console(path)(product, page)
        link = page.locator(f"main a[href^='{leads_to}']").first.get_attribute("href")
        page.goto(f"{product.web}{link}")

    return go


OF_THE_STORY = (
    Shot("softphone", _softphone, EVERY_LOOK),
    Shot("gateway", _to_pay),
    Shot("link-to-the-app", _link_in("Here is our app"), (("light", 360), ("dark", 360))),
    Shot("link-to-pay", _link_in("To pay Rs"), (("light", 360),)),
    Shot("console-login", _at_the_door),
    Shot("console-call", _newest_call),
    Shot("console-consult", _first("/ops/consults", "/ops/consults/"), LIGHT_AND_NARROW),
)
OF_A_BUSY_MONTH = (
    Shot("console-board", _console("/ops/"), EVERY_LOOK),
    Shot("console-calls", _console("/ops/calls"), LIGHT_AND_NARROW),
    Shot("console-consults", _console("/ops/consults")),
    Shot("console-charts", _console("/ops/charts"), EVERY_LOOK),
    Shot("console-doctors", _console("/ops/doctors"), LIGHT_AND_NARROW),
    Shot("console-doctor", _first("/ops/doctors", "/ops/doctors/0"), LIGHT_AND_NARROW),
    Shot("console-shifts", _console("/ops/shifts"), LIGHT_AND_NARROW),
    Shot("console-grievances", _console("/ops/grievances")),
    Shot("console-flows", _console("/ops/flows")),
    Shot("console-flow", _console("/ops/flows/hotline"), LIGHT_AND_NARROW),
    Shot("console-switches", _console("/ops/switches")),
    Shot("console-log", _console("/ops/audit")),
)


@dataclass(frozen=True, slots=True)
class Camera:
    """Takes pictures whose names begin with `only`, and says so."""

    folder: Path
    only: str = ""

    def take(self, page: Page, name: str, tallest: int = _TALLEST) -> None:
        if not name.startswith(self.only):
            return
        file = self.folder / f"{name}.png"
        picture = Image.open(BytesIO(page.screenshot(full_page=True, animations="disabled")))
        picture = picture.crop((0, 0, picture.width, min(picture.height, tallest))).convert("RGB")
        picture.quantize(_COLOURS, dither=Image.Dither.NONE).save(file, optimize=True)
        print(f"  {file.relative_to(FOLDER.parents[1])}  {file.stat().st_size // 1000} kB")


def main(only: str = "") -> int:
    """`only`: the beginning of names; other pictures stay. Exit code: 1 when a page did not behave, or all of it is too large."""
    if chromium() is None:
        print("no Chromium is installed: apt-get install chromium", file=sys.stderr)
        return 1
    FOLDER.mkdir(exist_ok=True)
    for old in FOLDER.glob(f"{only}*.png"):
        old.unlink()
    watch, camera = Watch(), Camera(FOLDER, only)
    with launched() as browser, running() as product:
        _play(product, browser, watch, camera)
        for shot in _wanted(OF_THE_STORY, only):
            _take(shot, product, browser, watch, camera)
        if busy := _wanted(OF_A_BUSY_MONTH, only):
            seed(product.app, Amounts(2_500, 3_000, 250, 30, 1, product.app.clock.now()), lambda line: None, force=True)
            for shot in busy:
                _take(shot, product, browser, watch, camera)
    for fault in watch.verdict():
        print(fault, file=sys.stderr)
    total = sum(file.stat().st_size for file in FOLDER.glob("*.png"))
    print(f"  together {total // 1000} kB")
    return int(bool(watch.verdict()) or total > MOST_BYTES)


def _wanted(shots: tuple[Shot, ...], only: str) -> tuple[Shot, ...]:
    return tuple(shot for shot in shots if shot.name.startswith(only))


def _take(shot: Shot, product: Product, browser: Browser, watch: Watch, camera: Camera) -> None:
    """In all its looks. What fails is one more fault: the other pages can be looked at all the same."""
    for scheme, width in shot.looks:
        with _page(browser, watch, scheme, width) as page:
            try:
                shot.go(product, page)
                page.wait_for_timeout(_SETTLES_MS)
                camera.take(page, f"{shot.name}{'-dark' if scheme == 'dark' else ''}{f'-{width}' if width != 1280 else ''}")
            except (Error, AssertionError) as why:
                watch.faults.append(f"{shot.name}: {why}")


def _play(product: Product, browser: Browser, watch: Watch, camera: Camera) -> None:
    """A whole consult, photographed while the two talk; and a missed call."""
    product.post("calls", {"from": PATIENT, "to": "08061914343", "provider": "plivo"})
    with _page(browser, watch, "light", 1280) as page:
        open_softphone(product, page)
        play_consult(page)
        talk_begins(page)
        camera.take(page, "softphone-playing", tallest=1_900)  # the README shows it
        consult_ends(page)


@contextmanager
def _page(browser: Browser, watch: Watch, scheme: str, width: int) -> Iterator[Page]:
    page = opened(browser, watch, color_scheme=scheme, width=width, height=900 if width > 600 else 740)
    try:
        yield page
    finally:
        page.context.close()


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:2]))
