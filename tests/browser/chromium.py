"""Debian's Chromium, held so that nothing leaves this machine; and what is watched on every page."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, sync_playwright

_AXE = Path(__file__).parent / "vendor" / "axe.min.js"
_HERE = frozenset({"127.0.0.1", "localhost"})
_QUIET = (
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-sync",
    "--no-first-run",
    "--no-pings",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",  # whatever a page asks for, nobody is found
)
_DESKTOP = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36"
"""As a person's: links in texts are not opened for browsers that call themselves headless."""


def chromium() -> str | None:
    """Where it is installed; None where it is not."""
    return shutil.which("chromium") or shutil.which("chromium-browser")


@contextmanager
def launched() -> Iterator[Browser]:
    """A headless browser."""
    arguments = [*_QUIET, *(["--no-sandbox"] if os.geteuid() == 0 else [])]  # its own sandbox cannot be made by root
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=arguments)
        try:
            yield browser
        finally:
            browser.close()


@dataclass(slots=True)
class Watch:
    """What went wrong on the pages of some contexts. A page that is meant to be refused is `forgiven` its error by some of its words."""

    faults: list[str] = field(default_factory=list)
    _forgiven: list[str] = field(default_factory=list)

    def over(self, context: BrowserContext) -> None:
        """From now on; requests, the console with the browser's word on our Content-Security-Policy, and scripts that fail."""
        context.on("request", lambda request: self._asked(request.url))
        context.on("console", lambda message: self._said(message))
        context.on("weberror", lambda error: self.faults.append(f"a script failed on {_page(error.page)}: {error.error}"))

    def forgives(self, words: str) -> None:
        self._forgiven.append(words)

    def verdict(self) -> list[str]:
        return [fault for fault in self.faults if not any(words in fault for words in self._forgiven)]

    def _asked(self, url: str) -> None:
        parts = urlsplit(url)
        if parts.scheme in ("data", "blob", "about"):
            return
        if parts.hostname not in _HERE:
            self.faults.append(f"a request left this machine: {url}")

    def _said(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self.faults.append(f"the console of {_page(message.page)} says: {message.text} ({message.location.get('url', '')})")


def _page(page: Page | None) -> str:
    return page.url if page is not None else "a page that is gone"


def opened(browser: Browser, watch: Watch | None = None, **how: Any) -> Page:
    """A page in a context of its own, as a person's browser. `how`: color_scheme, width, height; see Playwright for others."""
    size = {"width": how.pop("width", 1280), "height": how.pop("height", 900)}
    context = browser.new_context(user_agent=_DESKTOP, locale="en-IN", timezone_id="Asia/Kolkata", viewport=size, **how)
    context.set_default_timeout(20_000)
    if watch is not None:
        watch.over(context)
    return context.new_page()


def barriers(page: Page) -> list[str]:
    """What axe-core calls serious or critical on this page as it is now. It comes in past our policy, which stays in force meanwhile."""
    session = page.context.new_cdp_session(page)
    try:
        session.send("Runtime.evaluate", {"expression": _AXE.read_text()})
        run = 'axe.run(document, {resultTypes: ["violations"]}).then((found) => found.violations)'
        answer = session.send("Runtime.evaluate", {"expression": run, "awaitPromise": True, "returnByValue": True})
    finally:
        with suppress(Exception):
            session.detach()
    assert "exceptionDetails" not in answer, answer["exceptionDetails"]
    return [_told(each) for each in answer["result"]["value"] if each["impact"] in ("serious", "critical")]


def _told(violation: dict[str, Any]) -> str:
    where = "; ".join(f"{node['html'][:200]} {node['failureSummary']}" for node in violation["nodes"][:5])
    return f"{violation['id']} ({violation['impact']}): {violation['help']}: {where}"
