"""The README and docs/ say what is so: commands, paths, tests, links and settings that they name exist."""

import re
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from ivr.__main__ import main
from ivr.flow.loader import load_book
from ivr.flow.mermaid import mermaid
from ivr.settings import settings_table
from workers.__main__ import main as workers_main

ROOT = Path(__file__).resolve().parent.parent
README = ROOT / "README.md"
PAGES = [README, *sorted((ROOT / "docs").rglob("*.md"))]
IMAGINED = "exotel"  # the provider that docs/add-a-provider.md adds

each_page = pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())


def code(page: Path) -> str:
    """Code spans and blocks: commands in prose are always written as code."""
    return "\n".join(re.findall(r"```.*?```|`[^`\n]+`", page.read_text(), re.DOTALL))


def paths(page: Path) -> Iterator[str]:
    """What a page writes as code and looks like a path of this repository."""
    like_ours = r"(?:ivr|workers|callflows|tests|bench|docs)/[A-Za-z0-9_./-]*|[A-Za-z_-]+\.(?:py|toml|txt|md)|Procfile|Makefile"
    for span in re.findall(r"`([^`\s]+)`", page.read_text()):
        if re.fullmatch(like_ours, span):
            yield span


def test_the_settings_table_is_the_generated_one() -> None:
    table = re.search(r"<!-- settings -->\n(.*)\n<!-- /settings -->", README.read_text(), re.DOTALL)

    assert table, "README.md has lost its markers"
    assert table[1] == settings_table(), "paste what `python -m ivr settings` prints between the markers"


def test_the_drawing_is_the_hotline_as_it_is() -> None:
    drawing = re.search(r"<!-- hotline -->\n```mermaid\n(.*)\n```\n<!-- /hotline -->", README.read_text(), re.DOTALL)
    book, words = load_book(ROOT / "callflows")

    assert drawing, "README.md has lost its markers"
    assert drawing[1] == mermaid(book.flows["hotline"], words).rstrip(), (
        "paste what `python -m ivr flows draw hotline` prints between the markers"
    )


@each_page
def test_every_make_target_exists(page: Path) -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))

    assert set(re.findall(r"\bmake ([a-z]+)", code(page))) <= targets


@each_page
def test_every_command_exists(page: Path) -> None:
    for words in re.findall(r"python -m ivr((?: [a-z][a-z-]*)+)", code(page)):
        command: click.Command = main
        for word in words.split():
            if not isinstance(command, click.Group):
                break
            assert word in command.commands, f"python -m ivr{words}"
            command = command.commands[word]


@each_page
def test_every_worker_exists(page: Path) -> None:
    [argument] = workers_main.params
    assert isinstance(argument.type, click.Choice)

    assert set(re.findall(r"python -m workers ([a-z]+)", code(page))) <= set(argument.type.choices)


@each_page
def test_every_path_exists(page: Path) -> None:
    assert [path for path in paths(page) if IMAGINED not in path and not (ROOT / path).exists()] == []


@each_page
def test_every_link_leads_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)\s]+)\)", page.read_text()):
        if target.startswith(("https://", "http://")):
            continue
        name, _, anchor = target.partition("#")
        there = (page.parent / name).resolve() if name else page
        assert there.exists(), target
        titles = re.findall(r"^#+ (.+)$", there.read_text(), re.MULTILINE) if anchor else []
        assert not anchor or anchor in {re.sub(r"[^a-z0-9 -]", "", title.lower()).replace(" ", "-") for title in titles}, target


@each_page
def test_every_test_it_leans_on_exists(page: Path) -> None:
    tests = "\n".join(path.read_text() for path in (ROOT / "tests").rglob("test_*.py"))
    named = set(re.findall(r"`(test_\w+)`", page.read_text()))

    assert {name for name in named if f"def {name}(" not in tests} == set()
