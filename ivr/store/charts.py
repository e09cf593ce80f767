"""What the charts count, day by day in India. Ids sort by time, so a range of days is a range of ids: no read goes beyond it."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, Integer, Text, and_, bindparam, case, exists, func, or_, select

from ivr.model.ids import first_id
from ivr.model.india import DAY_MS, IST_MS
from ivr.store.schema import attempt, call, consult, consult_event, doctor, leg, link, offer, quote, text, turn
from ivr.store.tx import Row, Tx

_since, _until = bindparam("since", type_=Text), bindparam("until", type_=Text)
_lines: BindParameter[Any] = bindparam("lines", expanding=True)
_any_line = bindparam("any_line", type_=Integer) == 1
_provider, _language = bindparam("provider", type_=Text), bindparam("language", type_=Text)


def _day(at: ColumnElement[int]) -> ColumnElement[int]:
    """Days since 1 January 1970 in India."""
    return (at + bindparam("ist", value=IST_MS, type_=Integer)) // bindparam("day", value=DAY_MS, type_=Integer)


def _sum(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.sum(case((condition, 1), else_=0))


_call_day, _text_day = _day(call.c.arrived_at), _day(text.c.asked_at)
_call_in = and_(call.c.id >= _since, call.c.id < _until, or_(_any_line, call.c.line.in_(_lines)))
_by_provider = or_(_provider == "", call.c.provider == _provider)
_MISSED = (
    select(_call_day.label("day"), func.count().label("calls"), func.count(call.c.caller_id.distinct()).label("callers"))
    .where(_call_in, _by_provider, call.c.action == "text")
    .group_by(_call_day)
)
_of_missed = text.join(call, call.c.id == text.c.call_id)
_text_in = and_(text.c.id >= _since, text.c.id < _until, or_(_any_line, text.c.line.in_(_lines)), call.c.action == "text")


def _calls(condition: ColumnElement[bool]) -> ColumnElement[int]:
    """Calls of which a text fulfils this; one whose text was sent again counts once."""
    return func.count(case((condition, call.c.id)).distinct())


_came = text.c.state == "delivered"
_TEXTS = (
    select(
        _call_day.label("day"),
        _calls(text.c.state != "dropped").label("texts"),
        _calls(_came).label("delivered"),
        _calls(link.c.opened_at.isnot(None)).label("opened"),
        (_calls(or_(_came, text.c.state.in_(("failed", "undelivered")))) - _calls(_came)).label("lost"),
        _calls(text.c.state == "dropped").label("dropped"),
    )
    .select_from(_of_missed.outerjoin(link, link.c.token == text.c.token))
    .where(_call_in, _by_provider, call.c.action == "text")
    .group_by(_call_day)
)
_carried = exists(
    select(attempt.c.id).where(attempt.c.text_id == text.c.id, attempt.c.state == "accepted", attempt.c.provider == _provider)
)
_SMS_TIMES = (
    select(
        _text_day.label("day"),
        (text.c.sent_at - call.c.arrived_at).label("to_provider"),
        case((text.c.state == "delivered", text.c.ended_at - text.c.sent_at)).label("to_phone"),
    )
    .select_from(_of_missed)
    .where(_text_in, text.c.sent_at.isnot(None), or_(_language == "", text.c.language == _language), or_(_provider == "", _carried))
)
_quoted = exists(select(quote.c.id).where(quote.c.consult_id == consult.c.id)).correlate(consult)
_accepted = exists(select(offer.c.id).where(offer.c.consult_id == consult.c.id, offer.c.accepted_at.isnot(None))).correlate(consult)
_together_at = (
    select(func.min(consult_event.c.at))
    .where(consult_event.c.consult_id == consult.c.id, consult_event.c.name == "together")
    .correlate(consult)
    .scalar_subquery()
)
_CONSULTS = select(
    _day(consult.c.opened_at).label("day"),
    consult.c.caller_id,
    consult.c.state,
    consult.c.why,
    consult.c.paid_at,
    case((_quoted, 1), else_=0).label("quoted"),
    case((_accepted, 1), else_=0).label("accepted"),
    _together_at.label("together_at"),
).where(
    consult.c.id >= _since,
    consult.c.id < _until,
    consult.c.follow_up_of.is_(None),
    or_(_any_line, consult.c.line.in_(_lines)),
    or_(_language == "", consult.c.language == _language),
)
_is_doctor = exists(select(doctor.c.id).where(doctor.c.caller_id == call.c.caller_id)).correlate(call)
_last_turn = select(turn.c.step).where(turn.c.call_id == call.c.id).order_by(turn.c.number.desc()).limit(1)
_last_step = _last_turn.correlate(call).scalar_subquery()
_is_leg = exists(select(leg.c.call_id).where(leg.c.call_id == call.c.id)).correlate(call)
_took_a_link = exists(
    select(text.c.id).join(link, link.c.token == text.c.token).where(text.c.call_id == call.c.id, link.c.purpose.in_(("app", "pay")))
).correlate(call)
_menu_call = and_(_call_in, _by_provider, call.c.flow.isnot(None), call.c.flow != bindparam("not_flow", type_=Text), ~_is_doctor)
_MENU_CALLS = (
    select(
        _call_day.label("day"),
        func.count().label("calls"),
        func.count(call.c.caller_id.distinct()).label("callers"),
        _sum(and_(call.c.ended_at.isnot(None), func.coalesce(_last_step, "") != "", ~_is_leg, ~_took_a_link)).label("abandoned"),
    )
    .where(_menu_call)
    .group_by(_call_day)
)
_turns = turn.join(call, call.c.id == turn.c.call_id)
_turn_in = and_(turn.c.call_id >= _since, turn.c.call_id < _until, turn.c.step != "")
_of_line = and_(or_(_any_line, call.c.line.in_(_lines)), _by_provider, ~_is_doctor)
_REACHED = (
    select(turn.c.step, func.count(turn.c.call_id.distinct()).label("calls"))
    .select_from(_turns)
    .where(_turn_in, _of_line)
    .group_by(turn.c.step)
)
_next = turn.alias("next")
_no_turn_after = ~exists(select(_next.c.number).where(_next.c.call_id == turn.c.call_id, _next.c.number == turn.c.number + 1))
_LEFT = (
    select(turn.c.step, func.count().label("calls"))
    .select_from(_turns)
    .where(_turn_in, _of_line, call.c.ended_at.isnot(None), _no_turn_after)
    .group_by(turn.c.step)
)


@dataclass(frozen=True, slots=True)
class Scope:
    """Whole days in India, since 1 January 1970: `first` to `last`, both counted. `lines`: in E.164, None for all; "" for any other."""

    first: int
    last: int
    lines: Collection[str] | None = None
    provider: str = ""
    language: str = ""

    @property
    def _range(self) -> dict[str, object]:
        since, until = (first_id(day * DAY_MS - IST_MS) for day in (self.first, self.last + 1))
        return {"since": since, "until": until, "any_line": int(self.lines is None), "lines": list(self.lines or [""])}


def missed(tx: Tx, scope: Scope) -> list[Row]:
    """Calls to lines that answer by text, by `day`: `calls`, `callers`."""
    return tx.rows(_MISSED, **scope._range, provider=scope.provider)


def texts(tx: Tx, scope: Scope) -> list[Row]:
    """Missed calls by `day`, of which a text was sent (`texts`), came (`delivered`), was `opened`, or none: `lost`, `dropped` (by rule)."""
    return tx.rows(_TEXTS, **scope._range, provider=scope.provider)


def sms_times(tx: Tx, scope: Scope) -> list[Row]:
    """Of each text that a provider took: `day`, ms `to_provider` since the call came, and `to_phone` since then (None: not delivered)."""
    return tx.rows(_SMS_TIMES, **scope._range, provider=scope.provider, language=scope.language)


def consults(tx: Tx, scope: Scope) -> list[Row]:
    """Each consult that was not a follow-up: `day`, `caller_id`, `state`, `why`, `paid_at`, `quoted`, `accepted`, `together_at`."""
    return tx.rows(_CONSULTS, **scope._range, language=scope.language)


def menu_calls(tx: Tx, scope: Scope, not_flow: str) -> list[Row]:
    """Answered calls of callers who are no doctors, not in the flow `not_flow`, by `day`: `calls`, `callers`, `abandoned`."""
    return tx.rows(_MENU_CALLS, **scope._range, provider=scope.provider, not_flow=not_flow)


def menu_steps(tx: Tx, scope: Scope) -> list[tuple[str, int, int]]:
    """Where callers leave: for each step that waits, how many calls reached it, and how many ended there; what most reached first."""
    given = {**scope._range, "provider": scope.provider}
    left = {str(row.step): int(row.calls) for row in tx.rows(_LEFT, **given)}
    reached = ((str(row.step), int(row.calls), left.get(str(row.step), 0)) for row in tx.rows(_REACHED, **given))
    return sorted(reached, key=lambda found: (-found[1], found[0]))
