"""What the sandbox's callers hear while the web process is gone: the fallback documents, kept where the sandbox finds them."""

from pathlib import Path

import requests

from ivr.callflows import load_callflows
from ivr.fallbacks import Fallback, fallbacks, outbound, write
from ivr.flow import recordings
from ivr.providers import PROVIDERS
from ivr.sandbox.pages import FOLDER
from ivr.settings import Settings

FALLBACKS = "fallbacks"
"""Their folder below VAR_DIR."""


def fallback_address(sandbox_url: str) -> str:
    """FALLBACK_URL, with the sandbox as the other host."""
    return f"{sandbox_url}{FOLDER}"


def keep_fallbacks(settings: Settings, sandbox_url: str) -> list[Path]:
    """Write the documents of every line, and of the calls that we place, and hand them to the sandbox. The files."""
    callflows, folder = load_callflows(settings), settings.var_dir / FALLBACKS
    found: list[Fallback] = []
    for provider in PROVIDERS:
        found += [*fallbacks(callflows, provider, provider), outbound(callflows, provider)]
    write(found, folder, settings.callflows_dir / recordings.FOLDER)
    for one in found:
        _hand_over(one, f"{sandbox_url}/sandbox/api")
    return [folder / one.file for one in found]


def _hand_over(one: Fallback, api: str) -> None:
    document = one.document.body.decode()
    if one.line is None:
        answer = requests.put(f"{api}/pages/{one.file}", json={"body": document}, timeout=10)
    else:
        given = {"line": one.line.published, "provider": one.provider, "to": document}
        answer = requests.put(f"{api}/fallbacks", json=given, timeout=10)
    answer.raise_for_status()
