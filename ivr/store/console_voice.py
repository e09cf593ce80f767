"""What the console shows of voice menus and call backs. Everything is found by a key or by the time in an id."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import BindParameter, Select, and_, bindparam, exists, func, select

from ivr.model.ids import first_id
from ivr.store.schema import call, call_back, dial, grievance, turn, voice_note
from ivr.store.tx import Row, Tx

_DAY_MS = 24 * 60 * 60 * 1000  # no call lasts so long

_ids: BindParameter[Any] = bindparam("ids", expanding=True)
_moment = func.substr(call.c.id, 1, 10)  # of an id; the other 16 characters are chance, from 0… to Z…
_STOOD = select(turn.c.call_id, turn.c.number, turn.c.step).where(turn.c.call_id.in_(_ids)).order_by(turn.c.call_id, turn.c.number)
_TURNS = (
    select(turn.c.number, turn.c.at, turn.c.heard, turn.c.step, turn.c.place, turn.c.reply)
    .where(turn.c.call_id == bindparam("call_id"))
    .order_by(turn.c.number)
)


def _asked_for(which: Any) -> Select[Any]:
    """Call backs of calls. By caller, for the trigger itself has no index: it would cost every missed call an insert."""
    of_call = and_(call_back.c.trigger_call_id == call.c.id, which)
    return select(call_back).select_from(call.join(call_back, of_call)).where(call.c.id.in_(_ids)).order_by(call_back.c.id)


_BY_CALLER = _asked_for(call_back.c.caller_id == call.c.caller_id)
_BY_MOMENT = _asked_for(and_(call_back.c.id >= _moment, call_back.c.id <= _moment.concat("Z" * 16)))
_DIALS = (
    select(dial, call.c.id.label("became"))
    .select_from(
        dial.join(call_back, call_back.c.id == dial.c.call_back_id).outerjoin(
            call, and_(call.c.caller_id == call_back.c.caller_id, call.c.flow.isnot(None), call.c.dial_id == dial.c.id)
        )
    )
    .where(dial.c.call_back_id.in_(_ids))
    .order_by(dial.c.id)
)
_ASKED_BY = (
    select(call_back.c.reason, call_back.c.created_at, call_back.c.trigger_call_id, dial.c.started_at, dial.c.provider)
    .join(dial, dial.c.call_back_id == call_back.c.id)
    .where(dial.c.id == bindparam("dial_id"))
)
_GRIEVANCES = (
    select(grievance)
    .where(grievance.c.id >= bindparam("since"), grievance.c.id < bindparam("until"), grievance.c.call_id == bindparam("call_id"))
    .order_by(grievance.c.id)
)
_NOTES = (  # without the address
    select(voice_note.c.at, voice_note.c.seconds, voice_note.c.consent)
    .where(voice_note.c.call_id == bindparam("call_id"))
    .order_by(voice_note.c.id)
)
_OPEN = (
    select(
        grievance.c.reference,
        grievance.c.call_id,
        grievance.c.due_at,
        exists(select(voice_note.c.id).where(voice_note.c.call_id == grievance.c.call_id)).label("with_note"),
    )
    .where(grievance.c.state == "open")
    .order_by(grievance.c.due_at)
    .limit(bindparam("most"))
)
_PLANNED = select(func.count().label("n")).where(call_back.c.state == "planned", call_back.c.page_id.is_(None))


@dataclass(frozen=True, slots=True)
class CallBackStory:
    """One call back, and its dials, oldest first; each says which call of ours it `became`, None when nobody picked up."""

    call_back: Row
    dials: Sequence[Row]


@dataclass(frozen=True, slots=True)
class Conversation:
    """All of one call's voice menu. `asked_by`: of a call that we placed, the call back and the call that wanted it."""

    turns: Sequence[Row]
    grievances: Sequence[Row]
    notes: Sequence[Row]
    asked_by: Row | None


def conversation(tx: Tx, of: Row) -> Conversation:
    """`of`: a row of `call`."""
    begun, beyond = first_id(of.arrived_at), first_id(of.arrived_at + _DAY_MS)
    return Conversation(
        tx.rows(_TURNS, call_id=of.id),
        tx.rows(_GRIEVANCES, call_id=of.id, since=begun, until=beyond),
        tx.rows(_NOTES, call_id=of.id),
        tx.row(_ASKED_BY, dial_id=of.dial_id) if of.dial_id is not None else None,
    )


def stood(tx: Tx, calls: Sequence[Row]) -> dict[str, list[Row]]:
    """For each call that was answered: `number` and `step` of its turns, in order."""
    ids = [each.id for each in calls if each.flow is not None]
    return _grouped(tx.rows(_STOOD, ids=ids), "call_id") if ids else {}


def call_backs(tx: Tx, calls: Sequence[Row]) -> dict[str, list[CallBackStory]]:
    """What each call asked for, oldest first."""
    found: list[Row] = []
    for statement, known in ((_BY_CALLER, True), (_BY_MOMENT, False)):
        if ids := [each.id for each in calls if (each.caller_id is not None) is known]:
            found += tx.rows(statement, ids=ids)
    stories: dict[str, list[CallBackStory]] = defaultdict(list)
    for story in with_dials(tx, found):
        stories[story.call_back.trigger_call_id].append(story)
    return stories


def with_dials(tx: Tx, found: Sequence[Row]) -> list[CallBackStory]:
    """`found`: rows of `call_back`."""
    dials = _grouped(tx.rows(_DIALS, ids=[each.id for each in found]), "call_back_id") if found else {}
    return [CallBackStory(each, dials.get(each.id, ())) for each in found]


def planned_call_backs(tx: Tx) -> int:
    """How many are to come."""
    row = tx.row(_PLANNED)
    return 0 if row is None else int(row.n)


def open_grievances(tx: Tx, most: int) -> list[Row]:
    """`reference`, `call_id`, `due_at`, and whether there is a voice note (`with_note`); the next due first."""
    return tx.rows(_OPEN, most=most)


def _grouped(rows: Sequence[Row], name: str) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        found[getattr(row, name)].append(row)
    return found
