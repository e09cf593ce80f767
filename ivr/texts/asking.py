"""Asks for a text: `asked` with its link and its place in the outbox, or `dropped` with the reason."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from ivr.lines import Line, Lines
from ivr.model.ids import new_id
from ivr.model.tokens import new_token
from ivr.model.values import CallerKind, Language, Phone
from ivr.settings import Settings
from ivr.store import callers, links, outbox, texts
from ivr.store.tx import Addition, Tx
from ivr.texts.addresses import link_url
from ivr.texts.booking import SEND
from ivr.texts.lifecycle import TextState
from ivr.texts.limits import OWED, DropReason, History, Limits, drop_reason
from ivr.texts.slots import RenderContext
from ivr.texts.templates import Rendered, Templates

_SAMPLE_TOKEN = "s4mPleT0Kn"  # noqa: S105  (no secret: real tokens take its place)
_HOUR_MS = 60 * 60 * 1000


@dataclass(frozen=True, slots=True)
class Trigger:
    """The call that a text answers: no text without one (TCCCPR), save to somebody on call about a page."""

    call_id: str | None
    caller_id: str | None
    line: Line
    language: Language
    at: int
    page_id: str | None = None


@dataclass(frozen=True, slots=True)
class LinkTo:
    """What the link in a text opens: its purpose (app, pay, receipt, privacy, card, upload, prescription), and what that is about.

    `lasts_ms`: how long it opens; LINK_DAYS otherwise.
    """

    purpose: str = "app"
    ref: str | None = None
    lasts_ms: int | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """A text that was asked for, or dropped. `token` is that of its link."""

    text_id: str
    token: str | None
    dropped: DropReason | None


_APP = LinkTo()


@dataclass(frozen=True, slots=True)
class Asking:
    lines: Lines
    templates: Templates
    settings: Settings
    _wordings: dict[tuple[Phone, Language, str], Rendered] = field(default_factory=dict, init=False, repr=False)

    def ask(
        self,
        tx: Tx,
        trigger: Trigger,
        kind: CallerKind,
        template: str,
        *,
        values: Mapping[str, str],
        limits: Limits | None = None,
        link: LinkTo | None = None,
    ) -> Asked | None:
        """One text to this caller, unless a rule forbids it; None for a caller without a number."""
        if trigger.caller_id is None:
            return None
        callers.lock(tx, trigger.caller_id)
        limits = limits or self.limits
        history = self.history(tx, trigger.caller_id, trigger.line, template, trigger.at, limits)
        if template in OWED:
            history = replace(history, opted_out=False)
        reason = drop_reason(kind, history, texting=self.texting, limits=limits)
        rows = self.rows(trigger, template, reason, values, link or _APP)
        tx.add(rows)
        return Asked(rows[0].values["id"], rows[0].values["token"], reason)

    def rows(
        self,
        trigger: Trigger,
        template: str,
        reason: DropReason | None,
        values: Mapping[str, str] | None = None,
        link: LinkTo = _APP,
    ) -> list[Addition]:
        """One text, itself first. `values` fill slots beside `hotline` (the line's number) and `link`."""
        rendered = self._wording(trigger, template) if not values else self._render(trigger, template, values)
        token = new_token() if _SAMPLE_TOKEN in rendered.body else None
        text_id = new_id(trigger.at)
        text = texts.addition(
            id=text_id,
            call_id=trigger.call_id,
            page_id=trigger.page_id,
            caller_id=trigger.caller_id,
            line=trigger.line.number.e164,
            template=template,
            version=rendered.version,
            language=rendered.language.value,
            body="" if reason else rendered.body.replace(_SAMPLE_TOKEN, token or ""),
            token=None if reason else token,
            state=TextState.DROPPED.value if reason else TextState.ASKED.value,
            reason=reason and reason.value,
            asked_at=trigger.at,
            not_after=trigger.at + self.settings.text_trigger_hours * _HOUR_MS,
        )
        wish = outbox.addition(SEND, text_id, trigger.at, trigger.at)
        if reason is not None or token is None:
            return [text] if reason is not None else [text, wish]
        expires_at = trigger.at + (link.lasts_ms or self.settings.link_days * 24 * _HOUR_MS)
        opens = {"token": token, "purpose": link.purpose, "ref": link.ref, "text_id": text_id}
        return [text, links.addition(**opens, campaign=trigger.line.campaign, expires_at=expires_at), wish]

    def history(self, tx: Tx, caller_id: str, line: Line, template: str, at: int, limits: Limits | None = None) -> History:
        """What this caller had before of this template."""
        limits = limits or self.limits
        since = {"window_from": at - limits.window_ms, "day_from": at - limits.day_ms}
        return callers.history(tx, caller_id, template=template, line=line.number.e164, **since)

    @property
    def limits(self) -> Limits:
        return Limits(window_ms=self.settings.app_link_window_minutes * 60_000, per_day=self.settings.app_links_per_day)

    @property
    def texting(self) -> bool:
        return bool(self.settings.texting)

    def _wording(self, trigger: Trigger, template: str) -> Rendered:
        """The text around a sample token: rendered, read back and counted once, for all tokens are alike in letters and length."""
        key = (trigger.line.number, trigger.language, template)
        if key not in self._wordings:
            self._wordings[key] = self._render(trigger, template, {})
        return self._wordings[key]

    def _render(self, trigger: Trigger, template: str, values: Mapping[str, str]) -> Rendered:
        header = self.templates.header(template) or self.settings.dlt_header
        known = {"hotline": trigger.line.published, "link": link_url(self.settings, header, _SAMPLE_TOKEN), **values}
        wanted = self.templates.slots(template)
        context = RenderContext(self.settings.public_url, header, self.lines.published)
        filled = {name: value for name, value in known.items() if name in wanted}
        return self.templates.render(template, trigger.language, filled, context=context)
