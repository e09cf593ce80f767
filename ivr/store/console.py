"""What the console shows: the latest calls and texts, each with everything that came of it."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import BindParameter, Text, bindparam, exists, func, or_, select

from ivr.model.ids import LAST, first_id
from ivr.store import console_voice
from ivr.store.console_voice import CallBackStory
from ivr.store.schema import attempt, call, caller, link, report, text
from ivr.store.tx import Row, Tx

_line, _state, _before = bindparam("line", type_=Text), bindparam("state", type_=Text), bindparam("before", type_=Text)
_callers_phone = select(caller.c.phone).where(caller.c.id == call.c.caller_id).correlate(call).scalar_subquery()
_with_phone = select(call, _callers_phone.label("phone"))
_CALLS = (
    _with_phone.where(
        call.c.id < _before,
        or_(_line == "", call.c.line == _line),
        or_(_state == "", exists().where(text.c.call_id == call.c.id, text.c.state == _state)),
    )
    .order_by(call.c.id.desc())
    .limit(bindparam("most"))
)
_CALL = _with_phone.where(call.c.id == bindparam("id"))
_its_phone = select(caller.c.phone).where(caller.c.id == text.c.caller_id).correlate(text).scalar_subquery()
_texts = select(text, call.c.caller_kind, _its_phone.label("phone")).select_from(text.outerjoin(call, call.c.id == text.c.call_id))
"""The phone by a look for each text: of a join PostgreSQL makes a hash of all callers, as long as these are few to it."""
_TEXTS = (
    _texts.where(text.c.id < _before, or_(_line == "", text.c.line == _line), or_(_state == "", text.c.state == _state))
    .order_by(text.c.id.desc())
    .limit(bindparam("most"))
)
_ids: BindParameter[Any] = bindparam("ids", expanding=True)
_TEXTS_OF = _texts.where(text.c.call_id.in_(_ids)).order_by(text.c.id)
_ATTEMPTS_OF = select(attempt).where(attempt.c.text_id.in_(_ids)).order_by(attempt.c.id)
_REPORTS_OF = (
    select(report, attempt.c.text_id, attempt.c.provider)
    .join(attempt, attempt.c.id == report.c.attempt_id)
    .where(attempt.c.text_id.in_(_ids))
    .order_by(report.c.at)
)
_LINKS_OF = select(link).join(text, text.c.token == link.c.token).where(text.c.id.in_(_ids))
_TEXTS_BY_ID = _texts.where(text.c.id.in_(_ids)).order_by(text.c.id.desc())
_CALLS_SINCE = select(func.count().label("n")).select_from(call).where(call.c.id >= bindparam("since", type_=Text))
_TEXTS_SINCE = select(text.c.state, func.count().label("n")).where(text.c.id >= bindparam("since", type_=Text)).group_by(text.c.state)


@dataclass(frozen=True, slots=True)
class TextStory:
    """One text (with the caller's kind and sealed phone), and what came of it, oldest first."""

    text: Row
    attempts: Sequence[Row]
    reports: Sequence[Row]
    links: Sequence[Row]


@dataclass(frozen=True, slots=True)
class CallStory:
    """One call (with the caller's sealed phone, None when withheld), its texts, and the call backs that it asked for.

    `stood`: number and step of each turn in a voice menu.
    """

    call: Row
    texts: Sequence[TextStory]
    stood: Sequence[Row] = ()
    call_backs: Sequence[CallBackStory] = ()


def latest_calls(tx: Tx, *, line: str = "", state: str = "", before: str = LAST, most: int = 50) -> list[CallStory]:
    """Newest first; `line` in E.164 and `state` of a text, "" for any; `before`: an id."""
    return _call_stories(tx, tx.rows(_CALLS, line=line, state=state, before=before, most=most))


def latest_texts(tx: Tx, *, line: str = "", state: str = "", before: str = LAST, most: int = 50) -> list[TextStory]:
    return _text_stories(tx, tx.rows(_TEXTS, line=line, state=state, before=before, most=most))


def one_call(tx: Tx, call_id: str) -> CallStory | None:
    row = tx.row(_CALL, id=call_id)
    return None if row is None else _call_stories(tx, [row])[0]


def texts(tx: Tx, ids: Collection[str]) -> list[TextStory]:
    """Newest first; ids that are no text's are passed over."""
    return _text_stories(tx, tx.rows(_TEXTS_BY_ID, ids=list(ids))) if ids else []


def call_stories(tx: Tx, calls: Sequence[Row]) -> list[CallStory]:
    """`calls`: rows of `call` with the sealed `phone`."""
    return _call_stories(tx, calls)


def calls_since(tx: Tx, since: int) -> int:
    row = tx.row(_CALLS_SINCE, since=first_id(since))
    return 0 if row is None else int(row.n)


def texts_since(tx: Tx, since: int) -> dict[str, int]:
    """How many texts asked for since then are in which state."""
    return {str(row.state): int(row.n) for row in tx.rows(_TEXTS_SINCE, since=first_id(since))}


def _call_stories(tx: Tx, calls: Sequence[Row]) -> list[CallStory]:
    if not calls:
        return []
    texts = _text_stories(tx, tx.rows(_TEXTS_OF, ids=[row.id for row in calls]))
    stood, call_backs = console_voice.stood(tx, calls), console_voice.call_backs(tx, calls)
    return [
        CallStory(row, [story for story in texts if story.text.call_id == row.id], stood.get(row.id, ()), call_backs.get(row.id, ()))
        for row in calls
    ]


def _text_stories(tx: Tx, texts: Sequence[Row]) -> list[TextStory]:
    if not texts:
        return []
    ids = [row.id for row in texts]
    attempts, reports, links = (_by_text(tx.rows(statement, ids=ids), ids) for statement in (_ATTEMPTS_OF, _REPORTS_OF, _LINKS_OF))
    return [TextStory(row, attempts[row.id], reports[row.id], links[row.id]) for row in texts]


def _by_text(rows: Sequence[Row], ids: Collection[str]) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = {each: [] for each in ids}
    for row in rows:
        found[row.text_id].append(row)
    return found
