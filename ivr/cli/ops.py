"""`python -m ivr ops`: people who use the console, and what they have done."""

import click

from ivr.cli.plainly import plainly


@click.group()
def ops() -> None:
    """People who use the console, and what they have done."""


@ops.command("add-user")
@click.argument("name")
@click.option("--role", type=click.Choice(["viewer", "operator", "admin"]), default="operator", show_default=True)
@click.password_option(help="At least 10 characters; asked for when not given.")
@plainly
def add_user(name: str, role: str, password: str) -> None:
    """Add the operator NAME, or give an existing one a new password and role."""
    from ivr.model.clock import SystemClock
    from ivr.operators import add_operator
    from ivr.run.development import local_settings
    from ivr.store.database import open_database

    settings = local_settings()
    database = open_database(settings.database_url)
    new = add_operator(database, name, password, role, SystemClock().now())
    click.echo(f"{name} can log in at {settings.public_url}/ops/" if new else f"{name} has a new password and the role {role}")
    database.close()


@ops.command("take")
@click.argument("reference")
@plainly
def take_page(reference: str) -> None:
    """Take the alarm REFERENCE (like K7PX-3MHT, from its SMS), so that nobody else is called about it."""
    from ivr.alarms.taking import BY_COMMAND, take
    from ivr.model.clock import SystemClock
    from ivr.model.errors import ConfigurationError
    from ivr.run.development import local_settings
    from ivr.store import pages
    from ivr.store.database import open_database
    from ivr.store.tx import Tx

    letters = reference.strip().upper().replace("-", "").replace(" ", "")
    wanted = f"{letters[:4]}-{letters[4:]}"  # as it is read aloud, and typed

    def taken(tx: Tx) -> bool | None:
        page = pages.find(tx, wanted)
        return None if page is None else take(tx, page.id, BY_COMMAND, SystemClock().now())

    database = open_database(local_settings().database_url)
    done = database.write(taken)
    database.close()
    if done is None:
        raise ConfigurationError("REFERENCE: no alarm is called so; its SMS and the console name it")
    click.echo(f"{wanted} is yours" if done else f"{wanted} was taken before")


@ops.command()
@click.argument("reference")
@click.option("--what", prompt="What was done about it", help="In a few words, without a telephone number; asked for when not given.")
@plainly
def answered(reference: str, what: str) -> None:
    """Say that the complaint REFERENCE (like K7PX-3MHT) has had its answer, and what that was."""
    from ivr.grievances import answer
    from ivr.model.clock import SystemClock
    from ivr.oversight import BY_COMMAND
    from ivr.run.development import local_settings
    from ivr.store.database import open_database

    wanted, now = reference.strip().upper(), SystemClock().now()
    database = open_database(local_settings().database_url)
    try:
        database.write(lambda tx: answer(tx, wanted, what, BY_COMMAND, now))
    finally:
        database.close()
    click.echo(f"{wanted} is answered")
