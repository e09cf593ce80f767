"""The command line: `python -m ivr COMMAND`."""

import click

from ivr.cli import configuration, processes
from ivr.cli.doctors import doctors
from ivr.cli.flows import flows
from ivr.cli.money import consults, ledger, payments
from ivr.cli.ops import ops
from ivr.cli.phone import phone
from ivr.cli.seed import seed
from ivr.cli.simulate import simulate
from ivr.cli.words import words


@click.group()
def main() -> None:
    """Missed calls that become texts, and calls."""


for command in (
    processes.run,
    processes.web,
    processes.sandbox,
    processes.migrate,
    configuration.check,
    configuration.keys,
    configuration.settings,
    configuration.texts,
    configuration.fallback,
    configuration.curl,
    flows,
    words,
    phone,
    doctors,
    simulate,
    seed,
    ops,
    ledger,
    payments,
    consults,
):
    main.add_command(command)

if __name__ == "__main__":
    main()
