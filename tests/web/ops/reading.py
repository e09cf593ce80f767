"""Pages as they are read, without their mark-up."""

import re

from tests.web.ops.conftest import Browser


def words(html: str) -> str:
    """What a page says; a comma stands at the link before it."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", re.sub(r"</a>(?=,)", "", html)))


def told(html: str) -> list[str]:
    """The timeline on a call's page, step by step, without times."""
    return [words(step).strip() for step in re.findall(r"<span><strong>(.*?)</li>", html.split('<ol class="turns">')[0], re.DOTALL)]


def turns(html: str) -> list[str]:
    """The conversation on a call's page, turn by turn."""
    found = re.search(r'<ol class="turns">(.*?)</ol>', html, re.DOTALL)
    return [words(turn).strip() for turn in re.findall(r"<li>(.*?)</li>", found[1], re.DOTALL)] if found else []


def page(operator: Browser, call_id: str) -> str:
    """One call's page, as it is sent."""
    answer = operator.open(f"/ops/calls/{call_id}")
    assert answer.status_code == 200
    return answer.text


def home(operator: Browser) -> str:
    """What the first page says."""
    return _says(operator, "/ops/")


def lists(operator: Browser) -> str:
    """What the page of the latest calls and texts says."""
    return _says(operator, "/ops/calls")


def charts(operator: Browser, query: str = "") -> str:
    """What the page of charts says, its data for the drawings left out."""
    answer = operator.open(f"/ops/charts{query}")
    assert answer.status_code == 200
    return words(re.sub(r"<script.*?</script>", "", answer.text, flags=re.DOTALL))


def _says(operator: Browser, path: str) -> str:
    answer = operator.open(path)
    assert answer.status_code == 200
    return words(answer.text)
