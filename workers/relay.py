"""The relay: outbox rows that are due become RQ jobs; the spool is replayed; sweeps are run.

Safe to run twice. Redis is only a doorbell: what it loses comes due again and is issued again.
"""

import logging
from collections.abc import Callable, Sequence
from itertools import islice
from threading import Event

import redis
from rq import Queue, Retry
from rq.serializers import JSONSerializer

from ivr.model.errors import DatabaseAway
from ivr.store import outbox
from ivr.store.tx import Row
from ivr.wiring import App
from workers.jobs import FAILURE_TTL_S, JOB_TIMEOUT_S, KINDS, QUEUES, kinds_of

log = logging.getLogger(__name__)

_WAKE_S = 0.02
_POLL_S = 0.05
_SOON_S = 0.01  # what was issued just now makes the next wish in a moment: paid, search, ring, join
_SOON_MS = 1_000
_SWEEP_MS = 1_000
_AWAY_MS = 1_000
_QUEUE_SHOULD_HOLD = 20
"""Jobs in a queue beyond which the relay waits: what waits in the outbox can still be ordered, and is not issued twice."""


class Relay:
    def __init__(self, app: App, sweeps: Sequence[Callable[[App], None]]) -> None:
        self._app = app
        self._sweeps = sweeps
        self._queues = {name: Queue(name, connection=app.redis, serializer=JSONSerializer) for name in QUEUES}
        self._next_sweep = 0
        self._soon_until = 0

    def run(self, stop: Event) -> None:
        """Work until `stop`; waits for whatever is away."""
        woken = self._bell()
        while not stop.is_set():
            try:
                busy = self.move()
                self.sweep_if_due()
            except DatabaseAway:
                log.warning("the database is away; waiting")
                stop.wait(_AWAY_MS / 1000)
                woken = self._bell()
                continue
            if busy:
                self._soon_until = self._app.clock.now() + _SOON_MS
            else:
                woken = self._wait(woken, stop)

    def _wait(self, woken: Callable[[Event], None], stop: Event) -> Callable[[Event], None]:
        """Until something happens; a fresh bell when the database went away meanwhile."""
        try:
            woken(stop)
        except DatabaseAway:
            stop.wait(_AWAY_MS / 1000)
            return self._bell()
        return woken

    def move(self) -> int:
        """Issue everything due that its queue has room for; how many rows."""
        return sum(self._move_queue(name) for name in QUEUES)

    def sweep_if_due(self) -> None:
        now = self._app.clock.now()
        if now >= self._next_sweep:
            self._next_sweep = now + _SWEEP_MS
            for sweep in self._sweeps:
                sweep(self._app)

    def _move_queue(self, name: str) -> int:
        kinds = kinds_of(name)
        if not kinds:
            return 0
        now = self._app.clock.now()
        with self._app.database.read() as tx:
            due = outbox.next_due(tx, kinds)
        if due is None or due > now:
            return 0
        try:
            room = _QUEUE_SHOULD_HOLD - self._queues[name].count
        except redis.RedisError:
            log.warning("Redis is away; wishes wait in the outbox")
            return 0
        if room <= 0:
            return 0
        again_at = now + int(self._app.settings.reissue_seconds * 1000)
        most = room * self._app.settings.texts_per_job
        rows = self._app.database.write(lambda tx: outbox.issue(tx, kinds, now=now, again_at=again_at, most=most))
        try:
            self._enqueue(self._queues[name], rows)
        except redis.RedisError:
            log.warning("Redis went away; putting wishes back")
            self._app.database.write(lambda tx: outbox.put_back(tx, [row.id for row in rows], now + _AWAY_MS))
        else:
            self._tell(rows)
        return len(rows)

    def _tell(self, rows: list[Row]) -> None:
        """One line for each wish that is on its way, so that a call can be followed by its id."""
        if not rows or not log.isEnabledFor(logging.INFO):
            return
        with self._app.database.read() as tx:
            about = outbox.calls_of(tx, [row.ref for row in rows])
        for row in rows:
            call_id, consult_id = about.get(row.ref, (None, ""))
            of = {"consult_id": consult_id} if consult_id else {}
            log.info("a wish was queued", extra={"kind": row.kind, "wish": row.id, "issue": row.issues, "call_id": call_id, **of})

    def _enqueue(self, queue: Queue, rows: list[Row]) -> None:
        jobs = [
            Queue.prepare_data(
                KINDS[batch[0].kind].function,
                args=tuple(row.id for row in batch),
                job_id=f"{batch[0].kind}-{batch[0].id}-{batch[0].issues}",
                description=f"{batch[0].kind} × {len(batch)}",
                timeout=JOB_TIMEOUT_S,
                result_ttl=0,
                failure_ttl=FAILURE_TTL_S,
                retry=Retry(max=3),
            )
            for batch in _batches(rows, self._app.settings.texts_per_job)
        ]
        if jobs:
            queue.enqueue_many(jobs)

    def _bell(self) -> Callable[[Event], None]:
        """A wait that ends when something was committed (SQLite) or is due (PostgreSQL)."""
        try:
            changes = self._app.database.changes()
        except DatabaseAway:
            changes = None
        if changes is None:
            return self._poll
        seen = changes()

        def wait(stop: Event) -> None:
            nonlocal seen
            for _ in range(int(1 / _WAKE_S)):
                if stop.wait(_WAKE_S):
                    return
                if (now := changes()) != seen:
                    seen = now
                    return

        return wait

    def _poll(self, stop: Event) -> None:
        stop.wait(_SOON_S if self._app.clock.now() < self._soon_until else _POLL_S)


def _batches(rows: list[Row], size: int) -> list[list[Row]]:
    """Rows of one kind in batches, for kinds that take several ids; the rest one by one."""
    batches: list[list[Row]] = []
    for kind in dict.fromkeys(row.kind for row in rows):
        of_kind = iter([row for row in rows if row.kind == kind])
        while batch := list(islice(of_kind, size if KINDS[kind].together else 1)):
            batches.append(batch)
    return batches
