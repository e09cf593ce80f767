"""`python -m ivr seed`: a month of a busy clinic, invented, to see the console at work and to measure it."""

import click

from ivr.cli.plainly import plainly


@click.command()
@click.option("--calls", default=50_000, show_default=True, type=click.IntRange(100, 1_000_000))
@click.option("--texts", default=60_000, show_default=True, type=click.IntRange(0, 1_500_000))
@click.option("--consults", default=5_000, show_default=True, type=click.IntRange(10, 100_000))
@click.option("--days", default=30, show_default=True, type=click.IntRange(1, 366))
@click.option("--seed", "number", default=1, show_default=True, type=click.IntRange(0, 69), help="The same seed invents the same history.")
@click.option("--force", is_flag=True, help="Also where there are calls already.")
@plainly
def seed(calls: int, texts: int, consults: int, days: int, number: int, force: bool) -> None:
    """Fill a development database with believable history: calls, texts, consults, money, doctors, and what is under way now."""
    from ivr.model.clock import SystemClock
    from ivr.run.everything import settings_at_hand
    from ivr.seeding.amounts import Amounts
    from ivr.seeding.seed import seed as invent
    from ivr.wiring import build

    app, clock = build(settings_at_hand()), SystemClock()
    begun = clock.now()
    amounts = Amounts(calls, texts, consults, days, number, begun)
    seeded = invent(app, amounts, lambda line: click.echo(line, err=True), force=force)
    app.database.close()
    for name in ("caller", "call", "turn", "text", "attempt", "report", "consult", "payment", "entry", "offer", "leg", "audit"):
        click.echo(f"{name:<10}{seeded.counts[name]:>10,}")
    click.echo(f"{seeded.rows:,} rows in {(clock.now() - begun) / 1000:.0f} s")
