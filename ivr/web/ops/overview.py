"""What the console's first page says at a glance: alarms, counts, grievances that wait for an answer. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from ivr.alarms.taking import is_open
from ivr.store.tx import Row
from ivr.texts.lifecycle import TextState
from ivr.web.ops import words
from ivr.web.ops.seeking import ById, ByReference, sought
from ivr.web.ops.when import Moment, due, moment

_DAY_MS = 24 * 60 * 60 * 1000

Tile = tuple[str, int, words.Tone]


@dataclass(frozen=True, slots=True)
class AlarmCard:
    title: str
    advice: str
    when: Moment
    seen: str  # what its moment means: "3 times, last", "since"
    fresh: bool  # sounded in the last 24 hours
    person: str = ""  # how it stands with bringing it to somebody on call
    page_id: str = ""  # of the page that somebody is wanted for; empty: there is none to take
    about: str = ""  # what it is about, as the search field finds it; empty: nothing of its own


@dataclass(frozen=True, slots=True)
class GrievanceCard:
    reference: str
    call_id: str
    due: Moment
    overdue: bool
    with_note: bool  # where it is kept is never shown


def alarm_card(row: Row, pages: Sequence[Row], now: int) -> AlarmCard:
    """`pages`: the latest of each kind and key."""
    title = words.ALARMS.get(row.kind, row.kind.replace("_", " ").capitalize())
    seen = f"{words.count(row.times, 'time')}, last"
    about = row.key if isinstance(sought(row.key, now), ById | ByReference) else ""
    page = _page(row, pages)
    person = "" if page is None else f"{page.reference}: {words.page(page.state, page.taken_by)}"
    page_id = page.id if page is not None and is_open(page) else ""
    return AlarmCard(title, row.detail, moment(row.last_at, now), seen, now - row.last_at < _DAY_MS, person, page_id, about)


def _page(row: Row, pages: Sequence[Row]) -> Row | None:
    """Of this alarm. One that says that nobody took an alarm names that one's page."""
    return next((page for page in pages if page.reference == row.key or (page.kind == row.kind and page.key in (row.key, ""))), None)


def late(waiting: int | None, now: int, after_s: int) -> list[AlarmCard]:
    """The relay's silence is no row in the database: nobody would be there to write it."""
    if waiting is None or now - waiting <= after_s * 1000:
        return []
    advice = "Something has been due since then, and nobody took it. Is `python -m workers relay` running, and does it reach Redis?"
    return [AlarmCard("Texts or calls are waiting", advice, moment(waiting, now), "since", True)]


def day_tiles(rang: int, states: dict[str, int]) -> list[Tile]:
    def of(*wanted: TextState) -> int:
        return sum(states.get(state, 0) for state in wanted)

    failed = of(TextState.FAILED, TextState.UNDELIVERED)
    return [
        ("calls", rang, words.Tone.PLAIN),
        ("texts under way", of(TextState.ASKED, TextState.SENDING, TextState.SENT), words.Tone.WAIT),
        ("delivered", of(TextState.DELIVERED), words.Tone.GOOD),
        ("failed or not delivered", failed, words.Tone.BAD if failed else words.Tone.PLAIN),
        ("no text, by rule", of(TextState.DROPPED), words.Tone.PLAIN),
    ]


def now_tiles(planned: int, grievances: int, overdue: int) -> list[Tile]:
    late = f", {overdue} overdue" if overdue else ""
    return [
        ("call backs planned", planned, words.Tone.WAIT if planned else words.Tone.PLAIN),
        (f"grievances open{late}", grievances, words.Tone.BAD if overdue else words.Tone.WAIT if grievances else words.Tone.PLAIN),
    ]


def grievance_card(row: Row, now: int) -> GrievanceCard:
    return GrievanceCard(row.reference, row.call_id, due(row.due_at, now), row.due_at < now, bool(row.with_note))
