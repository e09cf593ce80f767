"""Figures of callers, doctors, money and alarms for Prometheus. No label has a number, an id, or words that a person wrote."""

from collections.abc import Callable, Iterator, Mapping, Sequence

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from redis.exceptions import RedisError

from ivr.connecting.lifecycle import OfferState
from ivr.consults.lifecycle import ConsultState
from ivr.model.values import Phone
from ivr.payments.lifecycle import PaymentState
from ivr.store import measures as store
from ivr.store.tx import Row, Tx
from ivr.wiring import App

_HOUR_MS = 60 * 60_000
_DAY_MS = 24 * _HOUR_MS
_QUANTILES = (0.5, 0.95)
_DOCTORS = ("off", "idle", "ringing", "talking", "resting", "paused")
_PAGES = ("raised", "texted", "calling", "untaken")
QUEUES = ("calls", "texts", "chores", "money")


def measured(app: App, tx: Tx, now: int) -> Iterator[Metric]:
    """From the database, of the last hour and of now."""
    since = now - _HOUR_MS
    yield counter("ivr_line_calls", "Calls taken, by the line's name.", ["line", "action"], _by_line(app, store.lines(tx)))
    tries = [([row.provider, row.state], row.n) for row in store.attempts(tx, since)]
    yield gauge("ivr_text_attempts_last_hour", "Tries to send a text, begun in the last hour.", ["provider", "state"], tries)
    yield _quantiles("ivr_text_sent_seconds", "From the wish for a text until a provider had it; last hour.", store.sent(tx, since))
    yield _quantiles("ivr_text_delivered_seconds", "From the wish until the phone had it; last hour.", store.delivered(tx, since))
    yield _states("ivr_offers_last_hour", "Doctors rung in the last hour, by outcome.", OfferState, store.offers(tx, since))
    yield _quantiles("ivr_time_to_doctor_seconds", "From a payment until both talk; last hour.", store.to_doctor(tx, since))
    yield _states("ivr_consults", "Consults by state.", ConsultState, store.consults(tx))
    waiting, first = store.waiting(tx)
    yield gauge("ivr_patients_waiting", "Patients who have paid and wait for a doctor.", [], [([], waiting)])
    longest_s = 0.0 if first is None else max(0.0, (now - first) / 1000)
    yield gauge("ivr_longest_wait_seconds", "How long the first of them has waited.", [], [([], longest_s)])
    yield _states("ivr_doctors", "Doctors by what they are doing.", _DOCTORS, store.doctors(tx, now))
    money = store.money(tx)
    yield _states("ivr_payments", "Payments by state.", PaymentState, money)
    yield _states("ivr_payments_paise", "Money by the state of its payment.", PaymentState, money, lambda row: float(row.paise))
    alarms = [([row.kind], row.n) for row in store.alarms(tx, now - _DAY_MS)]
    yield gauge("ivr_alarms", "Alarms that sounded in the last day.", ["kind"], alarms)
    yield _states(
        "ivr_pages", "Alarms of the last week on their way to a person, or taken by nobody.", _PAGES, store.pages(tx, now - 7 * _DAY_MS)
    )


def queued(app: App) -> Iterator[Metric]:
    """From Redis: how much waits in each queue."""
    up = 0
    try:
        jobs = [([name], int(app.redis.llen(f"rq:queue:{name}"))) for name in QUEUES] if app.settings.redis_url else []
        up = 1 if jobs else 0
    except RedisError:
        jobs = []
    yield gauge("ivr_redis_up", "1 when Redis answers.", [], [([], up)])
    yield gauge("ivr_queue_jobs", "Jobs that wait in a queue.", ["queue"], jobs)


def gauge(name: str, text: str, labels: Sequence[str], samples: Sequence[tuple[list[str], float]]) -> Metric:
    family = GaugeMetricFamily(name, text, labels=labels)
    for values, number in samples:
        family.add_metric(values, number)
    return family


def counter(name: str, text: str, labels: Sequence[str], samples: Sequence[tuple[list[str], float]]) -> Metric:
    family = CounterMetricFamily(name, text, labels=labels)
    for values, number in samples:
        family.add_metric(values, number)
    return family


def _by_line(app: App, rows: Sequence[Row]) -> list[tuple[list[str], float]]:
    """A line that is not in lines.yaml any more is `former`; the names are the clinic's own, one for each line."""
    found: dict[tuple[str, str], float] = {}
    for row in rows:
        line = app.lines.find(Phone(row.line)) if row.line else None
        key = (line.name if line else "former" if row.line else "none of ours", row.action)
        found[key] = found.get(key, 0) + row.n
    return [(list(key), number) for key, number in found.items()]


def _states(
    name: str,
    text: str,
    states: Sequence[str] | type[ConsultState] | type[OfferState] | type[PaymentState],
    rows: Sequence[Row],
    of: Callable[[Row], float] = lambda row: row.n,
) -> Metric:
    """A state without any is 0, not absent."""
    counted: Mapping[str, float] = {**dict.fromkeys(map(str, states), 0), **{row.state: of(row) for row in rows}}
    return gauge(name, text, ["state"], [([state], number) for state, number in counted.items()])


def _quantiles(name: str, text: str, rising_ms: Sequence[int]) -> Metric:
    """Absent when there was nothing to time."""
    found = [([str(q)], rising_ms[min(len(rising_ms) - 1, int(len(rising_ms) * q))] / 1000) for q in _QUANTILES] if rising_ms else []
    return gauge(name, text, ["quantile"], found)
