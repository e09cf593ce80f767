"""All of it: a month of a busy clinic, in a database that has no calls yet."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from random import Random

from ivr.doctors.sample import load_samples
from ivr.model.errors import ConfigurationError
from ivr.prices import Prices
from ivr.seeding.amounts import SEEDS, Amounts
from ivr.seeding.history import History
from ivr.seeding.meeting import Doctor
from ivr.seeding.people import first_phone
from ivr.store import callers, doctors
from ivr.store import seeding as store
from ivr.wiring import App


@dataclass(frozen=True, slots=True)
class Seeded:
    """How many rows were invented, and how many each table has now."""

    rows: int
    counts: dict[str, int]


def seed(app: App, amounts: Amounts, say: Callable[[str], None], *, force: bool = False) -> Seeded:
    """Invent calls, texts, consults and all that belongs to them. ConfigurationError where that would do harm, with what to do."""
    prices = app.consults.desk.prices
    _require_harmless(app, amounts, prices, force)
    load_samples(app.database, app.vault, app.settings, prices, amounts.now)
    random = Random(amounts.seed)  # noqa: S311 - the same each time, and nothing is secret
    rows = History(app, amounts, random, _doctors(app, amounts.now), say).write()
    with app.database.read() as tx:
        counts = store.counts(tx)
    app.database.write(store.look_again, wait_s=60)
    return Seeded(rows, counts)


def _require_harmless(app: App, amounts: Amounts, prices: Prices, force: bool) -> None:
    if app.settings.environment == "production":
        raise ConfigurationError("ENVIRONMENT: invented history has no place in production")
    if not prices.offered:
        raise ConfigurationError("prices.yaml: a clinic without prices has no consults to invent")
    if not 0 <= amounts.seed < SEEDS:
        raise ConfigurationError(f"--seed: a number from 0 to {SEEDS - 1}")
    with app.database.read() as tx:
        if store.holds_calls(tx) and not force:
            raise ConfigurationError("DATABASE_URL: this database holds calls; name an empty one, or add invented ones with --force")
        if callers.find(tx, app.vault, first_phone(amounts.seed)) is not None:
            raise ConfigurationError("--seed: what this one invents is in this database already; name another")


def _doctors(app: App, now: int) -> Sequence[Doctor]:
    with app.database.read() as tx:
        return [Doctor(row.id, row.caller_id) for row in doctors.every(tx) if row.sample and row.routable and row.valid_until > now]
