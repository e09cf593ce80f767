"""Jobs that a thing still waits for, as an operator reads them. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from ivr.store.tx import Row
from ivr.web.ops import words_jobs
from ivr.web.ops.when import Moment, due
from ivr.web.ops.words import count


@dataclass(frozen=True, slots=True)
class JobCard:
    """`job`: the dashboard's id of it, "" while no worker has had it in hand."""

    what: str
    kind: str
    due: Moment
    standing: str
    job: str


def job_cards(rows: Sequence[Row], now: int) -> list[JobCard]:
    """`rows`: of the outbox."""
    return [JobCard(words_jobs.job(row.kind), row.kind, due(row.due_at, now), _standing(row), _job(row)) for row in rows]


def _in_hand(row: Row) -> bool:
    return bool(row.issues > row.reported)


def _standing(row: Row) -> str:
    if _in_hand(row):
        return (
            "with a worker"
            if row.issues - row.reported == 1
            else f"given to a worker {count(row.issues - row.reported, 'time')}, no word yet"
        )
    return f"waits; tried {count(row.issues, 'time')} so far" if row.issues else "waits"


def _job(row: Row) -> str:
    """As the relay names it; several may go together, under the name of the first."""
    return f"{row.kind}-{row.id}-{row.issues}" if _in_hand(row) else ""
