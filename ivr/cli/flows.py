"""`python -m ivr flows`: voice menus, for those who write them."""

import sys
from json import dumps
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ivr.cli.plainly import plainly
from ivr.model.errors import ConfigurationError
from ivr.model.values import Language

if TYPE_CHECKING:
    from ivr.callflows import Callflows

_FOLDER = click.option("--folder", type=click.Path(path_type=Path), help="Another folder than CALLFLOWS_DIR.")


@click.group()
def flows() -> None:
    """Voice menus: check, list, draw and replay them."""


@flows.command()
@_FOLDER
@plainly
def check(folder: Path | None) -> None:
    """Tell every fault by its line; then what callers of which line cannot hear; then what is merely odd. Exit 1 on a fault."""
    from ivr.cli.flows_check import examine_folder

    found = examine_folder(folder)
    for row in found.rows():
        click.echo(row)
    sys.exit(1 if found.faults else 0)


@flows.command("list")
@_FOLDER
@plainly
def list_flows(folder: Path | None) -> None:
    """List the flows: what each is for, its steps, the lines that begin with it."""
    files = _files(folder)
    for name, flow in files.book.flows.items():
        lines = ", ".join(line.published for line in files.lines if line.flow == name)
        click.echo(f"{name}: {flow.about} {len(flow.steps)} steps; {f'begins at {lines}' if lines else 'no line begins with it'}")


@flows.command()
@plainly
def schema() -> None:
    """Print the JSON Schema of a flow file, for editors that complete and check while one writes."""
    from ivr.flow.schema import flow_schema

    click.echo(dumps(flow_schema(), indent=2, ensure_ascii=False))


@flows.command()
@click.argument("name")
@click.option("--language", type=click.Choice([language.value for language in Language]), default="en", show_default=True)
@_FOLDER
@plainly
def draw(name: str, language: str, folder: Path | None) -> None:
    """Print the flow NAME as a Mermaid flowchart."""
    from ivr.flow.mermaid import mermaid

    files = _files(folder)
    if name not in files.book.flows:
        raise ConfigurationError(f"NAME: there is no flow {name}; known are: {', '.join(files.book.flows) or 'none'}")
    click.echo(mermaid(files.book.flows[name], files.words, language), nl=False)


@flows.command()
@click.argument("call")
@plainly
def replay(call: str) -> None:
    """Take the recorded CALL through today's flow, and tell what its caller would hear now; exit 1 when that is something else."""
    from ivr.menus.replay import replay as take
    from ivr.run.development import local_settings
    from ivr.wiring import build

    app = build(local_settings())
    try:
        replayed = take(app.database, app.voicing, call)
    finally:
        app.database.close()
    click.echo(str(replayed))
    sys.exit(1 if replayed.difference() else 0)


def _files(folder: Path | None) -> "Callflows":
    from ivr.callflows import load_callflows
    from ivr.settings import load_settings

    return load_callflows(load_settings(callflows_dir=folder) if folder else load_settings())
