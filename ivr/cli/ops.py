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


@ops.command()
@click.argument("reference")
@plainly
def answered(reference: str) -> None:
    """Say that the complaint REFERENCE (like K7PX-3MHT) has had its answer."""
    from ivr.model.errors import ConfigurationError
    from ivr.run.development import local_settings
    from ivr.store import grievances
    from ivr.store.database import open_database

    database = open_database(local_settings().database_url)
    found = database.write(lambda tx: grievances.answer(tx, reference.strip().upper()))
    database.close()
    if not found:
        raise ConfigurationError("REFERENCE: no open complaint is called so; the console lists them")
    click.echo(f"{reference.strip().upper()} is answered")
