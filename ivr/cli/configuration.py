"""Commands about settings, files and what is to be entered at a provider."""

import sys
from pathlib import Path
from re import fullmatch
from typing import TYPE_CHECKING

import click

from ivr.cli.plainly import plainly

if TYPE_CHECKING:
    from ivr.fallbacks import Fallback


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
@click.argument("provider", default="")
@click.option(
    "--out", type=click.Path(file_okay=False, path_type=Path), help="Write the documents into this folder, and say where each goes."
)
@click.option("--at", "address", default="", help="The address at which that folder will be served; without it only voices speak.")
@plainly
def fallback(provider: str, out: Path | None, address: str) -> None:
    """Make the static documents that a provider fetches when we are away, one for each line: of PROVIDER, or of the line's own.

    One more for each provider is for the calls that we place: see FALLBACK_URL.
    """
    from ivr.callflows import load_callflows
    from ivr.fallbacks import fallbacks, outbound, write
    from ivr.flow import recordings
    from ivr.providers import provider_named
    from ivr.settings import load_settings

    if provider:
        provider_named(provider)  # a wrong name is told before the whole folder is read
    if address and (out is None or not address.startswith("https://")):
        raise click.UsageError("--at is the https address of the folder that --out writes")
    settings = load_settings()
    callflows = load_callflows(settings)
    found = fallbacks(callflows, provider or None, settings.voice_provider, address)
    found += [outbound(callflows, name, address) for name in dict.fromkeys(one.provider for one in found)]
    if out is None:
        for one in found:
            click.echo(f"<!-- {_told(one)} -->\n{one.document.body.decode()}")
        return
    write(found, out, settings.callflows_dir / recordings.FOLDER)
    for one in found:
        where = f"{address.rstrip('/')}/{one.file}" if address else str(out / one.file)
        click.echo(f"{where}\n  {_told(one)}\n  {_entered(one)}")


def _entered(one: "Fallback") -> str:
    return one.setting if one.line is None else f"enter its address at {one.provider}: {one.setting}"


def _told(one: "Fallback") -> str:
    """Also an XML comment, so without two hyphens in a row."""
    if one.refuses:
        does = "refuses the call, free of charge"
    else:
        does = f"kind words in {', '.join(one.heard)}" if one.heard else "hangs up in silence, for no voice can say the words"
    which = "calls that we place" if one.line is None else f"{one.line.published} {one.line.name}"
    return f"{which}: {does}".replace("--", "-")


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
@click.option("--target", default="", help="The product's PUBLIC_URL.  [default: that of `make run`, as VAR_DIR tells]")
@click.option("--line", default="", help="A number of ours; the first of lines.yaml when not given.")
@click.option("--caller", default="+919845012345", show_default=True)
@plainly
def curl(provider: str, target: str, line: str, caller: str) -> None:
    """Print a curl command that is a correctly signed missed call, for a product that `run` started."""
    from ivr.callflows import flow_names
    from ivr.lines import load_lines
    from ivr.model.clock import SystemClock
    from ivr.model.errors import ConfigurationError
    from ivr.run.development import address_of_run, sandbox_accounts
    from ivr.sandbox.curl import signed_curl
    from ivr.sandbox.numbers import normal
    from ivr.sandbox.numbers import phone as telephone
    from ivr.settings import load_settings

    folder = load_settings().callflows_dir
    lines = load_lines(folder, flows=flow_names(folder))
    rung = next((each for each in lines if not line or each.number == telephone(line)), None)
    target = target.rstrip("/") or address_of_run("PUBLIC_URL", "PORT", 8000)
    if rung is None:
        raise ConfigurationError(f"--line: {line} is no number of lines.yaml: {', '.join(each.published for each in lines)}")
    if telephone(caller) is None:
        raise ConfigurationError("--caller: is no phone number; write it like +919845012345")
    if not fullmatch(r"https?://[^/\s]+", target):
        raise ConfigurationError("--target: write the product's PUBLIC_URL, like http://127.0.0.1:8000")
    click.echo(signed_curl(provider, target, sandbox_accounts(), normal(caller), rung.number.e164, SystemClock()))
