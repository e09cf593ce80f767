"""`python -m ivr doctors statement`: what each doctor is owed for a month."""

from pathlib import Path

import click

from ivr.cli.plainly import plainly


@click.command()
@click.option("--month", required=True, help="Like 2026-11.")
@click.option("--csv", "file", type=click.Path(path_type=Path), help="Write it to this file, too.")
@plainly
def statement(month: str, file: Path | None) -> None:
    """What each doctor did in MONTH, and is owed for it."""
    from ivr.doctors.statement import rupees, several, statement_csv, statements
    from ivr.run.development import local_settings
    from ivr.store.database import open_database

    if file is not None:
        file.open("a").close()  # before anything is printed: what cannot be written is told at once
    database = open_database(local_settings().database_url)
    with database.read() as tx:
        rows = statements(tx, month)
    database.close()
    for each in rows:
        did = f"{several(each.consults, 'consult')} ({several(each.follow_ups, 'follow-up')}), {each.minutes} min, Rs {rupees(each.fee)}"
        stood_by = f"stood by {several(each.stand_bys, 'time')}, Rs {rupees(each.stand_by)}"
        click.echo(f"{each.council} {each.registration} {each.name}: {did}; {stood_by}")
    click.echo(f"{month}: {several(len(rows), 'doctor')}, Rs {rupees(sum(each.total for each in rows))} together")
    if file is not None:
        file.write_text(statement_csv(month, rows), encoding="utf-8")
        click.echo(f"written to {file}")
