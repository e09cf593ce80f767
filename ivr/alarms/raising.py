"""An alarm that sounded gets a page of its own, joins one about the same caller, or waits until there is room for it.

A caller is a number, or all who withhold theirs on one line: whoever rings again and again pages nobody again and again.
"""

from ivr.alarms.lifecycle import PageState
from ivr.alarms.plan import MINUTE_MS, MOST_AT_ONCE, PACES, Urgency, awake
from ivr.alarms.rules import CALLERS_WAIT, GRAVEST, Rule, rule
from ivr.hours import Hours
from ivr.model.ids import first_id, new_id
from ivr.model.tokens import new_reference
from ivr.store import alarms, calls, consults, pages
from ivr.store.tx import Row, Tx

_FRESH_MS = 24 * 60 * MINUTE_MS  # an older alarm has stepped back on the console, too
_SAY_MS = 10 * MINUTE_MS  # between two words that callers wait


def unpaged(tx: Tx, now: int) -> bool:
    """Whether `raise_all` has anything to do."""
    found = _news(tx, now)
    return any(not _waits(tx, each) for each in found) or bool(found and _unsaid(tx, now))


def raise_all(tx: Tx, hours: Hours, now: int) -> None:
    """Bring each alarm to a page; who must wait is counted in an alarm of its own. Two relays do this one after the other."""
    pages.lock_raising(tx)
    for alarm in _news(tx, now):
        if _waits(tx, alarm):
            continue
        found, call = rule(alarm.kind), _call_of(tx, alarm)
        host = _same_caller(tx, alarm, found, call)
        if host is None:
            host = _raise(tx, alarm, found, call, hours, now)
        if found.each and host is not None:
            pages.tell_of(tx, host, alarm.kind, alarm.key)
    callers = waiting(tx, now)
    if callers and _unsaid(tx, now):
        advice = f"callers wait until somebody takes the alarms about others before them: {callers}; each has an alarm on the console"
        alarms.sound(tx, CALLERS_WAIT, "callers", advice, now)


def waiting(tx: Tx, now: int) -> int:
    """How many callers wait for room."""
    return len({_name(alarm, _call_of(tx, alarm)) for alarm in _news(tx, now) if _waits(tx, alarm)})


def _news(tx: Tx, now: int) -> list[Row]:
    """Alarms that somebody is to hear of, for the first time or again: the gravest first, of these the newest."""
    found = pages.sounded_without(tx, now - _FRESH_MS)
    unheard = pages.untaken_since(tx, CALLERS_WAIT) if found else 0
    return sorted((each for each in found if _is_news(each, rule(each.kind), unheard)), key=_gravest)


def _gravest(alarm: Row) -> tuple[int, int]:
    order = [*GRAVEST]
    return order.index(alarm.kind) if alarm.kind in order else -1, -alarm.last_at


def _is_news(alarm: Row, found: Rule, unheard: int) -> bool:
    """Nobody is told again of what goes on, until some time has passed.

    `unheard`: when callers waited and nobody could be told of it; who waited then has stayed on the console.
    """
    if found.urgency is Urgency.CONSOLE:
        return False
    before = alarm.page_id if found.each else alarm.kind_page_id
    if before is None:
        return not found.each or alarm.last_at > unheard
    return bool(before < _since(alarm, found))


def _waits(tx: Tx, alarm: Row) -> bool:
    """Whether as many pages are open as may be, and none of them is about the same caller."""
    found = rule(alarm.kind)
    if not found.each or pages.count_open(tx, GRAVEST[alarm.kind]) < MOST_AT_ONCE:
        return False
    return _same_caller(tx, alarm, found, _call_of(tx, alarm)) is None


def _same_caller(tx: Tx, alarm: Row, found: Rule, call: Row | None) -> str | None:
    """The page about this caller that the alarm joins."""
    if not found.each or call is None:
        return None
    line = call.line if call.caller_id is None else None
    return pages.about_caller(tx, (alarm.kind, *found.joins), call.caller_id, line, _since(alarm, found))


def _since(alarm: Row, found: Rule) -> str:
    """The first id of a page that is young enough to stand for this alarm."""
    return first_id(alarm.last_at - found.again_min * MINUTE_MS)


def _raise(tx: Tx, alarm: Row, found: Rule, call: Row | None, hours: Hours, now: int) -> str | None:
    """The new page; None when there is one already."""
    begin, page_id = awake(found.urgency, hours, now), new_id(now)
    new = pages.add_once(
        tx,
        id=page_id,
        reference=new_reference(),
        kind=alarm.kind,
        key=alarm.key if found.each else "",
        call_id=None if call is None else call.id,
        state=PageState.RAISED.value,
        steps=0,
        raised_at=begin,
        due_at=begin,
        told_at=begin + PACES[found.urgency].told_ms,
    )
    return page_id if new else None


def _call_of(tx: Tx, alarm: Row) -> Row | None:
    """The call in which a caller was screened, or their consult was opened."""
    if not rule(alarm.kind).each:
        return None
    if (call := calls.get(tx, alarm.key)) is not None:
        return call
    consult = consults.by_reference(tx, alarm.key)
    return None if consult is None else calls.get(tx, consult.call_id)


def _name(alarm: Row, call: Row | None) -> str:
    return str(alarm.key if call is None else call.caller_id or call.line)


def _unsaid(tx: Tx, now: int) -> bool:
    said = pages.last_sounded(tx, CALLERS_WAIT)
    return said is None or now - said >= _SAY_MS
