"""`python -m ivr doctors pin`: the PIN with which a doctor opens consult cards."""

import click

from ivr.cli.plainly import plainly


@click.command()
@click.argument("registration")
@click.option("--council", default="", help="Needed only when doctors of two councils have this number.")
@click.password_option("--pin", prompt="PIN that the doctor chose (six digits)", help="Six digits; asked for when not given.")
@plainly
def pin(registration: str, council: str, pin: str) -> None:
    """Set the PIN that the doctor with this REGISTRATION number chose, and unlock their cards."""
    from ivr.cards.pins import choose_pin
    from ivr.model.clock import SystemClock
    from ivr.run.development import local_settings
    from ivr.store.database import open_database

    database = open_database(local_settings().database_url)
    try:
        name = choose_pin(database, registration, pin, SystemClock().now(), council)
    finally:
        database.close()
    click.echo(f"{name} opens cards with the new PIN")
