"""Figures for Prometheus, counted from the database at each scrape: right with any number of web workers."""

from collections.abc import Iterator
from threading import Lock

from prometheus_client import CollectorRegistry
from prometheus_client.core import GaugeMetricFamily, Metric

from ivr.callbacks.lifecycle import CallBackState
from ivr.model.errors import DatabaseAway
from ivr.store import channels, outbox
from ivr.store import figures as store
from ivr.web.measures import counter, gauge, measured, queued
from ivr.wiring import App

_FRESH_MS = 5_000


class _Figures:
    """Labels are bounded: providers, states, purposes and kinds only."""

    def __init__(self, app: App) -> None:
        self._app = app
        self._lock = Lock()
        self._counted: list[Metric] = []
        self._counted_at = -_FRESH_MS

    def describe(self) -> list[Metric]:
        return []

    def collect(self) -> list[Metric]:
        """Counted at most once in five seconds, by one request at a time: the page is open to whoever reaches the process."""
        with self._lock:
            now = self._app.clock.now()
            if now - self._counted_at >= _FRESH_MS:
                self._counted, self._counted_at = list(self._count()), now
            return self._counted

    def _count(self) -> Iterator[Metric]:
        up = GaugeMetricFamily("ivr_database_up", "1 when the database answers.")
        try:
            with self._app.database.read() as tx:
                calls, texts, depth = store.calls(tx), store.texts(tx), outbox.depth(tx)
                waiting, unreported = outbox.oldest_unissued(tx), outbox.unreported(tx)
                call_backs, live = store.call_backs(tx), channels.live(tx)
                grievances, overdue = store.grievances(tx, self._app.clock.now())
                more = list(measured(self._app, tx, self._app.clock.now()))
        except DatabaseAway:
            up.add_metric([], 0)
            yield up
            yield from queued(self._app)
            return
        up.add_metric([], 1)
        yield up
        yield counter("ivr_calls", "Calls taken.", ["provider", "action"], [([row.provider, row.action], row.n) for row in calls])
        yield gauge("ivr_texts", "Texts by state.", ["state"], [([row.state], row.n) for row in texts])
        states = dict.fromkeys(CallBackState, 0) | {row.state: row.n for row in call_backs}  # a state without any is 0, not absent
        yield gauge("ivr_call_backs", "Call backs by state.", ["state"], [([state], n) for state, n in states.items()])
        in_use = [([row.provider, row.purpose], row.n) for row in live]
        yield gauge("ivr_live_channels", "Calls that are live now.", ["provider", "purpose"], in_use)
        yield gauge("ivr_open_grievances", "Grievances not answered yet.", [], [([], grievances)])
        yield gauge("ivr_overdue_grievances", "Grievances not answered by the day they were due.", [], [([], overdue)])
        yield gauge("ivr_outbox_rows", "Wishes and timers not done yet.", ["kind"], [([row.kind], row.rows) for row in depth])
        lag_s = 0.0 if waiting is None else max(0.0, (self._app.clock.now() - waiting) / 1000)
        yield gauge("ivr_relay_lag_seconds", "How long the oldest unissued wish has been due.", [], [([], lag_s)])
        yield gauge("ivr_outbox_unreported", "Wishes queued again because no worker reported back.", [], [([], unreported)])
        yield gauge("ivr_spooled_events", "Events in this machine's spool.", [], [([], len(self._app.spool.waiting()))])
        yield from more
        yield from queued(self._app)


def registry(app: App) -> CollectorRegistry:
    own = CollectorRegistry()
    own.register(_Figures(app))
    return own
