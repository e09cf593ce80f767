"""`python -m ivr phone`: a phone in this terminal, and what operators do for one caller."""

import os
import sys
from random import randrange
from typing import TYPE_CHECKING

import click

from ivr.cli.plainly import plainly
from ivr.model.errors import ConfigurationError

if TYPE_CHECKING:
    from ivr.sandbox.hands import Hands


@click.group(invoke_without_command=True)
@click.option("--line", default="", help="The number to dial, as published: 08061914344.")
@click.option("--wait", is_flag=True, help="Dial nobody; wait until this phone rings.")
@click.option("--again", is_flag=True, help="With --wait: take call after call until Ctrl-C; --keys begins anew with each.")
@click.option("--from", "number", default="", help="This phone's number; a new one when not given.")
@click.option("--doctor", type=click.IntRange(1, 391), help="The phone of this sample doctor: goes on duty, then --wait --again.")
@click.option("--provider", type=click.Choice(["plivo", "twilio"]), default="plivo", show_default=True, help="Who carries the call.")
@click.option("--keys", help="Deeds that do themselves, one at each wait; see below.")
@click.option("--sandbox", default="", help="Where the sandbox answers.  [default: that of `make run`, as VAR_DIR tells]")
@click.option(
    "--texts",
    type=click.FloatRange(0, 600),
    help="Wait so many seconds for SMS after the call, however many come.  [default: 5, or less once one has come]",
)
@click.pass_context
@plainly
def phone(
    context: click.Context,
    line: str,
    wait: bool,
    again: bool,
    number: str,
    doctor: int | None,
    provider: str,
    keys: str | None,
    sandbox: str,
    texts: float | None,
) -> None:
    """A phone in this terminal: hear a line's menu and press its keys; exit 0 when the call was answered.

    Digits, * and # are keys, several at once if you like; v 5 speaks for five seconds; pay opens the link in an SMS of this call
    and pays; h or Ctrl-D hangs up. What is piped in is pressed line by line, whenever the call waits for it.

    So are --keys: "2 1 42# v5 h". After pay (once the SMS is there), the next waits until something new is said.
    When they are used up, go on with your own.
    """
    if context.invoked_subcommand is not None:
        return
    if doctor is not None:
        if wait or line or number:
            raise ConfigurationError("PHONE: --doctor stands alone: it has its number, and waits for calls")
        from ivr.doctors.sample import sample_phone

        wait = again = True
        number = sample_phone(doctor)
    if wait == bool(line):
        raise ConfigurationError("PHONE: say --line 08061914344 to ring it, or --wait --from +919845012345 to be rung")
    if again and not wait:
        raise ConfigurationError("PHONE: --again goes with --wait")
    if wait and not number:
        raise ConfigurationError("PHONE: --wait needs --from, the number that will be rung")
    from time import sleep

    from ivr.model.clock import SystemClock
    from ivr.run.development import address_of_run
    from ivr.sandbox.numbers import normal
    from ivr.sandbox.numbers import phone as telephone
    from ivr.sandbox.remote import Remote
    from ivr.sandbox.terminal import Handset

    if number and number.lower() != "anonymous" and telephone(number) is None:
        raise ConfigurationError("--from: is no phone number; write it like +919845012345, or anonymous to withhold it")
    own = normal(number) if number else f"+9198450{randrange(10_000, 100_000)}"  # noqa: S311  (a number, not a secret)
    typed = _typed()
    held = _hands(keys, typed)
    remote = Remote(sandbox or address_of_run("SANDBOX_URL", "SANDBOX_PORT", 8001))
    handset = Handset(remote, held, SystemClock(), click.echo, sleep, own, None if texts is None else round(1000 * texts))
    if doctor is not None:
        handset.dial(_duty_line(), provider)
        click.echo("  now we call this phone, to be sure that it is yours: answer, and press 1")
    if again:  # what is typed or piped goes on from call to call, a list of keys begins anew
        answered = handset.keep_waiting(lambda: held if keys is None else _hands(keys, typed)) > 0
    else:
        answered = handset.wait() if wait else handset.dial(line, provider)
    sys.exit(0 if answered else 1)


def _duty_line() -> str:
    """The line whose missed call means on duty."""
    from ivr.lines import OnDuty
    from ivr.run.development import local_settings
    from ivr.wiring import build

    app = build(local_settings())
    found = next((line.published for line in app.lines if isinstance(line.action, OnDuty)), None)
    app.database.close()
    if found is None:
        raise ConfigurationError("lines.yaml: no line says `then: on duty`, so no doctor can go on duty by a missed call")
    return found


def _hands(keys: str | None, typed: "Hands") -> "Hands":
    """Those that press `keys` and go on as `typed`."""
    from time import sleep

    from ivr.sandbox.hands import Script, read_deed

    if keys is None:
        return typed
    try:
        return Script([read_deed(each) for each in keys.split()], sleep, typed)
    except ValueError as hint:
        raise ConfigurationError(f"--keys: {hint}") from None


def _typed() -> "Hands":
    """Whoever is at our standard input; nobody when it is closed."""
    from time import sleep

    from ivr.sandbox.hands import Piped, Script, Typist

    if sys.stdin is None:
        return Script([], sleep)
    stdin = sys.stdin.fileno()
    return Typist(stdin, click.echo) if os.isatty(stdin) else Piped(stdin, click.echo, sleep)


@phone.command("opt-in")
@click.argument("number")
@plainly
def opt_in(number: str) -> None:
    """Let the caller NUMBER have texts again, at their own wish."""
    from ivr.numbering import identify
    from ivr.run.development import local_settings
    from ivr.wiring import build

    app = build(local_settings())
    found = identify(number, app.lines.numbers).phone
    if found is None:
        raise ConfigurationError("NUMBER: is no phone number; write it like +919845012345")
    click.echo(f"{found} has texts again" if app.opt_outs.opt_in(found) else f"{found} had not opted out")
    app.database.close()
