"""`python -m ivr simulate`: what the routing rules do to callers and doctors, on invented days."""

import click

LEGEND = """
p50, p95     seconds from the search's start to the room, of those who got there
<=60 s       in the room within a minute, of all who came
rings, lost  doctors' phones rung, and rung for nothing because another was quicker, per consult
use          of the doctors' time: talk and wrap-up
bands        spoken estimates that were kept
fair         coefficient of variation of consults per doctor
queue alone  Erlang: callers who never give up (p95, <=20 s) or do (abandon), doctors who answer at once
""".strip()


@click.command()
@click.option("--doctors", type=click.IntRange(1, 500), help="On duty. Without it: 40, and the shipped policy with 20 and 60 too.")
@click.option("--load", type=click.FloatRange(0.05, 1.5), default=0.75, show_default=True, help="Offered talk and wrap-up, per doctor.")
@click.option("--consults", type=click.IntRange(100), default=30_000, show_default=True, help="Per row, after five hours to warm up.")
@click.option("--seed", type=int, default=1, show_default=True, help="The same seed gives the same figures.")
def simulate(doctors: int | None, load: float, consults: int, seed: int) -> None:
    """Simulate how callers wait for a doctor, with the rules that the product runs. No database, no provider, about a minute."""
    from ivr.simulation.table import rows

    for line in rows(doctors, load, consults, seed):
        click.echo(line)
    click.echo("\n" + LEGEND)
