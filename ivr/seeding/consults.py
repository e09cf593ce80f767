"""Invented consults, each a story from the emergency screen to its end."""

from collections.abc import Callable
from dataclasses import dataclass
from json import dumps
from typing import Any

from ivr.consults.lifecycle import SCREEN_LASTS_S
from ivr.consults.moves import CONSULT_CLOCK
from ivr.consults.telling import PAY_LINK, RECEIPT, REFUND, rupees
from ivr.lines import Line, word_for
from ivr.prices import Price, Prices
from ivr.seeding.calls import Calls, Ended
from ivr.seeding.meeting import Meetings
from ivr.seeding.money import Money, Paid
from ivr.seeding.people import Person
from ivr.seeding.pile import Pile
from ivr.seeding.texts import Asked, Texts
from ivr.seeding.walks import TO_PAY, Walks
from ivr.settings import Settings
from ivr.texts.times import clock_time

_PLACES = ("back", "knee", "shoulder", "elsewhere")
_TIMES = ("days", "weeks", "months")
_ENDS: tuple[tuple[str, float], ...] = (
    ("completed", 54),
    ("refunded", 9),
    ("lapsed", 24),
    ("cancelled", 5),
    ("emergency", 3),
    ("quoted", 5),
)
_DONE = "consult_done"


@dataclass(frozen=True, slots=True)
class Opened:
    """A consult that was opened, screened, and quoted: its row, which may be changed until the pile rests, and what led to it."""

    row: dict[str, Any]
    person: Person
    line: Line
    price: Price
    at: int  # the screen was passed
    call: dict[str, Any]


class Consults:
    def __init__(
        self, pile: Pile, calls: Calls, walks: Walks, texts: Texts, money: Money, meetings: Meetings, prices: Prices, settings: Settings
    ) -> None:
        self._pile, self._calls, self._walks, self._texts = pile, calls, walks, texts
        self._money, self._meetings, self._prices, self._settings = money, meetings, prices, settings
        self.references: set[str] = set()
        self._served: list[Person] = []
        self.ids: list[str] = []

    def past(self, fresh: Callable[[], Person], line: Line, at: int) -> None:
        """One that is over. `fresh`: gives somebody who never had one; some come again."""
        random = self._pile.random
        again = bool(self._served) and random.random() < 0.18
        person = self._served.pop(random.randrange(len(self._served))) if again else fresh()
        end = random.choices([name for name, _ in _ENDS], [share for _, share in _ENDS])[0]
        opened = self.opened(person, line, at, first=not again)
        match end:
            case "completed":
                self._completed(opened)
            case "refunded":
                self._refunded(opened)
            case "emergency":
                self._over(opened, "emergency", at + 90_000, "emergency")
            case "cancelled":
                self.asked(opened, "void")
                self._over(opened, "cancelled", at + random.randint(120_000, 900_000), "by key")
            case "lapsed":
                self.asked(opened, "void")
                self._over(opened, "lapsed", at + SCREEN_LASTS_S * 1000, None)
            case _:
                self.quoted(opened, "void")
                self._over(opened, "lapsed", at + 10 * 60_000, None)
        self._pile.rest()

    def opened(self, person: Person, line: Line, at: int, *, first: bool, live: bool = False) -> Opened:
        """The call, the screen, the notice, and the consult as `triaged`."""
        random, provider = self._pile.random, self._calls.provider()
        walk = self._walks.of(line.flow or "", line, person.language, provider, TO_PAY)
        begun = at - min(45_000, walk.lasts_ms // 2)
        until = begun + walk.lasts_ms + random.randint(2_000, 8_000)
        ended = Ended() if live else Ended(until, "answered", (until - begun) // 1000, "4000")
        call_id = self._calls.row(person, line, begun, word_for(line.action, live=True), provider, ended, flow=line.flow)
        self._walks.add(self._pile, walk, call_id, begun, min(until, at + 8_000) if live else until)
        triage_id = self._pile.id(at)
        script = f"seed {person.language.value}"
        who = {"call_id": call_id, "caller_id": person.id}
        self._pile.add(
            "triage", id=triage_id, **who, result="clear", patient="self", script=script, answers=dumps({"for_whom": "self"}), at=at
        )
        self._pile.add("notice", **who, version="1", language=person.language.value, at=at + 9_000)
        speciality, tier = self._prices.tiers[0]
        price = self._prices.quote(speciality, tier, first=first)
        row = self._pile.add(
            "consult",
            id=self._pile.id(at),
            reference=self._reference(),
            **who,
            line=line.number.e164,
            language=person.language.value,
            state="triaged",
            triage_id=triage_id,
            screened_at=at,
            patient="self",
            speciality=speciality,
            tier=tier,
            age=random.randint(19, 84),
            pain_place=random.choice(_PLACES),
            pain_time=random.choice(_TIMES),
            flags="",
            pin_code=f"{random.randint(560_001, 560_103)}",
            opened_at=at,
            paid_at=None,
            seeks_since=None,
        )
        self.ids.append(row["id"])
        return Opened(row, person, line, price, at, {"id": call_id, "provider": provider})

    def quoted(self, opened: Opened, quote: str = "live") -> None:
        """The price was said, and not taken yet, or never."""
        self._money.quote(opened.row, opened.price, opened.at + 40_000, quote)

    def asked(self, opened: Opened, quote: str) -> int:
        """The price was said and the link texted, a minute and more after the screen; when."""
        at = opened.at + self._pile.random.randint(50_000, 80_000)
        self._money.quote(opened.row, opened.price, at - 20_000, quote)
        values = {"until": clock_time(opened.at + SCREEN_LASTS_S * 1000, at)}
        self.text(opened, PAY_LINK, at, "pay", opened.row["id"], **values)
        return at

    def paid(self, opened: Opened, at: int | None = None) -> Paid:
        """Asked, and paid some minutes later (or at `at`): a doctor is looked for from then on."""
        asked_at = self.asked(opened, "used")
        at = at or asked_at + int(min(20 * 60_000, self._pile.random.lognormvariate(11.6, 0.8)))
        paid = self._money.captured(opened.row, opened.price, at)
        opened.row.update(state="paid", paid_at=at, seeks_since=at, told_paid_at=at)
        self.text(opened, RECEIPT, at + 100, "receipt", paid.id)
        return paid

    def _completed(self, opened: Opened) -> None:
        random = self._pile.random
        paid = self.paid(opened)
        found = self._meetings.search(
            opened.row, opened.line, paid.at + random.randint(200, 900), refusals=random.choice((0, 0, 0, 1, 1, 2, 4))
        )
        talk_ms = int(min(1_500_000, max(125_000, random.lognormvariate(13.0, 0.5))))
        met = self._meetings.meet(opened.row, opened.person, opened.line, found, talk_ms, None)
        over_at = met.until + random.randint(20_000, 500_000)
        self._money.earned(paid, over_at)
        opened.row.update(disposition=random.choice(("done", "done", "done", "needs_visit")), disposed_at=met.until + 9_000)
        self._over(opened, "completed", over_at, None)
        values = {"doctor": "Dr Kavya Rao", "registration": "SAMPLE-001", "minutes": str(talk_ms // 60_000)}
        self.text(opened, _DONE, over_at, "", None, **values)
        self._served.append(opened.person)

    def _refunded(self, opened: Opened) -> None:
        """No doctor came in time."""
        random = self._pile.random
        paid = self.paid(opened)
        self._meetings.search(opened.row, opened.line, paid.at + 500, refusals=random.randint(2, 6))
        due_at = paid.at + self._settings.serve_by_minutes * 60_000
        self._goes_back(opened, paid, due_at, "refunded")
        self._over(opened, "refunded", due_at + 120_000, "no doctor in time")

    def refunding(self, opened: Opened, state: str, at: int) -> None:
        """Money that is on its way back; `state` of the payment."""
        self._goes_back(opened, self.paid(opened, opened.at + 4 * 60_000), at, state)
        opened.row.update(state="refunding", why="no doctor in time")
        self.clock(opened, at + 15 * 60_000)

    def _goes_back(self, opened: Opened, paid: Paid, at: int, state: str) -> None:
        self._money.given_back(paid, "no doctor in time", at, state)
        self._money.void()
        self.text(opened, REFUND, at, "", None)

    def clock(self, opened: Opened, due_at: int) -> None:
        """What ends the state that a consult is in."""
        clock_id = self._pile.id(opened.at)
        self._pile.add("outbox", id=clock_id, kind=CONSULT_CLOCK, ref=opened.row["id"], due_at=due_at)
        opened.row["clock_id"] = clock_id

    def text(self, opened: Opened, template: str, at: int, purpose: str, ref: str | None, **values: str) -> None:
        """Nothing, where the clinic has no such template or it wants other values."""
        known = {"amount": rupees(opened.price.total), "reference": opened.row["reference"], **values}
        if self._texts.can(template, known):
            given = tuple(known.items())
            self._texts.add(Asked(template, opened.person, opened.line, opened.row["call_id"], at, purpose, ref, given))

    def _over(self, opened: Opened, state: str, at: int, why: str | None) -> None:
        opened.row.update(state=state, why=why, ended_at=at)

    def _reference(self) -> str:
        reference = f"{self._pile.random.randrange(10_000_000, 100_000_000)}"
        while reference in self.references:
            reference = f"{self._pile.random.randrange(10_000_000, 100_000_000)}"
        self.references.add(reference)
        return reference
