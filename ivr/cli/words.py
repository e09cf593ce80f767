"""`python -m ivr words`: what flows say, and the recordings of it."""

import sys
from pathlib import Path

import click

from ivr.cli.plainly import plainly
from ivr.model.values import Language

_LANGUAGE = click.Choice([language.value for language in Language])


@click.group()
def words() -> None:
    """What voice menus say, and recordings of it."""


@words.command()
@click.argument("language", type=_LANGUAGE)
@plainly
def sheet(language: str) -> None:
    """Print what is to be recorded in LANGUAGE as CSV: the file's name, what to say, where it is heard."""
    from ivr.callflows import load_callflows
    from ivr.flow.recordings import recording_sheet
    from ivr.settings import load_settings

    files = load_callflows(load_settings())
    chosen = Language(language)
    click.echo(recording_sheet(files.words, chosen, files.voicing.recordings.get(chosen, {}), files.book), nl=False)


@words.command("import")
@click.argument("folder", type=click.Path(path_type=Path))
@click.argument("language", type=_LANGUAGE)
@click.option("--only-good", is_flag=True, help="Take what can be used, although other files cannot.")
@plainly
def take(folder: Path, language: str, only_good: bool) -> None:
    """Copy recordings in LANGUAGE from FOLDER to callflows/audio; exit 1 when any of them cannot be used."""
    from ivr.callflows import load_callflows
    from ivr.flow.recordings import FOLDER
    from ivr.flow.recordings_import import import_recordings
    from ivr.settings import load_settings

    settings = load_settings()
    target = settings.callflows_dir / FOLDER / language
    done = import_recordings(folder, target, load_callflows(settings).words, Language(language), only_good=only_good)
    for fault in done.faults:
        click.echo(fault, err=True)
    click.echo(f"{len(done.copied)} taken over" if done.copied or not done.faults else "nothing taken over; mend these, or say --only-good")
    sys.exit(1 if done.faults else 0)
