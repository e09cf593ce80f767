"""Calls: what happens when one of our lines rings, and when a call is over."""

import logging
from dataclasses import dataclass, field

from ivr.lines import Action, Line, Lines, OptOut, TextApp
from ivr.links import new_token
from ivr.model.events import CallArrived, CallEnded
from ivr.model.ids import new_id
from ivr.model.replies import Reject, Reply
from ivr.model.values import Phone
from ivr.numbering import Party, identify, line_number
from ivr.settings import Settings
from ivr.store import callers, links, outbox, texts
from ivr.store import calls as store
from ivr.store.database import Database
from ivr.store.tx import Addition, Tx
from ivr.store.vault import Vault
from ivr.texts.addresses import link_url
from ivr.texts.booking import SEND
from ivr.texts.lifecycle import TextState
from ivr.texts.limits import DropReason, History, Limits, drop_reason
from ivr.texts.slots import RenderContext
from ivr.texts.templates import Rendered, Templates

log = logging.getLogger(__name__)

_SAMPLE_TOKEN = "s4mPleT0Kn"  # noqa: S105  (no secret: real tokens take its place)
_HOUR_MS = 60 * 60 * 1000
WEB_WAIT_S = 2.0
"""How long a webhook waits for its commit before the event is spooled instead: the caller hears it ring meanwhile."""


@dataclass(frozen=True, slots=True)
class _Ring:
    """A call on one of our lines, about to be recorded."""

    call_id: str
    caller_id: str | None
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
    _wordings: dict[tuple[Phone, str], Rendered] = field(default_factory=dict, init=False, repr=False)

    def arrive(self, event: CallArrived, at: int) -> Reply:
        """Record the call with everything that follows from it, and say what the caller hears.

        Told twice of one call, it changes nothing and answers the same. Raises DatabaseAway.
        """
        number = line_number(event.line)
        line = self.lines.find(number) if number else None
        if line is None:
            log.warning("call to a number that is none of our lines", extra={"provider": event.provider, "call": event.provider_call_id})
        party = identify(event.caller, self.lines.numbers)
        if not self.database.add_at_once(lambda: self._rows(event, line, party, None, History(), at)):
            self.database.write(lambda tx: self._look_and_record(tx, event, line, party, at), WEB_WAIT_S)
        return Reject()

    def end(self, event: CallEnded, at: int) -> None:
        """Record how a call ended. Of an inbound call we have never heard, this is the first word: somebody did ring."""
        known = self.database.write(
            lambda tx: store.end(tx, event, at) or store.find(tx, event.provider, event.provider_call_id), WEB_WAIT_S
        )
        if not known and event.inbound:
            self.arrive(CallArrived(event.provider, event.provider_call_id, event.caller, event.line), at)
            self.database.write(lambda tx: store.end(tx, event, at), WEB_WAIT_S)

    def _look_and_record(self, tx: Tx, event: CallArrived, line: Line | None, party: Party, at: int) -> None:
        """For a call that may have been told before, by a caller whom we may know."""
        phone_hash = self.vault.hash(party.phone) if party.phone else ""
        told_before, caller_id = store.look(tx, event.provider, event.provider_call_id, phone_hash)
        if told_before is None:
            history = self._history(tx, caller_id, line, at) if caller_id else History()
            tx.add(self._rows(event, line, party, caller_id, history, at))

    def _rows(
        self, event: CallArrived, line: Line | None, party: Party, caller_id: str | None, history: History, at: int
    ) -> list[Addition]:
        """Everything that follows from one call, the caller first if new."""
        rows: list[Addition] = []
        if caller_id is None and party.phone is not None:
            caller_id, newcomer = callers.newcomer(self.vault, party.phone, at)
            rows.append(newcomer)
        call_id = new_id(at)
        call = store.addition(
            id=call_id,
            provider=event.provider,
            provider_call_id=event.provider_call_id,
            caller_id=caller_id,
            caller_kind=party.kind.value,
            line=line.number.e164 if line else "",
            action=_word(line.action) if line else "unknown_line",
            arrived_at=at,
        )
        rows.append(call)
        match line:
            case Line(action=TextApp(template)):
                reason = drop_reason(party.kind, history, texting=bool(self.settings.texting), limits=self._limits)
                rows += self._text(_Ring(call_id, caller_id, line, at), template, reason)
            case Line(action=OptOut()) if caller_id is not None and not history.opted_out:
                rows.append(callers.opt_out_addition(caller_id, f"call {call_id}", at))
        return rows

    def _wording(self, line: Line, template: str) -> Rendered:
        """The line's text around a sample token: rendered, read back and counted once, for all tokens are alike in letters and length."""
        if (line.number, template) not in self._wordings:
            header = self.templates.header(template) or self.settings.dlt_header
            values = {"hotline": line.published, "link": link_url(self.settings, header, _SAMPLE_TOKEN)}
            context = RenderContext(self.settings.public_url, header, self.lines.published)
            self._wordings[line.number, template] = self.templates.render(template, line.language, values, context=context)
        return self._wordings[line.number, template]

    def _history(self, tx: Tx, caller_id: str, line: Line | None, at: int) -> History:
        """What a known caller had before, with the caller locked until commit."""
        if line is None:
            return History()
        callers.lock(tx, caller_id)
        template = line.action.template if isinstance(line.action, TextApp) else ""
        since = {"window_from": at - self._limits.window_ms, "day_from": at - self._limits.day_ms}
        return callers.history(tx, caller_id, template=template, line=line.number.e164, **since)

    @property
    def _limits(self) -> Limits:
        return Limits(window_ms=self.settings.app_link_window_minutes * 60_000, per_day=self.settings.app_links_per_day)

    def _text(self, ring: _Ring, template: str, reason: DropReason | None) -> list[Addition]:
        """One text: `asked` with its link and its place in the outbox, or `dropped` with the reason."""
        token = new_token()
        rendered = self._wording(ring.line, template)
        text_id = new_id(ring.at)
        text = texts.addition(
            id=text_id,
            call_id=ring.call_id,
            caller_id=ring.caller_id,
            line=ring.line.number.e164,
            template=template,
            version=rendered.version,
            language=rendered.language.value,
            body="" if reason else rendered.body.replace(_SAMPLE_TOKEN, token),
            token=None if reason else token,
            state=TextState.DROPPED.value if reason else TextState.ASKED.value,
            reason=reason and reason.value,
            asked_at=ring.at,
            not_after=ring.at + self.settings.text_trigger_hours * _HOUR_MS,
        )
        if reason is not None:
            return [text]
        expires_at = ring.at + self.settings.link_days * 24 * _HOUR_MS
        link = links.addition(token=token, purpose="app", text_id=text_id, campaign=ring.line.campaign, expires_at=expires_at)
        return [text, link, outbox.addition(SEND, text_id, ring.at, ring.at)]


def _word(action: Action) -> str:
    return "opt_out" if isinstance(action, OptOut) else "text"
