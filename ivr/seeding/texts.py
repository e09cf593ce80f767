"""Invented texts: worded by the templates, tried at a provider, reported on, and their links opened."""

from collections.abc import Mapping
from dataclasses import dataclass

from ivr.lines import Line
from ivr.model.values import CallerKind, Language
from ivr.seeding.people import Person
from ivr.seeding.pile import Pile
from ivr.texts.addresses import link_url
from ivr.texts.booking import SEND
from ivr.texts.limits import DropReason
from ivr.texts.slots import RenderContext
from ivr.texts.templates import Rendered
from ivr.wiring import App

_SAMPLE = "ABCDEFGHIJ"
_DAY_MS = 24 * 60 * 60_000
_CANNOT = {
    CallerKind.LANDLINE: DropReason.LANDLINE,
    CallerKind.FOREIGN: DropReason.FOREIGN,
    CallerKind.WITHHELD: DropReason.WITHHELD,
}
_ENDS = ("delivered", "undelivered", "failed", "sent", "dropped")
_WEIGHTS = (87.5, 4, 1.5, 4, 3)
_CODES = {"undelivered": ("30003", "450"), "failed": ("30008", "200")}


@dataclass(frozen=True, slots=True)
class Asked:
    """One text: whom, after which call, and for what its link is."""

    template: str
    person: Person
    line: Line
    call_id: str
    at: int
    purpose: str = "app"
    ref: str | None = None
    values: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Pace:
    """When one text was asked for, begun to be sent, taken, and reported on, in ms; `busy`: the provider said "later" first."""

    asked: int
    begun: int
    taken: int
    reported: int
    busy: bool


class Texts:
    def __init__(self, app: App, pile: Pile, providers: tuple[str, ...]) -> None:
        self._app, self._pile, self._providers = app, pile, providers
        self._worded: dict[tuple[str, str, Language], Rendered] = {}
        self.count = 0

    def can(self, template: str, values: Mapping[str, str]) -> bool:
        """Whether the clinic has this template, and these values fill it beside the line's number and a link."""
        return template in self._app.templates and self._app.templates.slots(template) <= {*values, "hotline", "link"}

    def add(self, asked: Asked, end: str | None = None) -> None:
        """A text of the past, with all that came of it. `end`: how; by chance unless given."""
        random = self._pile.random
        reason = _CANNOT.get(asked.person.kind)
        if reason is None and end is None and (end := random.choices(_ENDS, _WEIGHTS)[0]) == "dropped":
            reason = DropReason.WINDOW
        self.count += 1
        rendered = self._render(asked)
        if reason is not None:
            self._row(asked, rendered, self._pace(asked.at), state="dropped", reason=reason.value)
            return
        token = self._pile.token() if _SAMPLE in rendered.body else None
        state = end or "delivered"
        pace = self._pace(asked.at)
        text_id = self._row(asked, rendered, pace, state=state, body=rendered.body.replace(_SAMPLE, token or ""), token=token)
        opened = self._tried(text_id, state, pace)
        if token is not None:
            self._link(asked, text_id, token, opened)

    def _pace(self, at: int) -> Pace:
        random = self._pile.random
        begun = at + random.randint(40, 400)
        taken = begun + random.randint(90, 500)
        return Pace(at, begun, taken, taken + int(random.lognormvariate(8.3, 0.7)), busy=random.random() < 0.02)

    def _row(
        self,
        asked: Asked,
        rendered: Rendered,
        pace: Pace,
        *,
        state: str,
        reason: str | None = None,
        body: str = "",
        token: str | None = None,
    ) -> str:
        text_id = self._pile.id(asked.at)
        sent = pace.taken if state not in ("asked", "sending", "dropped") else None
        over = {"dropped": asked.at}.get(state, None if state in ("asked", "sending", "sent") else pace.reported)
        self._pile.add(
            "text",
            id=text_id,
            call_id=asked.call_id,
            caller_id=asked.person.id,
            line=asked.line.number.e164,
            template=asked.template,
            version=rendered.version,
            language=rendered.language.value,
            body=body,
            token=token,
            state=state,
            reason=reason,
            asked_at=asked.at,
            not_after=asked.at + self._app.settings.text_trigger_hours * 3_600_000,
            sent_at=sent,
            ended_at=over,
        )
        return text_id

    def _tried(self, text_id: str, state: str, pace: Pace) -> int | None:
        """Attempts and reports; when the text was on the phone."""
        random = self._pile.random
        if state == "asked":
            self._pile.add("outbox", id=self._pile.id(pace.asked), kind=SEND, ref=text_id, due_at=pace.asked)
            return None
        provider = random.choices(self._providers, (75, 25)[: len(self._providers)])[0]
        if pace.busy and state != "sending":
            self._attempt(text_id, provider, "try_later", pace.asked, pace.asked + 30, code="429")
        if state == "sending":
            self._attempt(text_id, provider, "sending", pace.begun, None, lease_until=pace.begun + 30_000)
            return None
        attempt_id = self._attempt(text_id, provider, "accepted", pace.begun, pace.taken)
        if random.random() < 0.5:
            self._pile.add("report", attempt_id=attempt_id, state="sent", code="", at=pace.taken + 300)
        if state == "sent":
            return None
        code = random.choice(_CODES[state]) if state in _CODES else ""
        self._pile.add("report", attempt_id=attempt_id, state=state, code=code, at=pace.reported)
        return pace.reported if state == "delivered" else None

    def _attempt(
        self,
        text_id: str,
        provider: str,
        state: str,
        at: int,
        ended_at: int | None,
        *,
        code: str | None = None,
        lease_until: int | None = None,
    ) -> str:
        made = self._pile.id(at)
        self._pile.add(
            "attempt",
            id=made,
            text_id=text_id,
            provider=provider,
            state=state,
            started_at=at,
            lease_until=lease_until,
            provider_message_id=None if state in ("sending", "try_later") else f"seed-{made}",
            code=code,
            ended_at=ended_at,
        )
        return made

    def _link(self, asked: Asked, text_id: str, token: str, there_at: int | None) -> None:
        random = self._pile.random
        opened = there_at is not None and random.random() < (0.34 if asked.purpose == "app" else 0.8)
        self._pile.add(
            "link",
            token=token,
            purpose=asked.purpose,
            ref=asked.ref,
            text_id=text_id,
            campaign=asked.line.campaign,
            expires_at=asked.at + self._app.settings.link_days * _DAY_MS,
            opened_at=there_at + random.randint(3_000, 900_000) if opened and there_at is not None else None,
            opens=random.choice((1, 1, 1, 2, 3)) if opened else 0,
        )

    def _render(self, asked: Asked) -> Rendered:
        """Worded once for all texts whose values are the same."""
        key = (asked.template, asked.line.number.e164, asked.person.language)
        if not asked.values and key in self._worded:
            return self._worded[key]
        header = self._app.templates.header(asked.template) or self._app.settings.dlt_header
        known = {"hotline": asked.line.published, "link": link_url(self._app.settings, header, _SAMPLE), **dict(asked.values)}
        context = RenderContext(self._app.settings.public_url, header, self._app.lines.published)
        wanted = self._app.templates.slots(asked.template)
        values = {name: value for name, value in known.items() if name in wanted}
        rendered = self._app.templates.render(asked.template, asked.person.language, values, context=context)
        if not asked.values:
            self._worded[key] = rendered
        return rendered
