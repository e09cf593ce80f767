"""The order in which a history is invented: people, consults, what is under way, all other calls, and what stands around them."""

from collections.abc import Callable, Iterator, Sequence
from random import Random

from ivr.lines import Line
from ivr.model.errors import ConfigurationError
from ivr.model.values import CallerKind
from ivr.payments.receipts import financial_year
from ivr.seeding.amounts import HOUR_MS, Amounts, Days
from ivr.seeding.around import around
from ivr.seeding.calls import Calls
from ivr.seeding.consults import Consults
from ivr.seeding.live import REFUNDS, Claims, Live, consults_of
from ivr.seeding.meeting import Doctor, Meetings
from ivr.seeding.money import Money
from ivr.seeding.people import Person, people
from ivr.seeding.pile import Pile
from ivr.seeding.texts import Texts
from ivr.seeding.walks import Walks
from ivr.store import seeding as store
from ivr.store.tx import Tx
from ivr.wiring import App

_ON_DUTY = 45
_CALLS_FOR_ONE = 1.1
"""Some who ring are called back."""
_RESTS = (None, None, None, "wrap_up", "paused", "passed")


class History:
    def __init__(self, app: App, amounts: Amounts, random: Random, doctors: Sequence[Doctor], say: Callable[[str], None]) -> None:
        self._app, self._amounts, self._random, self._doctors = app, amounts, random, doctors
        self._pile, self._days = Pile(app.database, random, say), Days(amounts, random)
        providers = (app.settings.voice_provider, *(name for name in app.hooks if name != app.settings.voice_provider))[:2]
        walks, self._texts = Walks(app, random, amounts.now), Texts(app, self._pile, providers)
        self._calls = Calls(app, self._pile, walks, self._texts, providers)
        with app.database.read() as tx:
            references, codes = store.taken(tx)
            years = {financial_year(at) for at in (amounts.begin, amounts.now)}
            self._money = Money(self._pile, codes, {year: store.last_receipt(tx, year) for year in years})
        self._meetings = Meetings(self._pile, self._calls, walks, doctors, {})
        prices, settings = app.consults.desk.prices, app.settings
        self._consults = Consults(self._pile, self._calls, walks, self._texts, self._money, self._meetings, prices, settings)
        self._consults.references |= references
        self._live = Live(self._pile, self._calls, walks, self._consults, self._meetings, settings, amounts.now)

    def write(self) -> int:
        """How many rows."""
        everybody = people(self._pile, self._app.vault, self._amounts)
        self._pile.flush()
        fresh = self._never_came(everybody)
        line = self._line()
        open_now = sum(consults_of(self._amounts.live).values()) + len(REFUNDS)
        for at in self._days.moments(max(1, self._amounts.consults - open_now)):
            self._consults.past(lambda: next(fresh), line, at)
        claims = Claims(iter(self._random.sample(self._doctors, min(len(self._doctors), _ON_DUTY))))
        self._live.add(lambda: next(fresh), line, claims, self._amounts.live)
        self._ordinary(everybody)
        around(self._pile, self._amounts, self._calls.talks, everybody, self._consults.ids)
        self._pile.flush()
        self._finish(claims)
        return self._pile.written

    def _line(self) -> Line:
        line = self._calls.menu_line()
        if line is None:
            raise ConfigurationError("lines.yaml: no line answers with a flow, so there are no talks to invent")
        return line

    def _never_came(self, everybody: Sequence[Person]) -> Iterator[Person]:
        """Each has one open consult, and one first price, at the most."""
        able = [person for person in everybody if person.kind is CallerKind.MOBILE]
        self._random.shuffle(able)
        yield from able
        raise ConfigurationError("--consults: too many for so many calls; ask for more calls")

    def _ordinary(self, everybody: Sequence[Person]) -> None:
        """Calls of all lines, until there are enough, and texts after them."""
        while (missing := self._amounts.calls - self._calls.count) > 0:
            for at in self._days.moments(max(1, int(missing / _CALLS_FOR_ONE))):
                self._calls.ordinary(self._random.choice(everybody), at, self._amounts.texts - self._texts.count)
                self._pile.rest()
        while self._texts.count < self._amounts.texts and self._calls.texted:
            self._texts.add(self._random.choice(self._calls.texted))
            self._pile.rest()

    def _finish(self, claims: Claims) -> None:
        """The receipts' series goes on behind these, and doctors are on duty as their offers say."""
        now = self._amounts.now
        duty = [*self._doctors[:_ON_DUTY], *(each for each in self._doctors if each.id in claims.taken)]

        def write(tx: Tx) -> None:
            for year, last in self._money.receipts.items():
                store.set_last_receipt(tx, year, last)
            for doctor in {each.id: each for each in duty}.values():
                store.on_duty(tx, doctor.id, **self._presence(doctor.id, claims, now))

        self._app.database.write(write, wait_s=60)

    def _presence(self, doctor_id: str, claims: Claims, now: int) -> dict[str, object]:
        rest = None if doctor_id in claims.taken else self._random.choice(_RESTS)
        idle = {"state": "idle", "offer_id": None, "lease_until": None, "fence": self._meetings.fences.get(doctor_id, 0)}
        return {
            "intent": "pause" if rest == "paused" else "on",
            "on_until": now + self._random.randint(1, 6) * HOUR_MS,
            "proven_at": now - HOUR_MS,
            "idle_since": now - self._random.randint(30_000, HOUR_MS),
            "free_at": now + (60_000 if rest in ("wrap_up", "passed") else 0),
            "rest": rest,
            "seen_at": now - self._random.randint(10_000, HOUR_MS),
            **claims.taken.get(doctor_id, idle),
        }
