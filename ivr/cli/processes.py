"""Commands that start processes, and prepare what these need."""

import sys

import click

from ivr.cli.plainly import plainly


@click.command()
@click.option("--once", is_flag=True, help="Give one missed call, print the delivered SMS, exit 0; non-zero when it was not delivered.")
@plainly
def run(once: bool) -> None:
    """Start everything for development: web, relay, workers, sandbox, Valkey."""
    from ivr.run.everything import run_everything

    sys.exit(run_everything(once))


@click.command()
@plainly
def web() -> None:
    """Serve the web process: one worker on SQLite, WEB_WORKERS on PostgreSQL."""
    from ivr.run.web import serve

    serve()


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Loopback only.")
@click.option("--port", type=click.IntRange(0, 65535), default=8001, show_default=True)
@click.option("--target", default="http://127.0.0.1:8000", show_default=True, help="The product's PUBLIC_URL.")
@plainly
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


@click.command()
@plainly
def migrate() -> None:
    """Bring the database's schema to this version (the Procfile's `release`)."""
    from ivr.settings import load_settings
    from ivr.store.migrate import migrate

    migrate(load_settings().database_url)
    click.echo("the database is up to date")
