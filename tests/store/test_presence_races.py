"""Many claim at once: no doctor is ever claimed twice, nobody waits for anybody in a circle, and one of those who press 1 wins.

Told by a log of our own, not by the tables that are under test.
"""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from random import Random
from threading import Barrier
from typing import Any, TypeVar

import psycopg
import pytest
from psycopg.errors import UniqueViolation

from ivr.model.ids import new_id
from ivr.store import consults, offers, presence
from ivr.store.database import Database, open_database
from ivr.store.tx import Tx
from tests.clock import HandClock
from tests.store.ward import add_consult, add_doctor, add_offer, add_ring

pytestmark = pytest.mark.unmeasured

T = TypeVar("T")

NOW = HandClock().now()
LEASE = NOW + 45_000
DOCTORS, THREADS, RACERS = 40, 16, 8


class Counted:
    """A database that counts how often work was begun: a transaction that had to come again was refused something."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.begun: list[None] = []
        self.wanted: list[None] = []

    def write(self, work: Callable[[Tx], T]) -> T:
        self.wanted.append(None)

        def counted(tx: Tx) -> T:
            self.begun.append(None)
            return work(tx)

        return self.database.write(counted)

    @property
    def refused(self) -> int:
        return len(self.begun) - len(self.wanted)


@contextmanager
def _opened(url: str) -> Iterator[Counted]:
    """With a connection for each thread: sixteen that are opened at once, on a busy machine, keep somebody waiting longer than we wait."""
    database = open_database(url, 24)
    with ExitStack() as held:
        for _ in range(THREADS if url.startswith("postgresql") else 0):
            held.enter_context(database.read())
    yield Counted(database)
    database.close()


def _at_once(tasks: list[Callable[[], T]]) -> list[T]:
    with ThreadPoolExecutor(len(tasks)) as pool:
        return [each.result() for each in [pool.submit(task) for task in tasks]]


class Desk:
    """One thread that claims, rings and lets go, over and over, for a consult of its own."""

    def __init__(self, database: Counted, doctors: list[str], log: list[tuple[str, str, int]], number: int) -> None:
        self.database, self.log, self.number, self.random = database, log, number, Random(number)
        self.doctors = doctors
        self.consult_id = database.write(lambda tx: add_consult(tx, NOW))
        self.ring = database.write(lambda tx: add_ring(tx, self.consult_id, NOW))
        self.empty_handed = 0

    def work(self, reservations: int) -> None:
        while reservations:
            offer_id = new_id(NOW)
            claim = self.database.write(lambda tx, offer_id=offer_id: self._offer(tx, offer_id))  # type: ignore[misc]
            if claim is None:
                self.empty_handed += 1
                continue
            self.log.append(("claimed", claim.doctor_id, self.number))
            reservations -= 1
            self.log.append(("freed", claim.doctor_id, self.number))
            self.database.write(lambda tx, claim=claim, offer_id=offer_id: self._let_go(tx, claim, offer_id))  # type: ignore[misc]

    def _offer(self, tx: Tx, offer_id: str) -> presence.Claim | None:
        consults.get(tx, self.consult_id, lock=True)
        ranked = self.random.sample(self.doctors, len(self.doctors))[:8]  # all want the same few: the rest would hide a race
        claim = presence.claim(tx, ranked, offer_id, LEASE, NOW, 0)
        if claim is not None:
            add_offer(tx, offer_id, self.consult_id, claim, self.ring, NOW, LEASE)
        return claim

    def _let_go(self, tx: Tx, claim: presence.Claim, offer_id: str) -> None:
        consults.get(tx, self.consult_id, lock=True)
        assert presence.release(tx, claim.doctor_id, claim.fence, NOW)
        offers.change(tx, offer_id, state="missed", ended_at=NOW)


def _double_bookings(log: list[tuple[str, str, int]]) -> list[tuple[str, str, int]]:
    """Claims of somebody who was claimed already. A list takes what threads append in one order."""
    held: dict[str, int] = {}
    double = []
    for what, doctor_id, number in log:
        if what == "claimed":
            double += [(what, doctor_id, number)] if doctor_id in held else []
            held[doctor_id] = number
        else:
            held.pop(doctor_id, None)
    return double


def _reserve_at_once(database: Counted, reservations: int, doctors: int = DOCTORS) -> list[tuple[str, str, int]]:
    ids = database.write(lambda tx: [add_doctor(tx, number, NOW) for number in range(doctors)])
    log: list[tuple[str, str, int]] = []
    desks = [Desk(database, ids, log, number) for number in range(THREADS)]
    _at_once([lambda desk=desk: desk.work(reservations // THREADS) for desk in desks])  # type: ignore[misc]
    return log


def test_a_double_booking_would_show_in_the_log() -> None:
    honest = [("claimed", "d1", 1), ("claimed", "d2", 2), ("freed", "d1", 1), ("claimed", "d1", 2)]

    assert _double_bookings(honest) == []
    assert _double_bookings([*honest, ("claimed", "d2", 3)]) == [("claimed", "d2", 3)]


def test_sixteen_desks_at_once_book_no_doctor_twice_on_postgres(postgres_url: str) -> None:
    before = _deadlocks(postgres_url)
    with _opened(postgres_url) as database:
        log = _reserve_at_once(database, 8000)

        assert len(log) == 2 * 8000
        assert _double_bookings(log) == []
        assert database.refused == 0
    assert _deadlocks(postgres_url) == before


def test_sixteen_desks_at_once_book_no_doctor_twice_on_sqlite(sqlite_url: str) -> None:
    with _opened(sqlite_url) as database:
        log = _reserve_at_once(database, 480)

        assert len(log) == 2 * 480
        assert _double_bookings(log) == []
        assert database.refused == 0


def test_with_fewer_doctors_than_desks_nobody_is_booked_twice_at_once(database_url: str) -> None:
    with _opened(database_url) as database:
        log = _reserve_at_once(database, 320, doctors=3)

        assert len(log) == 2 * 320
        assert _double_bookings(log) == []


def test_a_doctor_whom_somebody_holds_is_passed_over_and_not_waited_for(postgres_url: str) -> None:
    with _opened(postgres_url) as database:
        one, two = database.write(lambda tx: [add_doctor(tx, number, NOW) for number in (1, 2)])

        def hold(tx: Tx) -> presence.Claim | None:
            assert presence.claim(tx, [one, two], new_id(NOW), LEASE, NOW, 0) == presence.Claim(one, 1)
            return _at_once([lambda: database.write(lambda other: presence.claim(other, [one, two], new_id(NOW), LEASE, NOW, 0))])[0]

        assert database.write(hold) == presence.Claim(two, 1)


class Race:
    """Eight doctors were rung for one consult, and all of them press 1."""

    def __init__(self, database: Counted, doctors: list[str]) -> None:
        self.database = database
        self.consult_id = database.write(lambda tx: add_consult(tx, NOW))
        self.asked = database.write(lambda tx: self._ring(tx, doctors))

    def _ring(self, tx: Tx, doctors: list[str]) -> list[tuple[str, presence.Claim]]:
        asked, ring = [], add_ring(tx, self.consult_id, NOW)
        for _ in range(RACERS):
            offer_id = new_id(NOW)
            claim = presence.claim(tx, doctors, offer_id, LEASE, NOW, 0)
            assert claim is not None
            add_offer(tx, offer_id, self.consult_id, claim, ring, NOW, LEASE)
            asked.append((offer_id, claim))
        return asked

    def press(self, offer_id: str, claim: presence.Claim) -> bool:
        return self.database.write(lambda tx: self._press(tx, offer_id, claim))

    def _press(self, tx: Tx, offer_id: str, claim: presence.Claim) -> bool:
        consult: Any = consults.get(tx, self.consult_id, lock=True)
        if consult.state != "offering" or not presence.take(tx, claim.doctor_id, claim.fence, LEASE):
            return False
        accepted = offers.accept(tx, offer_id, LEASE, NOW)
        consults.change(tx, self.consult_id, state="connecting", doctor_id=claim.doctor_id, offer_id=offer_id)
        return accepted

    def over(self) -> None:
        def end(tx: Tx) -> None:
            for offer_id, claim in self.asked:
                presence.release(tx, claim.doctor_id, claim.fence, NOW)
                offers.change(tx, offer_id, state="rescinded", ended_at=NOW)

        self.database.write(end)


def _winners(database: Counted, races: int) -> list[list[bool]]:
    doctors = database.write(lambda tx: [add_doctor(tx, number, NOW) for number in range(RACERS)])
    told, line = [], Barrier(RACERS)
    with ThreadPoolExecutor(RACERS) as pool:

        def press(race: Race, offer_id: str, claim: presence.Claim) -> bool:
            line.wait(30)
            return race.press(offer_id, claim)

        for _ in range(races):
            race = Race(database, doctors)
            told.append([each.result() for each in [pool.submit(press, race, *asked) for asked in race.asked]])
            race.over()
    return told


def test_of_eight_doctors_who_press_one_at_once_one_wins_on_postgres(postgres_url: str) -> None:
    with _opened(postgres_url) as database:
        told = _winners(database, 500)

        assert [sum(each) for each in told] == [1] * 500
        assert database.refused == 0


def test_of_eight_doctors_who_press_one_at_once_one_wins_on_sqlite(sqlite_url: str) -> None:
    with _opened(sqlite_url) as database:
        assert [sum(each) for each in _winners(database, 20)] == [1] * 20


@pytest.mark.parametrize(
    ("state", "lease_until", "cancelled_at", "wins"),
    [
        ("ringing", LEASE, None, True),  # the key may overtake the word that somebody picked up
        ("answered", LEASE, None, True),
        ("ringing", NOW, None, False),
        ("answered", LEASE, NOW - 1, False),
        ("accepted", LEASE, None, False),
        ("rescinded", LEASE, None, False),
        ("missed", LEASE, None, False),
    ],
)
def test_a_key_accepts_an_offer_that_still_stands(
    database_url: str, state: str, lease_until: int, cancelled_at: int | None, wins: bool
) -> None:
    with _opened(database_url) as database:
        _, offer_id = _offered(database, 1, state=state, lease_until=lease_until)
        database.write(lambda tx: offers.change(tx, offer_id, cancelled_at=cancelled_at))

        assert database.write(lambda tx: offers.accept(tx, offer_id, LEASE + 1, NOW)) is wins
        with database.database.read() as tx:
            here: Any = offers.get(tx, offer_id)
        assert (here.state, here.lease_until, here.accepted_at) == (("accepted", LEASE + 1, NOW) if wins else (state, lease_until, None))


def test_the_index_alone_refuses_a_doctor_two_live_offers(database_url: str) -> None:
    with _opened(database_url) as database:
        claim, _ = _offered(database, 1)

        with pytest.raises(Exception, match=r"(?i)unique") as refusal:
            database.write(lambda tx: _add(tx, claim, "answered"))
        assert _is_a_taken_key(refusal.value)
        database.write(lambda tx: _add(tx, claim, "missed"))


def test_the_index_alone_refuses_a_consult_two_doctors(database_url: str) -> None:
    with _opened(database_url) as database:
        _, first = _offered(database, 1)
        with database.database.read() as tx:
            consult_id = offers.get(tx, first).consult_id  # type: ignore[union-attr]
        _, second = _offered(database, 2, consult_id=consult_id)
        assert database.write(lambda tx: offers.accept(tx, first, LEASE, NOW))

        with pytest.raises(Exception, match=r"(?i)unique") as refusal:
            database.write(lambda tx: offers.accept(tx, second, LEASE, NOW))
        assert _is_a_taken_key(refusal.value)
        with database.database.read() as tx:
            assert [row.id for row in offers.live_of(tx, consult_id)] == [first, second]
            assert [row.state for row in offers.of_consult(tx, consult_id)] == ["accepted", "ringing"]


def _offered(
    database: Counted, number: int, *, state: str = "ringing", lease_until: int = LEASE, consult_id: str | None = None
) -> tuple[presence.Claim, str]:
    def offer(tx: Tx) -> tuple[presence.Claim, str]:
        offer_id, doctor_id = new_id(NOW + number), add_doctor(tx, number, NOW)
        consult = consult_id or add_consult(tx, NOW)
        claim = presence.claim(tx, [doctor_id], offer_id, LEASE, NOW, 0)
        assert claim is not None
        add_offer(tx, offer_id, consult, claim, add_ring(tx, consult, NOW), NOW, lease_until, state)
        return claim, offer_id

    return database.write(offer)


def _add(tx: Tx, claim: presence.Claim, state: str) -> None:
    consult_id = add_consult(tx, NOW)
    add_offer(tx, new_id(NOW), consult_id, claim, add_ring(tx, consult_id, NOW), NOW, LEASE, state)


def _is_a_taken_key(error: BaseException) -> bool:
    return isinstance(error, UniqueViolation) or "IntegrityError" in type(error).__name__


def _deadlocks(url: str) -> int:
    """Of this database, as the server counted them."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("SELECT pg_stat_clear_snapshot()")
        row = connection.execute("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()").fetchone()
    assert row is not None
    return int(row[0])
