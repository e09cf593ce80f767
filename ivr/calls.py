"""Calls: what happens when one of our lines rings, and when a call is over."""

import logging
from dataclasses import dataclass

from ivr.lines import Action, Line, Lines, OptOut, TextApp
from ivr.links import new_token
from ivr.model.events import CallArrived, CallEnded
from ivr.model.ids import new_id
from ivr.model.replies import Reject, Reply
from ivr.model.values import CallerKind
from ivr.numbering import Party, identify, line_number
from ivr.settings import Settings
from ivr.store import callers, links, outbox, texts
from ivr.store import calls as store
from ivr.store.database import Database
from ivr.store.tx import Tx
from ivr.store.vault import Vault
from ivr.texts.addresses import link_url
from ivr.texts.booking import SEND
from ivr.texts.lifecycle import TextState
from ivr.texts.limits import DropReason, History, Limits, drop_reason
from ivr.texts.slots import RenderContext
from ivr.texts.templates import Templates

log = logging.getLogger(__name__)

_HOUR_MS = 60 * 60 * 1000
WEB_WAIT_S = 2.0
"""How long a webhook waits for its commit before the event is spooled instead: the caller hears it ring meanwhile."""


@dataclass(frozen=True, slots=True)
class _Ring:
    """A recorded call on one of our lines. `known`: this caller has rung before."""

    call_id: str
    caller_id: str | None
    known: bool
    kind: CallerKind
    line: Line
    at: int


@dataclass(frozen=True, slots=True)
class Calls:
    """The use-cases of a call. Each is one transaction."""

    database: Database
    vault: Vault
    lines: Lines
    templates: Templates
    settings: Settings

    def arrive(self, event: CallArrived, at: int) -> Reply:
        """Record the call with everything that follows from it, and say what the caller hears.

        Told twice of one call, it changes nothing and answers the same. Raises DatabaseAway.
        """
        number = line_number(event.line)
        line = self.lines.find(number) if number else None
        if line is None:
            log.warning("call to a number that is none of our lines", extra={"provider": event.provider, "call": event.provider_call_id})
        party = identify(event.caller, self.lines.numbers)
        self.database.write(lambda tx: self._record(tx, event, line, party, at), WEB_WAIT_S)
        return Reject()

    def end(self, event: CallEnded, at: int) -> None:
        """Record how a call ended. Of an inbound call we have never heard, this is the first word: somebody did ring."""
        known = self.database.write(
            lambda tx: store.end(tx, event, at) or store.find(tx, event.provider, event.provider_call_id), WEB_WAIT_S
        )
        if not known and event.inbound:
            self.arrive(CallArrived(event.provider, event.provider_call_id, event.caller, event.line), at)
            self.database.write(lambda tx: store.end(tx, event, at), WEB_WAIT_S)

    def _record(self, tx: Tx, event: CallArrived, line: Line | None, party: Party, at: int) -> None:
        caller_id, known = (None, False) if party.phone is None else callers.ensure(tx, self.vault, party.phone, at)
        call_id = new_id(at)
        fresh = store.add(
            tx,
            id=call_id,
            provider=event.provider,
            provider_call_id=event.provider_call_id,
            caller_id=caller_id,
            caller_kind=party.kind.value,
            line=line.number.e164 if line else "",
            action=_word(line.action) if line else "unknown_line",
            arrived_at=at,
        )
        if not fresh or line is None:
            return
        match line.action:
            case TextApp(template):
                self._ask_for_text(tx, _Ring(call_id, caller_id, known, party.kind, line, at), template)
            case OptOut():
                if caller_id is not None:
                    callers.opt_out(tx, caller_id, f"call {call_id}", at)

    def _ask_for_text(self, tx: Tx, ring: _Ring, template: str) -> None:
        """One text: `asked` with its link and its place in the outbox, or `dropped` with the reason."""
        reason = self._why_not(tx, ring, template)
        token = new_token()
        header = self.templates.header(template) or self.settings.dlt_header
        rendered = self.templates.render(
            template,
            ring.line.language,
            {"hotline": ring.line.published, "link": link_url(self.settings, header, token)},
            context=RenderContext(self.settings.public_url, header, self.lines.published),
        )
        text_id = new_id(ring.at)
        texts.add(
            tx,
            id=text_id,
            call_id=ring.call_id,
            caller_id=ring.caller_id,
            line=ring.line.number.e164,
            template=template,
            version=rendered.version,
            language=rendered.language.value,
            body="" if reason else rendered.body,
            state=TextState.DROPPED if reason else TextState.ASKED,
            reason=reason,
            asked_at=ring.at,
            not_after=ring.at + self.settings.text_trigger_hours * _HOUR_MS,
        )
        if reason is None:
            expires_at = ring.at + self.settings.link_days * 24 * _HOUR_MS
            links.add(tx, token=token, purpose="app", text_id=text_id, campaign=ring.line.campaign, expires_at=expires_at)
            outbox.add(tx, SEND, text_id, ring.at, ring.at)

    def _why_not(self, tx: Tx, ring: _Ring, template: str) -> DropReason | None:
        limits = Limits(window_ms=self.settings.app_link_window_minutes * 60_000, per_day=self.settings.app_links_per_day)
        history = History()
        if ring.known and ring.caller_id is not None:
            since = {"window_from": ring.at - limits.window_ms, "day_from": ring.at - limits.day_ms}
            history = callers.history(tx, ring.caller_id, template=template, line=ring.line.number.e164, **since)
        return drop_reason(ring.kind, history, texting=bool(self.settings.texting), limits=limits)


def _word(action: Action) -> str:
    return "opt_out" if isinstance(action, OptOut) else "text"
