"""`python -m ivr ledger`, `payments` and `consults`: the books, the gateway's books, and what only a person can decide."""

import sys
from datetime import date, timedelta
from typing import TYPE_CHECKING

import click

from ivr.cli.plainly import plainly

if TYPE_CHECKING:
    from ivr.store.tx import Row
    from ivr.wiring import App


@click.group()
def ledger() -> None:
    """The books."""


@ledger.command("audit")
@plainly
def audit_command() -> None:
    """Prove that the books are right, and list what is open. Exit code 1 when they are not."""
    from ivr.model.clock import SystemClock
    from ivr.payments.audit import audit
    from ivr.run.development import local_settings
    from ivr.store.database import open_database

    database = open_database(local_settings().database_url)
    with database.read() as tx:
        found = audit(tx)
    database.close()
    click.echo(f"payments: {found.payments}, open: {len(found.open)}")
    for account, paise in sorted(found.balances.items()):
        click.echo(f"  {account:<14}{_rupees(paise):>16}")
    click.echo(f"  {'together':<14}{_rupees(sum(found.balances.values())):>16}")
    now = SystemClock().now()
    for row in found.open:
        click.echo(f"  open: consult {row.reference} ({row.consult_state}), {_rupees(row.paise)} {_age(row, now)}")
    for fault in found.faults:
        click.echo(f"  wrong: {fault}", err=True)
    click.echo("the books are right" if not found.faults else f"faults: {len(found.faults)}; see docs/runbook.md, Money")
    sys.exit(1 if found.faults else 0)


@click.group()
def payments() -> None:
    """Payments and refunds at the gateway."""


@payments.command()
@click.option("--day", help="A day in India, like 2026-11-22; yesterday when not given.")
@plainly
def reconcile(day: str | None) -> None:
    """Compare what we booked as captured on DAY with the gateway's own books. Exit code 1 when they differ."""
    from ivr.model.clock import SystemClock
    from ivr.model.errors import ConfigurationError
    from ivr.model.india import day_of

    try:
        wanted = date.fromisoformat(day) if day else day_of(SystemClock().now()) - timedelta(days=1)
    except ValueError:
        raise ConfigurationError("--day: write it as year-month-day, like 2026-11-22") from None
    app = _app()
    found = app.money.reconciling.compare(wanted)
    app.database.close()
    if found.unknown:
        raise ConfigurationError(f"the gateway cannot be asked: {found.unknown}; try again later")
    click.echo(f"{found.day}: ours {_rupees(found.ours.amount)}, the gateway's {_rupees(found.theirs.amount)}")
    for each in found.differences:
        click.echo(f"  {each.payment_id}: {each.what} (ours {_maybe(each.ours)}, theirs {_maybe(each.theirs)})")
    click.echo("no difference" if not found.differences else f"differences: {len(found.differences)}; see docs/runbook.md, Money")
    sys.exit(1 if found.differences else 0)


@payments.command("retry-refund")
@click.argument("reference")
@plainly
def retry_refund(reference: str) -> None:
    """Ask the gateway again for refunds of the consult REFERENCE that were left to a person."""
    from ivr.model.errors import ConfigurationError
    from ivr.store import payments as store

    app = _app()
    consult, now = _consult(app, reference), app.clock.now()
    with app.database.read() as tx:
        stuck = [row.id for row in store.of_consult(tx, consult.id)]
    asked = [app.database.write(lambda tx, each=each: app.money.refunding.ask_again(tx, each, now)) for each in stuck]  # type: ignore[misc]
    app.database.close()
    if not any(asked):
        raise ConfigurationError("REFERENCE: none of its payments waits for a person; `ledger audit` lists what is open")
    click.echo(f"asked for again: {sum(asked)}")


@click.group()
def consults() -> None:
    """What only a person can say of a consult."""


@consults.command()
@click.argument("reference")
@plainly
def served(reference: str) -> None:
    """Say that a doctor has served the patient of consult REFERENCE: the payment is earned. Not while the two talk."""
    from ivr.connecting.ending import JOINED
    from ivr.model.errors import ConfigurationError
    from ivr.operating.consults import SAID

    app = _app()
    consult, now = _consult(app, reference), app.clock.now()
    done = app.database.write(lambda tx: app.connections.connecting.ending.served_by_word(tx, consult.id, now))
    app.database.close()
    if not done and consult.state in JOINED:
        raise ConfigurationError(f"REFERENCE: this consult is {SAID[consult.state]}; say it once the two have hung up")
    if not done:
        raise ConfigurationError(f"REFERENCE: this consult is {consult.state}; only one that is paid can be served")
    click.echo(f"{consult.reference} is completed, its payment earned")


@consults.command()
@click.argument("reference")
@click.option("--reason", required=True, help="Kept with the payment.")
@plainly
def refund(reference: str, reason: str) -> None:
    """Give the money of consult REFERENCE back, all of it."""
    from ivr.consults.lifecycle import ConsultEvent
    from ivr.model.errors import ConfigurationError

    app = _app()
    consult, now = _consult(app, reference), app.clock.now()
    done = app.database.write(lambda tx: app.consults.bookings.ends(tx, consult.id, ConsultEvent.GIVEN_BACK, reason, now))
    app.database.close()
    if not done:
        raise ConfigurationError(f"REFERENCE: this consult is {consult.state}; only one that is paid, and not completed, can be refunded")
    click.echo(f"{consult.reference}: the refund is asked for now; the caller is told by SMS")


def _app() -> "App":
    from ivr.run.development import local_settings
    from ivr.wiring import build

    return build(local_settings())


def _consult(app: "App", reference: str) -> "Row":
    from ivr.model.errors import ConfigurationError
    from ivr.store import consults as store

    with app.database.read() as tx:
        found = store.by_reference(tx, reference.strip())
    if found is None:
        raise ConfigurationError("REFERENCE: no consult is called so; it is the eight digits in the caller's SMS")
    return found


def _rupees(paise: int) -> str:
    return f"{'-' if paise < 0 else ''}Rs {abs(paise) // 100:,}.{abs(paise) % 100:02d}"


def _maybe(amount: object) -> str:
    paise = getattr(amount, "amount", None)
    return "nothing" if paise is None else _rupees(paise)


def _age(row: "Row", now: int) -> str:
    minutes = (now - row.moved_at) // 60_000
    asked = f", asked for {row.asks} times" if row.asks else ""
    return f"{row.state} for {minutes} min{asked}{f', because {row.why}' if row.why else ''}"
