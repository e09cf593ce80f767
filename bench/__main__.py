"""`python -m bench`: prints the speed table.

BURST= changes the size of the burst, CONSULTS= the number of consults, CALLS= and VIEWS= the console's seed and how often a page is viewed.
"""

import json
import os
import signal
import sys

import click

from bench.connecting import connecting_rows
from bench.console import console_row
from bench.machine import facts
from bench.parts import part_rows
from bench.pipeline import burst_row, latency_row
from bench.stage import BenchError, databases
from bench.table import Report, as_json, lines, targets
from bench.turns import turn_rows
from bench.webhook import webhook_rows

_PARTS = ("webhook", "turn", "parts", "latency", "connecting", "console", "burst")


@click.command()
@click.option("--only", type=click.Choice(_PARTS), help="One part instead of all.")
@click.option("--rounds", default=5, show_default=True, type=click.IntRange(1), help="Rounds of the webhook and turn rows.")
@click.option("--requests", default=2000, show_default=True, type=click.IntRange(1), help="Requests for each row and round.")
@click.option("--database", type=click.Choice(["sqlite", "postgres"]), help="Of all but the first three parts; both unless given.")
@click.option("--json", "machine_readable", is_flag=True, help="Print JSON instead of the table.")
def main(only: str | None, rounds: int, requests: int, database: str | None, machine_readable: bool) -> None:
    """Measure the first webhook, a turn of the menu and its parts, the ways to an SMS and to a doctor, the console, a burst of calls."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that everything started is stopped
    report = Report(facts())
    names = [database] if database else databases()
    try:
        if only in (None, "webhook"):
            report.webhook = webhook_rows(rounds, requests, _say)
        if only in (None, "turn"):
            report.turn = turn_rows(rounds, requests, _say)
        if only in (None, "parts"):
            report.parts = part_rows()
        if only in (None, "latency"):
            report.latency = [latency_row(name, per_second=20, seconds=20, say=_say) for name in names]
        if only in (None, "connecting"):
            count = int(os.environ.get("CONSULTS") or 20)
            report.connecting = [row for name in names for row in connecting_rows(name, count, _say)]
        if only in (None, "console"):
            size, views = int(os.environ.get("CALLS") or 50_000), int(os.environ.get("VIEWS") or 40)
            report.console = [console_row(name, size, views, _say) for name in names]
        if only in (None, "burst"):
            report.burst = [burst_row(name, int(os.environ.get("BURST") or 5000), _say) for name in names]
    except BenchError as error:
        raise click.ClickException(str(error)) from None
    print(json.dumps(as_json(report), indent=1) if machine_readable else "\n".join(lines(report)))
    if not all(target.met for target in targets(report) if target.wanted == "0"):
        sys.exit(1)  # slow is a finding; lost, doubled or wrong is a defect


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
