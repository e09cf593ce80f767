"""`python -m ivr doctors`: the directory, shifts, gaps, what doctors are owed."""

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ivr.cli.doctors_pin import pin
from ivr.cli.doctors_statement import statement
from ivr.cli.doctors_verify import verify
from ivr.cli.plainly import plainly

if TYPE_CHECKING:
    from ivr.doctors.directory import Directory, Taken
    from ivr.lines import Lines
    from ivr.prices import Prices
    from ivr.settings import Settings
    from ivr.store.database import Database
    from ivr.store.tx import Row
    from ivr.store.vault import Vault

_DAY_MS = 24 * 60 * 60_000


@click.group()
def doctors() -> None:
    """The doctors: who they are, when they work, what they are owed."""


doctors.add_command(pin)
doctors.add_command(statement)
doctors.add_command(verify)


@doctors.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--dry-run", is_flag=True, help="Only tell what would change.")
@plainly
def take(file: Path, dry_run: bool) -> None:
    """Bring the directory to what FILE (CSV) says. With any fault in it, nothing is written."""
    from ivr.doctors.sheet import decoded

    directory, now = _directory(), _now()
    taken = directory.take(decoded(file.read_bytes(), file.name), file.name, now, dry_run=dry_run)
    directory.database.close()
    _tell(taken, dry_run)


@doctors.command()
@click.argument("file", type=click.Path(path_type=Path), required=False)
@plainly
def export(file: Path | None) -> None:
    """Write the directory as CSV to FILE, or print it. It has the doctors' telephone numbers: keep it to yourself."""
    from ivr.oversight import BY_COMMAND

    directory = _directory()
    found = directory.exported(BY_COMMAND, "", _now())
    directory.database.close()
    if file is None:
        click.echo(found.text, nl=False)
    else:
        file.touch(mode=0o600)
        file.write_text(found.text, encoding="utf-8")
    click.echo(str(found), err=True)  # where the sheet itself may be piped on


@doctors.command("list")
@plainly
def listed() -> None:
    """All doctors, and whether they may be rung."""
    from ivr.doctors.directory_changes import stored_doctors
    from ivr.doctors.directory_listing import line

    database, now = _database(), _now()
    with database.read() as tx:
        rows = list(stored_doctors(tx).values())
    database.close()
    for each in rows:
        click.echo(line(each, now))
    click.echo(f"{len(rows)} doctors")


@doctors.command()
@click.argument("registration")
@click.argument("day")
@click.argument("hours", default="00:00-24:00")
@plainly
def off(registration: str, day: str, hours: str) -> None:
    """The doctor with this REGISTRATION (KMC 12345) does not work on DAY (2026-11-22), or from 09:00-13:00 of it."""
    _change(registration, day, hours, on=False)


@doctors.command()
@click.argument("registration")
@click.argument("day")
@click.argument("hours", default="00:00-24:00")
@plainly
def on(registration: str, day: str, hours: str) -> None:
    """The doctor with this REGISTRATION (KMC 12345) works on DAY besides, or from 09:00-13:00 of it. `off` beats it."""
    _change(registration, day, hours, on=True)


@doctors.command()
@click.argument("registration")
@click.argument("day")
@plainly
def usual(registration: str, day: str) -> None:
    """Take back what `on` and `off` said of DAY: the weekly shifts count."""
    from ivr.doctors.shifts_changed import as_usual
    from ivr.oversight import BY_COMMAND

    wanted, database, now = _day(day), _database(), _now()
    found = _found(database, registration)
    dropped = database.write(lambda tx: as_usual(tx, found.id, wanted, BY_COMMAND, now))
    database.close()
    click.echo(f"{found.council} {found.registration}, {wanted}: {dropped or 'no'} changes taken back")


@doctors.command()
@click.option("--days", default=7, show_default=True, type=click.IntRange(1, 60))
@plainly
def gaps(days: int) -> None:
    """Opening hours, from now, without a doctor for a speciality and a language that callers are offered."""
    from ivr.callflows import languages_of
    from ivr.doctors.gaps import covers, gaps

    settings, database, now = _settings(), _database(), _now()
    lines, prices = _files(settings)
    with database.read() as tx:
        there = covers(tx, now, now + days * _DAY_MS, samples=settings.environment != "production")
    database.close()
    specialities = dict.fromkeys(speciality for speciality, _ in prices.tiers)
    found = gaps(lines.hours, there, list(specialities), languages_of(lines), now, now + days * _DAY_MS)
    for each in found:
        click.echo(str(each))
    click.echo(f"{len(found)} gaps in {days} days" if found else f"no gap in {days} days")


@doctors.command()
@plainly
def sample() -> None:
    """Bring 391 invented orthopedicians into a development database whose provider is the sandbox."""
    from ivr.doctors.sample import load_samples

    settings, database, now = _settings(), _database(), _now()
    added = load_samples(database, _vault(settings), settings, _files(settings)[1], now)
    database.close()
    click.echo(f"{added} sample doctors added" if added else "all sample doctors are there already")


def _tell(taken: "Taken", dry_run: bool) -> None:
    from ivr.doctors.directory_changes import label

    for each in taken.added:
        click.echo(f"new: {label(each)}")
    for each, what in taken.changed:
        click.echo(f"changed: {label(each)}: {'; '.join(what)}")
    for each, why in taken.not_rung:
        click.echo(f"will not be rung: {label(each)}: {why}")
    counts = f"{len(taken.added)} new, {len(taken.changed)} changed, {taken.same} as they were"
    click.echo(f"only looked: {counts}; nothing written" if dry_run else counts)


def _change(registration: str, day: str, hours: str, *, on: bool) -> None:
    from ivr.doctors.shifts import Change
    from ivr.doctors.shifts_changed import set_day
    from ivr.doctors.shifts_written import Unreadable, read_hours, write_span
    from ivr.model.errors import ConfigurationError
    from ivr.oversight import BY_COMMAND

    try:
        change = Change(_day(day), on, *read_hours(hours, _day(day)))
    except Unreadable as why:
        raise ConfigurationError(f"HOURS: {why}") from None
    database, now = _database(), _now()
    found = _found(database, registration)
    new = database.write(lambda tx: set_day(tx, found.id, change, BY_COMMAND, now))
    database.close()
    span = f"{change.day} {write_span(change.starts, change.ends)}"
    click.echo(f"{found.council} {found.registration}: {'on' if on else 'off'} {span}{'' if new else ', as it was'}")


def _found(database: "Database", registration: str) -> "Row":
    from ivr.doctors.directory_listing import by_registration

    with database.read() as tx:
        return by_registration(tx, registration)


def _day(text: str) -> date:
    from ivr.doctors.plausible import NoDay, read_day
    from ivr.model.errors import ConfigurationError

    try:
        return read_day(text)
    except NoDay as why:
        raise ConfigurationError(f"DAY: {why}") from None


def _directory() -> "Directory":
    from ivr.doctors.directory import Directory

    settings = _settings()
    lines, prices = _files(settings)
    return Directory(_database(), _vault(settings), prices, lines.numbers)


def _files(settings: "Settings") -> "tuple[Lines, Prices]":
    from ivr.callflows import flow_names
    from ivr.lines import load_lines
    from ivr.prices import load_prices

    folder = settings.callflows_dir
    return load_lines(folder, flows=flow_names(folder)), load_prices(folder)


def _settings() -> "Settings":
    from ivr.run.development import local_settings

    return local_settings()


def _database() -> "Database":
    from ivr.store.database import open_database

    return open_database(_settings().database_url)


def _vault(settings: "Settings") -> "Vault":
    from ivr.store.vault import Vault

    return Vault([key.get_secret_value() for key in settings.data_key], settings.phone_hash_key.get_secret_value())


def _now() -> int:
    from ivr.model.clock import SystemClock

    return SystemClock().now()
