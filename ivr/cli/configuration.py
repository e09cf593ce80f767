"""Commands about settings, files and what is to be entered at a provider."""

import sys

import click

from ivr.cli.plainly import plainly


@click.command()
@plainly
def check() -> None:
    """List everything that keeps this configuration out of production; exit 1 when there is anything."""
    from ivr.readiness import faults
    from ivr.settings import load_settings

    found = faults(load_settings())
    for fault in found:
        click.echo(f"- {fault}")
    click.echo(f"{len(found)} to mend before production" if found else "ready for production")
    sys.exit(1 if found else 0)


@click.command()
def keys() -> None:
    """Print fresh values for SECRET_KEY, DATA_KEY and PHONE_HASH_KEY."""
    from ivr.run.development import fresh_keys

    for name, value in fresh_keys().items():
        click.echo(f"{name}={value}")


@click.command()
def settings() -> None:
    """Print every setting as a Markdown table."""
    from ivr.settings import settings_table

    click.echo(settings_table())


@click.command()
@click.argument("provider")
@plainly
def fallback(provider: str) -> None:
    """Print the static document for a PROVIDER's fallback URL: it refuses the call, free of charge, when we are away."""
    from ivr.providers import fallback_document

    click.echo(fallback_document(provider).body.decode())


@click.command()
@plainly
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


@click.command()
@click.argument("provider", type=click.Choice(["plivo", "twilio"]))
@click.option("--target", default="http://127.0.0.1:8000", show_default=True, help="The product's PUBLIC_URL.")
@click.option("--line", default="", help="A number of ours; the first of lines.yaml when not given.")
@click.option("--caller", default="+919845012345", show_default=True)
@plainly
def curl(provider: str, target: str, line: str, caller: str) -> None:
    """Print a curl command that is a correctly signed missed call, for a product that `run` started."""
    from ivr.callflows import flow_names
    from ivr.lines import load_lines
    from ivr.model.clock import SystemClock
    from ivr.run.development import sandbox_accounts
    from ivr.sandbox.curl import signed_curl
    from ivr.settings import load_settings

    folder = load_settings().callflows_dir
    line = line or next(iter(load_lines(folder, flows=flow_names(folder)))).number.e164
    click.echo(signed_curl(provider, target, sandbox_accounts(), caller, line, SystemClock()))
