"""Who wishes to be called back: what a call writes down in its own transaction, and what undoes it."""

from collections.abc import Mapping
from dataclasses import dataclass
from json import dumps

from ivr.callbacks.dials import CALL_PLACE, Answered, Dials, move
from ivr.callbacks.lifecycle import CallBackEvent, CallBackState
from ivr.callbacks.limits import CallBackHistory, DropReason, Stop, carries, drop_reason
from ivr.callbacks.plan import DAY_MS, first_due, not_quiet
from ivr.lines import Line
from ivr.model.events import CallEnded
from ivr.model.ids import first_id, new_id
from ivr.model.ports import Capabilities
from ivr.model.values import CallerKind, Phone
from ivr.settings import Settings
from ivr.store import callbacks as store
from ivr.store import callers, outbox
from ivr.store.tx import Addition, Tx

MISSED_CALL = "missed_call"
CALL_LATER = "call_later"


@dataclass(frozen=True, slots=True)
class CallBacks:
    """Everything that a webhook asks of call backs, inside its own transaction. Nothing here calls a provider."""

    settings: Settings
    dials: Dials
    capabilities: Mapping[str, Capabilities]  # of every provider with credentials

    def can_call(self, kind: CallerKind, line: Line) -> bool:
        """Whether such a caller could be called at all, by this line's provider: ask before a menu offers it."""
        able = self.capabilities.get(line.provider or self.settings.voice_provider)
        carried = able is not None and carries(able.in_country("IN"), kind, line.number)
        return carried and drop_reason(kind, CallBackHistory(), switched_on=self.settings.calling_back, per_day=1) is None

    def had_enough(self, tx: Tx, caller_id: str, at: int) -> bool:
        """Whether the caller has used up the calls of a day: caller ids can be forged, and nobody shall be rung all day for it."""
        return self.history(tx, caller_id, at).in_day >= self.settings.call_backs_per_day

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

        Needs no transaction: a newcomer has no history. `line` is the number that the phone will show.
        """
        reason = drop_reason(kind, history, switched_on=self.settings.calling_back, per_day=self.settings.call_backs_per_day)
        columns = {"caller_id": caller_id, "line": line.e164, "flow": flow, "reason": MISSED_CALL, "trigger_call_id": call_id}
        return _rows(columns, first_due(at, delay_s), reason, at)[1]

    def history(self, tx: Tx, caller_id: str, at: int) -> CallBackHistory:
        """What this caller had; the caller should be locked (`callers.lock`), and `rang_again` called before."""
        row = store.history(tx, caller_id, first_id(at - DAY_MS))
        return CallBackHistory(opted_out=row.opted_out_at is not None, under_way=bool(row.under_way), in_day=row.in_day)

    def rang_again(self, tx: Tx, caller_id: str, at: int) -> None:
        """The caller rang any of our lines: what an earlier missed call asked for is answered by this one. Bookings stay."""
        self._stop(tx, caller_id, (MISSED_CALL,), Stop.RANG_AGAIN, at)

    def book(
        self, tx: Tx, *, call_id: str, caller_id: str, line: Phone, flow: str, due_at: int, consent: Mapping[str, object], at: int
    ) -> str:
        """A call later, asked for by key; its id. It replaces an earlier booking of the caller, and never rings in quiet hours.

        `consent`: what the caller agreed to (wording, language, key, time), kept as evidence.
        """
        self._stop(tx, caller_id, (CALL_LATER,), Stop.REPLACED, at)
        columns = {"caller_id": caller_id, "line": line.e164, "flow": flow, "reason": CALL_LATER, "trigger_call_id": call_id}
        reason = None if self.settings.calling_back else DropReason.SWITCHED_OFF
        if reason is None and self.had_enough(tx, caller_id, at):
            reason = DropReason.DAILY_LIMIT
        evidence = dumps(dict(consent), ensure_ascii=False, sort_keys=True)
        call_back_id, rows = _rows({**columns, "consent": evidence}, not_quiet(max(due_at, at)), reason, at)
        tx.add(rows)
        return call_back_id

    def booked(self, tx: Tx, caller_id: str) -> int | None:
        """When the caller's booked call is due; None without one."""
        rows = store.planned(tx, caller_id, CALL_LATER)
        return rows[-1].due_at if rows else None

    def cancel(self, tx: Tx, caller_id: str, why: str, at: int) -> bool:
        """Everything planned for this caller, whoever asked for it; False when there was nothing. A ringing phone rings on."""
        return self._stop(tx, caller_id, (MISSED_CALL, CALL_LATER), why, at)

    def answered(self, tx: Tx, dial_id: str, provider_call_id: str, at: int) -> Answered | None:
        """See `Dials.answered`."""
        return self.dials.answered(tx, dial_id, provider_call_id, at)

    def nobody_there(self, tx: Tx, dial_id: str, at: int) -> None:
        """See `Dials.nobody_there`. Not an end by itself: `ended` follows, at a time of the provider's."""
        self.dials.nobody_there(tx, dial_id)

    def ended(self, tx: Tx, dial_id: str, event: CallEnded, at: int) -> None:
        """See `Dials.ended`."""
        self.dials.ended(tx, dial_id, event, at)

    def _stop(self, tx: Tx, caller_id: str, reasons: tuple[str, ...], why: str, at: int) -> bool:
        callers.lock(tx, caller_id)
        planned = store.planned(tx, caller_id, *reasons, lock=True)
        for call_back in planned:
            move(tx, call_back, CallBackEvent.CANCELLED, at, why)
            if call_back.wish_id is not None:
                outbox.done(tx, call_back.wish_id)
        return bool(planned)


def _rows(columns: dict[str, str | None], due_at: int, reason: DropReason | None, at: int) -> tuple[str, list[Addition]]:
    """A call back's id and rows: planned, or dropped with the reason."""
    call_back_id = new_id(at)
    basics = {"id": call_back_id, "created_at": at, "tries": 0, **columns}
    if reason is not None:
        return call_back_id, [store.addition(**basics, state=CallBackState.DROPPED.value, why=reason.value, due_at=at, ended_at=at)]
    wish = outbox.addition(CALL_PLACE, call_back_id, due_at, at)
    return call_back_id, [store.addition(**basics, state=CallBackState.PLANNED.value, due_at=due_at, wish_id=wish.values["id"]), wish]
