"""The command line: `python -m ivr COMMAND`."""

import sys
from collections.abc import Callable
from functools import wraps
from typing import Any

import click

from ivr.model.errors import IvrError


def _plainly(command: Callable[..., Any]) -> Callable[..., Any]:
    """Errors of ours are sentences on stderr and exit code 2, never tracebacks."""

    @wraps(command)
    def run(*args: Any, **options: Any) -> Any:
        try:
            return command(*args, **options)
        except IvrError as error:
            click.echo(str(error), err=True)
            sys.exit(2)
        except OSError as error:
            click.echo(f"{error.filename or 'this machine'}: {error.strerror or error}", err=True)
            sys.exit(2)

    return run


@click.group()
def main() -> None:
    """Missed calls that become texts."""


@main.command()
@click.option("--once", is_flag=True, help="Give one missed call, print the delivered SMS, exit 0; non-zero when it was not delivered.")
@_plainly
def run(once: bool) -> None:
    """Start everything for development: web, relay, workers, sandbox, Valkey."""
    from ivr.run.everything import run_everything

    sys.exit(run_everything(once))


@main.command()
@_plainly
def web() -> None:
    """Serve the web process: one worker on SQLite, WEB_WORKERS on PostgreSQL."""
    from ivr.run.web import serve

    serve()


@main.command()
@_plainly
def check() -> None:
    """List everything that keeps this configuration out of production; exit 1 when there is anything."""
    from ivr.readiness import faults
    from ivr.settings import load_settings

    found = faults(load_settings())
    for fault in found:
        click.echo(f"- {fault}")
    click.echo(f"{len(found)} to mend before production" if found else "ready for production")
    sys.exit(1 if found else 0)


@main.command()
@_plainly
def migrate() -> None:
    """Bring the database's schema to this version (the Procfile's `release`)."""
    from ivr.settings import load_settings
    from ivr.store.migrate import migrate

    migrate(load_settings().database_url)
    click.echo("the database is up to date")


@main.command()
def keys() -> None:
    """Print fresh values for SECRET_KEY, DATA_KEY and PHONE_HASH_KEY."""
    from ivr.run.development import fresh_keys

    for name, value in fresh_keys().items():
        click.echo(f"{name}={value}")


@main.command()
def settings() -> None:
    """Print every setting as a Markdown table."""
    from ivr.settings import settings_table

    click.echo(settings_table())


@main.command()
@click.argument("provider")
@_plainly
def fallback(provider: str) -> None:
    """Print the static document for a PROVIDER's fallback URL: it refuses the call, free of charge, when we are away."""
    from ivr.providers import fallback_document

    click.echo(fallback_document(provider).body.decode())


@main.command()
@_plainly
def texts() -> None:
    """Print every text with its registered form, its DLT ids, a sample and what the sample costs."""
    from ivr.settings import load_settings
    from ivr.texts.templates import load_templates

    for each in load_templates(load_settings().callflows_dir).describe():
        ids = ", ".join(f"{provider} {number}" for provider, number in each.template_ids.items())
        click.echo(f"{each.template} {each.language} version {each.version} ({each.category}; {ids}{'; example' if each.example else ''})")
        click.echo(f"  registered: {each.registered}")
        click.echo(f"  sample:     {each.sample}")
        click.echo(f"  segments:   {each.segments.parts} ({each.segments.encoding}, {each.segments.units} units)")


@main.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Loopback only.")
@click.option("--port", default=8001, show_default=True)
@click.option("--target", default="http://127.0.0.1:8000", show_default=True, help="The product's PUBLIC_URL.")
@_plainly
def sandbox(host: str, port: int, target: str) -> None:
    """Play Plivo and Twilio for a product on this machine."""
    from ivr.model.errors import ConfigurationError
    from ivr.run.development import sandbox_accounts
    from ivr.sandbox.server import main as play

    try:
        play(host, port, target, sandbox_accounts())
    except ValueError as error:
        raise ConfigurationError(str(error)) from None
    except OSError as error:
        raise ConfigurationError(f"cannot listen on port {port} ({error.strerror}); name another with --port") from None


@main.command()
@click.argument("provider", type=click.Choice(["plivo", "twilio"]))
@click.option("--target", default="http://127.0.0.1:8000", show_default=True, help="The product's PUBLIC_URL.")
@click.option("--line", default="", help="A number of ours; the first of lines.yaml when not given.")
@click.option("--caller", default="+919845012345", show_default=True)
@_plainly
def curl(provider: str, target: str, line: str, caller: str) -> None:
    """Print a curl command that is a correctly signed missed call, for a product that `run` started."""
    from ivr.lines import load_lines
    from ivr.model.clock import SystemClock
    from ivr.run.development import sandbox_accounts
    from ivr.sandbox.curl import signed_curl
    from ivr.settings import load_settings

    line = line or next(iter(load_lines(load_settings().callflows_dir))).number.e164
    click.echo(signed_curl(provider, target, sandbox_accounts(), caller, line, SystemClock()))


@main.group()
def phone() -> None:
    """What operators do for one caller."""


@phone.command("opt-in")
@click.argument("number")
@_plainly
def opt_in(number: str) -> None:
    """Let the caller NUMBER have texts again, at their own wish."""
    from ivr.model.errors import ConfigurationError
    from ivr.numbering import identify
    from ivr.settings import load_settings
    from ivr.wiring import build

    app = build(load_settings())
    found = identify(number, app.lines.numbers).phone
    if found is None:
        raise ConfigurationError("NUMBER: is no phone number; write it like +919845012345")
    click.echo(f"{found} has texts again" if app.opt_outs.opt_in(found) else f"{found} had not opted out")
    app.database.close()


@main.group()
def ops() -> None:
    """People who use the console."""


@ops.command("add-user")
@click.argument("name")
@click.option("--role", type=click.Choice(["viewer", "operator", "admin"]), default="operator", show_default=True)
@click.password_option(help="At least 10 characters; asked for when not given.")
@_plainly
def add_user(name: str, role: str, password: str) -> None:
    """Add the operator NAME, or give an existing one a new password and role."""
    from ivr.model.clock import SystemClock
    from ivr.operators import add_operator
    from ivr.settings import load_settings
    from ivr.store.database import open_database

    settings = load_settings()
    database = open_database(settings.database_url)
    new = add_operator(database, name, password, role, SystemClock().now())
    click.echo(f"{name} can log in at {settings.public_url}/ops/" if new else f"{name} has a new password and the role {role}")
    database.close()


if __name__ == "__main__":
    main()
