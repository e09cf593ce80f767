"""Sweeps: what the relay looks after once a second. The only recovery path, so it is always exercised."""

import logging

from ivr.consults.daily import MONEY_DAY, wish
from ivr.model.errors import DatabaseAway
from ivr.model.india import day_of
from ivr.store import alarms, outbox
from ivr.wiring import App

log = logging.getLogger(__name__)

_MINUTE_MS = 60_000
_HOUR_MS = 60 * _MINUTE_MS
_FIRST_SECONDS_MS = 6_000
_AT_ONCE = 500  # texts that are due go on between


def expire_leases(app: App) -> None:
    """Attempts whose worker has gone: their outcome is unknown."""
    if overdue := app.reconciliation.expire_leases():
        log.warning("attempts without a word from their worker", extra={"attempts": overdue})


def expire_calls(app: App) -> None:
    """Calls of ours that nobody has had a word of, and channels of calls that cannot last so long."""
    if overdue := app.call_reconciliation.expire():
        log.warning("calls without a word of them", extra={"calls": overdue})


def replay_spool(app: App) -> None:
    """Events taken while the database was away, oldest first. One that cannot be served is set aside with an alarm."""
    for path in app.spool.waiting()[:_AT_ONCE]:
        try:
            event, at, ref = app.spool.read(path)
            app.handle(event, at, ref)
        except FileNotFoundError:
            continue  # another relay was faster
        except DatabaseAway:
            return
        except Exception:
            log.exception("a spooled event cannot be served", extra={"file": path.name})
            _sound_alarm(app, path.name)
            app.spool.set_aside(path)
        else:
            app.spool.forget(path)


def _sound_alarm(app: App, name: str) -> None:
    now = app.clock.now()
    advice = "an event from a provider could not be served and was set aside in the spool folder as *.stuck; see docs/runbook.md"
    app.database.write(lambda tx: alarms.sound(tx, "spool", name, advice, now))


def page(app: App) -> None:
    """Alarms that a person is to hear of."""
    app.paging.sweep()


def connect(app: App) -> None:
    """Patients who wait, doctors whose claim ran out, calls whose end nobody told."""
    app.connections.sweeping.sweep()


def look_after_cards(app: App) -> None:
    """Prescriptions that are owed for a day; films and notes that have been kept long enough."""
    app.cards.sweep()


def plan_money_day(app: App) -> None:
    """Every day is compared with the gateway's books; each wishes for the next, and this for the first."""
    if not app.settings.selling or app.clock.now() % _HOUR_MS >= _MINUTE_MS:
        return
    with app.database.read() as tx:
        planned = outbox.waits(tx, MONEY_DAY)
    if not planned:
        now = app.clock.now()
        app.database.write(lambda tx: wish(tx, day_of(now), now))


def plan_review(app: App) -> None:
    """What we may have missed is asked for every few minutes; each review wishes for the next, and this for the first."""
    if app.clock.now() % _MINUTE_MS < _FIRST_SECONDS_MS:
        app.review.plan()


SWEEPS = (replay_spool, expire_leases, expire_calls, page, connect, look_after_cards, plan_money_day, plan_review)
