"""Invented calls of all lines: missed, answered, called back. Those of consults are told in `meeting.py`."""

from dataclasses import dataclass

from ivr.callbacks.limits import Stop
from ivr.callbacks.plan import MISSED_CALL
from ivr.lines import Action, Answer, CallBack, CancelCall, Line, OnDuty, OptOut, TextApp, word_for
from ivr.model.values import CallerKind
from ivr.seeding.people import NOBODY, Person
from ivr.seeding.pile import Pile
from ivr.seeding.texts import Asked, Texts
from ivr.seeding.walks import Walks
from ivr.wiring import App

HOTLINE_FLOW, MENU_LINK = "hotline", "menu_link"
_SHARES: tuple[tuple[type[Action], float], ...] = (
    (TextApp, 62),
    (Answer, 22),
    (CallBack, 9),
    (OptOut, 0.6),
    (CancelCall, 0.6),
    (OnDuty, 2),
)
_REACHED, _MOST_DIALS = 0.6, 3


@dataclass(frozen=True, slots=True)
class Ended:
    """How a call ended, in its provider's words; all None while it goes on."""

    at: int | None = None
    outcome: str | None = None
    seconds: int | None = None
    cause: str | None = None


@dataclass(frozen=True, slots=True)
class Talk:
    """A call of the past that was answered, and that something may have come of."""

    id: str
    caller_id: str
    at: int


class Calls:
    def __init__(self, app: App, pile: Pile, walks: Walks, texts: Texts, providers: tuple[str, ...]) -> None:
        self._app, self._pile, self._walks, self._texts, self._providers = app, pile, walks, texts, providers
        self._lines = {kind: [line for line in app.lines if isinstance(line.action, kind)] for kind, _ in _SHARES}
        self._kinds = [(kind, share) for kind, share in _SHARES if self._lines[kind]]
        self.count = 0
        self.texted: list[Asked] = []
        self.talks: list[Talk] = []

    def provider(self) -> str:
        return self._pile.random.choices(self._providers, (80, 20)[: len(self._providers)])[0]

    def menu_line(self) -> Line | None:
        """The line that answers callers with its flow."""
        lines = self._lines[Answer]
        return next((line for line in lines if line.flow == HOTLINE_FLOW), lines[0] if lines else None)

    def row(
        self,
        person: Person,
        line: Line,
        at: int,
        action: str,
        provider: str,
        ended: Ended,
        flow: str | None = None,
        dial_id: str | None = None,
    ) -> str:
        """A call, and its id."""
        call_id = self._pile.id(at)
        self.count += 1
        self._pile.add(
            "call",
            id=call_id,
            provider=provider,
            provider_call_id=f"seed-{call_id}",
            caller_id=person.id,
            caller_kind=person.kind.value,
            line=line.number.e164,
            action=action,
            arrived_at=at,
            ended_at=ended.at,
            outcome=ended.outcome,
            seconds=ended.seconds,
            cause=ended.cause,
            flow=flow,
            dial_id=dial_id,
        )
        return call_id

    def ordinary(self, person: Person, at: int, texts_left: int) -> None:
        """Somebody rings one of the lines, and what comes of it. No more texts than `texts_left`."""
        if self._pile.random.random() < 0.01:
            person = NOBODY
        kinds, shares = zip(*self._kinds, strict=True)
        line = self._pile.random.choice(self._lines[self._pile.random.choices(kinds, shares)[0]])
        match line.action:
            case TextApp(template):
                call_id = self._missed(person, line, at)
                self._text(Asked(template, person, line, call_id, at), texts_left)
            case Answer(flow) if flow == HOTLINE_FLOW and person.kind is not CallerKind.FOREIGN:
                self.talk(person, line, at, flow, texts_left)
            case CallBack(flow, delay_s):
                self._called_back(person, line, flow, at, at + delay_s * 1000)
            case _:
                self._missed(person, line, at)

    def talk(self, person: Person, line: Line, at: int, flow: str, texts_left: int = 0) -> str:
        """Through the menu, to wherever this caller hung up."""
        random, provider = self._pile.random, self.provider()
        walk = self._walks.of(flow, line, person.language, provider)
        until = at + walk.lasts_ms + random.randint(1_000, 9_000)
        ended = Ended(until, "answered", (until - at) // 1000, "4000")
        call_id = self.row(person, line, at, word_for(line.action, live=True), provider, ended, flow=flow)
        self._walks.add(self._pile, walk, call_id, at, until)
        wants_link = MENU_LINK in self._app.templates and person.kind is CallerKind.MOBILE and random.random() < 0.45
        if wants_link:
            self._text(Asked(MENU_LINK, person, line, call_id, until - 900), texts_left)
        if person.id is not None:
            self.talks.append(Talk(call_id, person.id, until))
        return call_id

    def _text(self, asked: Asked, texts_left: int) -> None:
        if asked.person.id is not None and texts_left > 0:
            self._texts.add(asked)
            self.texted.append(asked)

    def _missed(self, person: Person, line: Line, at: int) -> str:
        outcome, cause = self._pile.random.choices((("busy", "17"), ("cancelled", "487")), (88, 12))[0]
        live = not isinstance(line.action, Answer)
        ended = Ended(at + self._pile.random.randint(300, 2_500), outcome, 0, cause)
        return self.row(person, line, at, word_for(line.action, live), self.provider(), ended)

    def _called_back(self, person: Person, line: Line, flow: str, at: int, due_at: int) -> None:
        trigger = self._missed(person, line, at)
        if person.kind is not CallerKind.MOBILE:
            why = "foreign" if person.kind is CallerKind.FOREIGN else "withheld"
            self.call_back(person, line, flow, MISSED_CALL, trigger, at, due_at, state="dropped", why=why, ended_at=at)
            return
        random = self._pile.random
        kept = self.call_back(person, line, flow, MISSED_CALL, trigger, at, due_at, state="given_up", why=Stop.NOT_REACHED.value)
        for number in range(1, _MOST_DIALS + 1):
            reached = random.random() < _REACHED
            over_at = self.dialled(person, line, flow, kept["id"], due_at, reached)
            kept.update(tries=number, ended_at=over_at)
            if reached:
                kept.update(state="done", why=None)
                return
            due_at = over_at + (120_000, 1_800_000, 0)[number - 1]

    def call_back(
        self, person: Person, line: Line, flow: str, reason: str, call_id: str, at: int, due_at: int, **columns: object
    ) -> dict[str, object]:
        """A call back as it stands; the row may be changed until the pile rests."""
        given = {"caller_id": person.id, "line": line.number.e164, "flow": flow, "reason": reason, "trigger_call_id": call_id}
        return self._pile.add("call_back", id=self._pile.id(at), **given, due_at=due_at, created_at=at, **columns)

    def dialled(self, person: Person, line: Line, flow: str, call_back_id: object, at: int, reached: bool) -> int:
        """One ring; when it was over. A caller who is reached walks through the flow."""
        random, provider = self._pile.random, self.provider()
        walk = self._walks.of(flow, line, person.language, provider)
        answered = at + random.randint(4_000, 18_000)
        over_at = answered + walk.lasts_ms + 2_000 if reached else at + 31_000
        dial_id = self.dial(call_back_id, provider, at, over_at, "reached" if reached else "not_reached")
        if reached:
            ended = Ended(over_at, "answered", (over_at - answered) // 1000, "4000")
            call_id = self.row(person, line, answered, "call_back", provider, ended, flow=flow, dial_id=dial_id)
            self._walks.add(self._pile, walk, call_id, answered, over_at)
        return over_at

    def dial(self, call_back_id: object, provider: str, at: int, ended_at: int | None, state: str, lease_until: int | None = None) -> str:
        dial_id = self._pile.id(at)
        code = None if ended_at is None else "4000" if state == "reached" else "no_answer"
        moments = {"started_at": at, "lease_until": lease_until, "ended_at": ended_at}
        known = {"provider": provider, "provider_call_id": f"seed-{dial_id}", "code": code}
        self._pile.add("dial", id=dial_id, call_back_id=call_back_id, state=state, **moments, **known)
        return dial_id
