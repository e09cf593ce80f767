"""`python -m ivr doctors verify`: a registration that somebody has looked up."""

from datetime import date

import click

from ivr.cli.plainly import plainly


@click.command()
@click.argument("registration")
@click.option("--until", required=True, metavar="DAY", help="The last day on which it is valid, like 2031-03-31.")
@click.option("--by", required=True, help="Who has looked it up at the council.")
@click.option("--not-rung", is_flag=True, help="They are not to be rung for patients all the same.")
@plainly
def verify(registration: str, until: str, by: str, not_rung: bool) -> None:
    """Say that the doctor with this REGISTRATION (KMC 12345) was looked up at the council today."""
    from ivr.doctors.directory_listing import by_registration
    from ivr.doctors.verifying import verify as keep
    from ivr.model.clock import SystemClock
    from ivr.run.development import local_settings
    from ivr.store.database import open_database
    from ivr.store.tx import Row, Tx

    day, now = _day(until), SystemClock().now()
    database = open_database(local_settings().database_url)

    def verified(tx: Tx) -> Row:
        found = by_registration(tx, registration)
        keep(tx, found.id, day, routable=not not_rung, operator=by, now=now)
        return found

    try:
        found = database.write(verified)
    finally:
        database.close()
    click.echo(f"{found.council} {found.registration}: verified until {day}")


def _day(text: str) -> date:
    from ivr.doctors.plausible import NoDay, read_day
    from ivr.model.errors import ConfigurationError

    try:
        return read_day(text)
    except NoDay as why:
        raise ConfigurationError(f"--until: {why}") from None
