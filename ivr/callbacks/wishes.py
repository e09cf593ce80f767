"""Who wishes to be called back: what a call writes down in its own transaction, and what undoes it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from json import dumps

from ivr.callbacks.dials import CALL_PLACE, Dials, move
from ivr.callbacks.lifecycle import STANDING, CallBackEvent, CallBackState
from ivr.callbacks.limits import CallBackHistory, DropReason, Stop, carries, drop_reason
from ivr.callbacks.plan import CALL_LATER, CONNECT, DAY_MS, DUTY, MISSED_CALL, OFFER, PAGE, PAID, WORD, first_due, not_quiet
from ivr.lines import Line
from ivr.model.ids import first_id, new_id
from ivr.model.ports import Capabilities
from ivr.model.values import CallerKind, Phone
from ivr.settings import Settings
from ivr.store import callbacks as store
from ivr.store import callers, outbox
from ivr.store.tx import Addition, Row, Tx


@dataclass(frozen=True, slots=True)
class CallBacks:
    """Everything that a webhook asks of call backs, inside its own transaction; of their rings, `dials`. Nothing here calls a provider."""

    settings: Settings
    dials: Dials
    capabilities: Mapping[str, Capabilities]  # of every provider with credentials

    def carries(self, kind: CallerKind, line: Line) -> bool:
        """Whether this line's provider can ring such a phone, showing the line."""
        able = self.capabilities.get(line.provider or self.settings.voice_provider)
        return able is not None and carries(able.in_country("IN"), kind, line.number)

    def can_call(self, kind: CallerKind, line: Line) -> bool:
        """Whether such a caller could be called at all: ask before a menu offers it."""
        return self.carries(kind, line) and drop_reason(kind, CallBackHistory(), switched_on=self.settings.calling_back, per_day=1) is None

    def may_ask(self, tx: Tx, caller_id: str, at: int) -> bool:
        """Whether a booking of this caller would be kept now: not of one who has opted out, nor of one who had the calls of a day.

        Caller ids can be forged, and nobody shall be rung all day for it.
        """
        return self._refused(tx, caller_id, CallerKind.MOBILE, at) is None

    def wish(
        self,
        *,
        call_id: str,
        caller_id: str | None,
        kind: CallerKind,
        line: Phone,
        flow: str,
        delay_s: int,
        history: CallBackHistory,
        at: int,
    ) -> list[Addition]:
        """Rows of a call back for a missed call: planned with its place in the outbox, or dropped with the reason.

        Needs no transaction: a newcomer has no history. `line` is the number that the phone will show. What an earlier missed call
        asked for is replaced by `rang_again`, when this one is planned (`is_planned`) and before its rows are written.
        """
        reason = drop_reason(kind, history, switched_on=self.settings.calling_back, per_day=self.settings.call_backs_per_day)
        columns = {"caller_id": caller_id, "line": line.e164, "flow": flow, "reason": MISSED_CALL, "trigger_call_id": call_id}
        return _rows(columns, first_due(at, delay_s), reason, at)

    def wish_of(self, tx: Tx, call: Row, at: int) -> None:
        """The same for a call (a row of `call`) that ought to have been answered, and was not: called back at once."""
        history = CallBackHistory()
        if call.caller_id is not None:
            callers.lock(tx, call.caller_id)
            history = self.history(tx, call.caller_id, at)
        who = {"call_id": call.id, "caller_id": call.caller_id, "kind": CallerKind(call.caller_kind)}
        rows = self.wish(**who, line=Phone(call.line), flow=call.flow, delay_s=0, history=history, at=at)
        if call.caller_id is not None and is_planned(rows):
            self.rang_again(tx, call.caller_id, at)
        tx.add(rows)

    def history(self, tx: Tx, caller_id: str, at: int, reason: str = MISSED_CALL) -> CallBackHistory:
        """What this caller had before a wish for this reason at `at`; the caller should be locked (`callers.lock`)."""
        row = store.history(tx, caller_id, reason, at, first_id(at - DAY_MS))
        return CallBackHistory(
            opted_out=bool(row.opted_out),
            under_way=bool(row.under_way),
            overtaken=bool(row.overtaken),
            in_day=row.in_day,
            rings=row.rings,
        )

    def rang_again(self, tx: Tx, caller_id: str, at: int) -> None:
        """The caller rang us, and that call counts: what an earlier missed call asked for is answered by it. Bookings stay."""
        self._stop(tx, caller_id, (MISSED_CALL,), Stop.RANG_AGAIN, at)

    def book(
        self,
        tx: Tx,
        *,
        call_id: str,
        caller_id: str,
        kind: CallerKind,
        line: Phone,
        flow: str,
        due_at: int,
        consent: Mapping[str, object],
        at: int,
    ) -> int | None:
        """A call later, asked for by key: when it will be made (UTC ms), never in quiet hours; None when it will not be.

        One that is planned replaces an earlier booking of the caller. `consent`: what the caller agreed to (wording, language, key,
        time), kept as evidence.
        """
        callers.lock(tx, caller_id)
        due_at = not_quiet(max(due_at, at))
        refused = self._refused(tx, caller_id, kind, at)
        if refused is None:
            self._stop(tx, caller_id, (CALL_LATER,), Stop.REPLACED, at)
        columns = {"caller_id": caller_id, "line": line.e164, "flow": flow, "reason": CALL_LATER, "trigger_call_id": call_id}
        evidence = dumps(dict(consent), ensure_ascii=False, sort_keys=True)
        tx.add(_rows({**columns, "consent": evidence}, due_at, refused, at))
        return due_at if refused is None else None

    def call_paid(self, tx: Tx, *, call_id: str, caller_id: str, line: Phone, flow: str, at: int) -> None:
        """Call somebody who has paid, at once: it was promised, so neither quiet hours nor the limits of others hold it up. DatabaseAway.

        What an earlier missed call asked for is answered by it; one that is to come already is enough.
        """
        callers.lock(tx, caller_id)
        self._stop(tx, caller_id, (MISSED_CALL,), Stop.RANG_AGAIN, at)
        if not store.of_caller(tx, caller_id, (PAID,), STANDING):
            columns: dict[str, str | None] = {
                "caller_id": caller_id,
                "line": line.e164,
                "flow": flow,
                "reason": PAID,
                "trigger_call_id": call_id,
            }
            tx.add(_rows(columns, at, None, at))

    def booked(self, tx: Tx, caller_id: str) -> int | None:
        """When the caller's booked call is due; None without one."""
        rows = store.of_caller(tx, caller_id, (CALL_LATER,), (CallBackState.PLANNED,))
        return rows[-1].due_at if rows else None

    def cancel(self, tx: Tx, caller_id: str, why: str, at: int) -> bool:
        """Everything that this caller has coming, whoever asked for it; False when there was nothing.

        A phone that rings by now rings on, but not again.
        """
        return self._stop(tx, caller_id, (MISSED_CALL, CALL_LATER), why, at)

    def _stop(self, tx: Tx, caller_id: str, reasons: tuple[str, ...], why: str, at: int) -> bool:
        """Take back what was asked for until `at`: what waited in the spool undoes nothing that came after it."""
        callers.lock(tx, caller_id)
        standing = [each for each in store.of_caller(tx, caller_id, reasons, STANDING, lock=True) if each.created_at <= at]
        for call_back in standing:
            move(tx, call_back, CallBackEvent.CANCELLED, at, why)
            if call_back.wish_id is not None:
                outbox.done(tx, call_back.wish_id)
        return bool(standing)

    def _refused(self, tx: Tx, caller_id: str, kind: CallerKind, at: int) -> DropReason | None:
        """Why a call later is not planned. Who asks for one in a call of ours is not called at once, so that one is no obstacle."""
        history = replace(self.history(tx, caller_id, at, CALL_LATER), under_way=False)
        return drop_reason(kind, history, switched_on=self.settings.calling_back, per_day=self.settings.call_backs_per_day)


def offer_call(*, offer_id: str, call_id: str, caller_id: str, line: Phone, flow: str, at: int) -> tuple[str, list[Addition]]:
    """A call to a doctor on duty, at once, for the consult that `call_id` opened; the id of its call back, and its rows."""
    who = {"caller_id": caller_id, "line": line.e164, "flow": flow, "reason": OFFER, "trigger_call_id": call_id, "offer_id": offer_id}
    rows = _rows(who, at, None, at)
    return str(rows[0].values["id"]), rows


def connect_call(*, call_id: str, caller_id: str, line: Phone, flow: str, at: int) -> list[Addition]:
    """A call to a patient whose doctor is on the line: at once, and once more. It was promised and paid for."""
    return _rows({"caller_id": caller_id, "line": line.e164, "flow": flow, "reason": CONNECT, "trigger_call_id": call_id}, at, None, at)


def duty_call(*, call_id: str, caller_id: str, line: Phone, flow: str, at: int) -> list[Addition]:
    """A call to a doctor who went on duty by `call_id`, at once: key 1 tells that it was they. Doctors are staff."""
    return _rows({"caller_id": caller_id, "line": line.e164, "flow": flow, "reason": DUTY, "trigger_call_id": call_id}, at, None, at)


def word_call(*, call_id: str, caller_id: str, line: Phone, flow: str, at: int) -> list[Addition]:
    """A call to a doctor who wants to say in `call_id` what came of their consult, at once: what moves money is said in this one."""
    return _rows({"caller_id": caller_id, "line": line.e164, "flow": flow, "reason": WORD, "trigger_call_id": call_id}, at, None, at)


def page_call(*, page_id: str, caller_id: str, line: Phone, flow: str, at: int) -> list[Addition]:
    """Rows of a call to somebody on call, at once: no limit, no quiet hours, no opt-out, and no call after it."""
    columns: dict[str, str | None] = {"caller_id": caller_id, "line": line.e164, "flow": flow, "reason": PAGE, "page_id": page_id}
    return _rows(columns, at, None, at)


def is_planned(rows: Sequence[Addition]) -> bool:
    """Whether a call back among these rows will be made."""
    return any(row.values.get("state") == CallBackState.PLANNED for row in rows)


def _rows(columns: Mapping[str, str | None], due_at: int, reason: DropReason | None, at: int) -> list[Addition]:
    """A call back: planned, or dropped with the reason."""
    call_back_id = new_id(at)
    basics = {"id": call_back_id, "created_at": at, "tries": 0, **columns}
    if reason is not None:
        return [store.addition(**basics, state=CallBackState.DROPPED.value, why=reason.value, due_at=at, ended_at=at)]
    wish = outbox.addition(CALL_PLACE, call_back_id, due_at, at)
    return [store.addition(**basics, state=CallBackState.PLANNED.value, due_at=due_at, wish_id=wish.values["id"]), wish]
