"""Starts web, relay, workers and, where they are missing, a sandbox and a Valkey; stops them together."""

import os
import secrets
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from re import search
from shlex import quote
from threading import Event

import click

from ivr.doctors.sample import load_samples
from ivr.lines import Answer, OnDuty
from ivr.model.errors import ConfigurationError
from ivr.operators import add_operator
from ivr.readiness import provider_faults
from ivr.run import development
from ivr.run.away import fallback_address, keep_fallbacks
from ivr.run.children import Children
from ivr.run.directory import tell_directory
from ivr.run.firstcall import first_line, give_missed_call, opens, wait_until_ready
from ivr.settings import Settings, load_settings
from ivr.signals import stop_on_signals
from ivr.store.migrate import migrate
from ivr.wiring import App, build

QUEUES = ("texts", "calls", "money", "chores")
_SANDBOX_PORT = 8001


@dataclass(frozen=True, slots=True)
class Plan:
    """What will run. `environment` is what every child gets, `filled` what of it was missing; None: somebody else provides it."""

    environment: dict[str, str]
    filled: dict[str, str]
    sandbox_port: int | None
    valkey_socket: Path | None

    def settings(self) -> Settings:
        """What the children will read."""
        known = {name.lower(): value for name, value in self.environment.items() if name.lower() in Settings.model_fields}
        return load_settings(**known)


def plan(environment: dict[str, str], folder: Path) -> Plan:
    """Fill the gaps of a developer's environment; what is set stands."""
    var = Path(environment.get("VAR_DIR") or "var").resolve()
    port = _port("PORT", development.port_wanted(environment, "PORT", 8000))
    gaps = {"VAR_DIR": str(var), "PUBLIC_URL": f"http://127.0.0.1:{port}", "DATABASE_URL": f"sqlite:///{var / 'ivr.db'}"}
    gaps |= development.kept_keys(var)
    valkey_socket = sandbox_port = None
    if not environment.get("REDIS_URL"):
        valkey_socket = folder / "valkey.sock"
        gaps["REDIS_URL"] = f"unix://{valkey_socket}"
    if development.wants_sandbox(environment):
        if environment.get("PUBLIC_URL"):
            raise ConfigurationError("PUBLIC_URL: is set, but no account is: give PLIVO_AUTH_ID and PLIVO_AUTH_TOKEN (or Twilio's) as well")
        sandbox_port = _port("SANDBOX_PORT", development.port_wanted(environment, "SANDBOX_PORT", _SANDBOX_PORT), but_not=port)
        sandbox = f"http://127.0.0.1:{sandbox_port}"
        gaps |= {**development.PLIVO, **development.TWILIO, **development.RAZORPAY, **development.DLT, **development.TO_BE_SEEN}
        gaps |= {"PLIVO_API_URL": sandbox, "TWILIO_API_URL": sandbox, "RAZORPAY_API_URL": sandbox, "SANDBOX_URL": sandbox}
        gaps["FALLBACK_URL"] = fallback_address(sandbox)
    given = {name: value for name, value in environment.items() if value}
    filled = {name: value for name, value in gaps.items() if name not in given}
    return Plan({**gaps, **given, "PORT": str(port)}, filled, sandbox_port, valkey_socket)


def settings_at_hand() -> Settings:
    """`local_settings`; where `run` has never been, what it would fill in. The database is made when there is none; `run` takes it over."""
    environment = development.base_environment()
    var = Path(environment.get("VAR_DIR") or "var")
    known = environment.get("DATA_KEY") or environment.get("ENVIRONMENT") == "production" or (var / development.RUN_FILE).exists()
    settings = development.local_settings() if known else plan(environment, var).settings()
    if settings.environment != "production":
        migrate(settings.database_url)
    return settings


def _port(name: str, wanted: int, but_not: int = 0) -> int:
    found = development.free_port(wanted, but_not)
    if found != wanted:
        click.echo(f"  {name}: {wanted} is in use, so this is {found}")
    return found


def run_everything(once: bool) -> int:
    """Run until Ctrl-C, or with `once` until the first missed call's text is delivered. The exit code."""
    stop = Event()
    stop_on_signals(stop)
    children = Children()
    environment = development.base_environment()
    with development.alone_in(Path(environment.get("VAR_DIR") or "var")), tempfile.TemporaryDirectory(prefix="ivr-") as folder:
        try:
            planned = plan(environment, Path(folder))
            settings = planned.settings()
            if settings.environment == "production":
                raise ConfigurationError(
                    "ENVIRONMENT: `run` is for development; in production start what the Procfile lists, one process each"
                )
            if unusable := list(provider_faults(settings)):
                raise ConfigurationError("\n".join(unusable))
            development.keep_run(settings.var_dir, planned.filled)
            app = build(settings)
            _ = app.redis
            migrate(settings.database_url)
            password = secrets.token_urlsafe(9)
            add_operator(app.database, "demo", password, "admin", app.clock.now())
            if planned.sandbox_port is not None and not stop.is_set():
                load_samples(app.database, app.vault, settings, app.consults.desk.prices, app.clock.now())
            if not stop.is_set():
                start(children, planned, settings)
            return _serve(app, password, planned, stop, once)
        finally:
            if stop.is_set():
                click.echo("  stopping")
            children.stop()


def start(children: Children, planned: Plan, settings: Settings) -> None:
    """Start every process of the plan; the database is migrated already."""
    python = [sys.executable, "-m"]
    if planned.valkey_socket is not None:
        children.start("valkey", development.valkey_command(settings.var_dir, planned.valkey_socket), planned.environment, last=True)
        deadline = time.monotonic() + 10
        while not planned.valkey_socket.exists() and time.monotonic() < deadline:
            time.sleep(0.02)
    children.start("web", [*python, "ivr", "web"], planned.environment)
    children.start("relay", [*python, "workers", "relay"], planned.environment)
    for queue in QUEUES:
        children.start(queue, [*python, "workers", queue], planned.environment)
    if planned.sandbox_port is not None:
        sandbox = ["ivr", "sandbox", "--port", str(planned.sandbox_port), "--target", settings.public_url]
        children.start("sandbox", [*python, *sandbox], planned.environment)


def _serve(app: App, password: str, planned: Plan, stop: Event, once: bool) -> int:
    settings = app.settings
    own = f"http://127.0.0.1:{settings.port}"
    sandbox = settings.sandbox_url if planned.sandbox_port is not None else ""
    probes = [f"{own}/readyz", *([f"{sandbox}/sandbox/api/healthz"] if sandbox else [])]
    ready = not stop.is_set() and wait_until_ready(*probes, stop=stop)
    if ready and sandbox:
        keep_fallbacks(settings, sandbox)
        tell_directory(app, sandbox)
    delivered = ready and (not sandbox or _show_first_call(app, sandbox, stop))
    if stop.is_set():
        return int(once)  # what it was started for was not done
    if not ready:
        click.echo("not ready after two minutes: read the lines above", err=True)
        return 1
    click.echo(f"\n  console   {own}/ops/   name demo, password {password}")
    if sandbox:
        click.echo(f"  softphone {sandbox}/sandbox/   phones of callers and doctors in a browser; plays a whole paid consult by itself")
        _show_phones(app)
    if once:
        return 0 if delivered else 1
    click.echo("  stop      Ctrl-C\n")
    stop.wait()
    return 0


def _show_phones(app: App) -> None:
    """What to type in other terminals; they find the sandbox by what we keep in VAR_DIR."""
    var = os.environ.get("VAR_DIR")
    phone = f"{f'VAR_DIR={quote(var)} ' if var else ''}{_python()} -m ivr phone"
    for line in app.lines:
        if isinstance(line.action, Answer):
            click.echo(f"  phone     {phone} --line {line.published}   the same in another terminal")
            break
    if any(isinstance(line.action, OnDuty) for line in app.lines):
        click.echo(f"  doctor    {phone} --doctor 1   a doctor's phone: goes on duty, and rings for patients")


def _python() -> str:
    """As one would type it here."""
    running, here = Path(sys.executable), Path.cwd()
    return str(running.relative_to(here)) if running.is_relative_to(here) else "python"


def _show_first_call(app: App, sandbox: str, stop: Event) -> bool:
    click.echo(f"\n  a missed call to {first_line(app).published} …")
    came = give_missed_call(app, sandbox, stop)
    if stop.is_set():
        return False
    if came.state != "delivered":
        why = f" ({came.reason})" if came.reason else ""
        click.echo(f"  no delivered text; it is {came.state or 'not even asked for'}{why}: read the lines above", err=True)
        return False
    click.echo(f"  SMS to {came.caller}: {came.body}")
    link = search(r"https?://\S+", came.body)
    if link:
        click.echo(f"  the link opens {opens(link[0])}")
    return True
