"""Presence: who can be claimed, what a claim's end leaves behind, and who is counted; on both databases."""

from collections.abc import Iterator

import pytest

from ivr.model.ids import new_id
from ivr.store import candidates, doctors, presence
from ivr.store.database import Database, open_database
from ivr.store.tx import Row
from tests.clock import HandClock
from tests.store.ward import HOUR_MS, add_doctor

NOW = HandClock().now()
MINUTE_MS = 60_000
LEASE = NOW + 45_000


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    database = open_database(database_url)
    yield database
    database.close()


def _add(database: Database, number: int, **columns: object) -> str:
    return database.write(lambda tx: add_doctor(tx, number, NOW, **columns))  # type: ignore[arg-type]


def _claim(database: Database, *ranked: str, now: int = NOW, min_left_ms: int = 10 * MINUTE_MS) -> presence.Claim | None:
    return database.write(lambda tx: presence.claim(tx, ranked, new_id(now), now + 45_000, now, min_left_ms))


def _here(database: Database, doctor_id: str) -> Row:
    with database.read() as tx:
        return presence.get(tx, doctor_id)


def test_the_first_of_the_ranking_who_is_free_is_claimed(database: Database) -> None:
    one, two, three = (_add(database, number) for number in (1, 2, 3))

    assert _claim(database, three, one, two) == presence.Claim(three, 1)
    assert _claim(database, three, one, two) == presence.Claim(one, 1)
    here = _here(database, one)
    assert (here.state, here.intent, here.lease_until) == ("reserved", "on", LEASE)
    assert here.offer_id
    assert _claim(database, three, one) is None
    assert _here(database, two).state == "idle"


def test_an_empty_ranking_claims_nobody(database: Database) -> None:
    assert _claim(database) is None


@pytest.mark.parametrize(
    ("why", "columns"),
    [
        ("off duty", {"intent": "off", "on_until": None}),
        ("pausing", {"intent": "pause"}),
        ("no key was pressed yet", {"proven_at": None}),
        ("wrapping up", {"free_at": NOW + 1}),
        ("their time is nearly over", {"on_until": NOW + 10 * MINUTE_MS}),
        ("not verified", {"routable": 0}),
        ("the registration has run out", {"valid_until": NOW}),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_who_may_not_be_rung_is_no_candidate_and_cannot_be_claimed(database: Database, why: str, columns: dict[str, object]) -> None:
    doctor_id = _add(database, 1, **columns)

    assert _claim(database, doctor_id) is None
    with database.read() as tx:
        assert candidates.candidates(tx, "orthopedics", NOW, 10 * MINUTE_MS) == []


@pytest.mark.parametrize(
    "columns", [{}, {"intent": "one_more"}, {"free_at": NOW}, {"on_until": NOW + 10 * MINUTE_MS + 1}, {"valid_until": NOW + 1}]
)
def test_who_may_be_rung_just_so_is_claimed(database: Database, columns: dict[str, object]) -> None:
    doctor_id = _add(database, 1, **columns)

    assert _claim(database, doctor_id) == presence.Claim(doctor_id, 1)


def test_a_claim_is_taken_once_renewed_and_released_by_its_own_fence_only(database: Database) -> None:
    doctor_id = _add(database, 1)
    claim = _claim(database, doctor_id)
    assert claim is not None

    for fence in (claim.fence - 1, claim.fence + 1):
        assert not database.write(lambda tx, fence=fence: presence.take(tx, doctor_id, fence, LEASE))  # type: ignore[misc]
        assert not database.write(lambda tx, fence=fence: presence.renew(tx, doctor_id, fence, LEASE))  # type: ignore[misc]
        assert not database.write(lambda tx, fence=fence: presence.release(tx, doctor_id, fence, NOW))  # type: ignore[misc]
    assert database.write(lambda tx: presence.take(tx, doctor_id, claim.fence, LEASE + 1))
    assert not database.write(lambda tx: presence.take(tx, doctor_id, claim.fence, LEASE + 1))
    assert database.write(lambda tx: presence.renew(tx, doctor_id, claim.fence, LEASE + 2))
    assert (_here(database, doctor_id).state, _here(database, doctor_id).lease_until) == ("talking", LEASE + 2)

    assert database.write(lambda tx: presence.release(tx, doctor_id, claim.fence, NOW)) == presence.Released(went_off=False)
    assert not database.write(lambda tx: presence.release(tx, doctor_id, claim.fence, NOW))
    assert not database.write(lambda tx: presence.renew(tx, doctor_id, claim.fence, LEASE))
    assert _claim(database, doctor_id) == presence.Claim(doctor_id, 2)


def test_a_late_word_about_an_earlier_claim_does_not_free_the_doctor(database: Database) -> None:
    doctor_id = _add(database, 1)
    earlier = _claim(database, doctor_id)
    assert earlier is not None
    database.write(lambda tx: presence.release(tx, doctor_id, earlier.fence, NOW))
    assert _claim(database, doctor_id) is not None

    assert database.write(lambda tx: presence.release(tx, doctor_id, earlier.fence, NOW)) is None
    assert _here(database, doctor_id).state == "reserved"


def test_what_a_release_says_is_kept_and_what_it_does_not_say_stays(database: Database) -> None:
    doctor_id = _add(database, 1, idle_since=NOW - 5000, misses=1)
    claim = _claim(database, doctor_id)
    assert claim is not None
    before = _here(database, doctor_id)

    database.write(
        lambda tx: presence.release(tx, doctor_id, claim.fence, NOW + 9, free_at=NOW + 30_000, rest="missed", rate=600, misses=2)
    )

    here = _here(database, doctor_id)
    assert (here.state, here.offer_id, here.lease_until, here.free_at, here.rest) == ("idle", None, None, NOW + 30_000, "missed")
    assert (here.answer_rate, here.rated_at, here.misses) == (600, NOW + 9, 2)
    assert (here.idle_since, here.seen_at) == (NOW - 5000, before.seen_at)


@pytest.mark.parametrize(
    ("intent", "accepted", "at", "left"),
    [
        ("on", True, NOW, "on"),
        ("one_more", False, NOW, "one_more"),  # they passed, or another was faster: one more is still to come
        ("one_more", True, NOW, "off"),
        ("on", False, NOW + 8 * HOUR_MS, "off"),
        ("one_more", False, NOW + 8 * HOUR_MS, "off"),
        ("pause", True, NOW, "pause"),
    ],
)
def test_a_release_ends_duty_that_is_over(database: Database, intent: str, accepted: bool, at: int, left: str) -> None:
    doctor_id = _add(database, 1)
    claim = _claim(database, doctor_id)
    assert claim is not None
    database.write(lambda tx: presence.change(tx, doctor_id, intent=intent))

    released = database.write(lambda tx: presence.release(tx, doctor_id, claim.fence, at, accepted=accepted))

    here = _here(database, doctor_id)
    assert released == presence.Released(went_off=left == "off")
    assert here.intent == left
    assert (here.on_until is None) == (left == "off")


def test_who_goes_off_while_claimed_stays_claimed(database: Database) -> None:
    doctor_id = _add(database, 1)
    claim = _claim(database, doctor_id)
    assert claim is not None

    database.write(lambda tx: presence.change(tx, doctor_id, intent="off", on_until=None))

    assert _here(database, doctor_id).state == "reserved"
    assert database.write(lambda tx: presence.take(tx, doctor_id, claim.fence, LEASE))
    assert database.write(lambda tx: presence.release(tx, doctor_id, claim.fence, NOW)) == presence.Released(went_off=False)


@pytest.mark.parametrize("column", ["state", "fence", "offer_id", "lease_until"])
def test_intent_never_touches_the_claim(database: Database, column: str) -> None:
    doctor_id = _add(database, 1)

    with pytest.raises(ValueError, match=column):
        database.write(lambda tx: presence.change(tx, doctor_id, intent="off", **{column: None}))


def test_only_claims_whose_lease_has_run_out_are_expired(database: Database) -> None:
    one, two = _add(database, 1), _add(database, 2)
    _add(database, 3)
    for doctor_id in (one, two):
        _claim(database, doctor_id)
    database.write(lambda tx: presence.renew(tx, two, 1, LEASE + 1))

    with database.read() as tx:
        assert presence.expired(tx, LEASE - 1) == []
        assert [(row.doctor_id, row.fence, row.state) for row in presence.expired(tx, LEASE)] == [(one, 1, "reserved")]
        assert [row.doctor_id for row in presence.expired(tx, LEASE + 1)] == [one, two]


def test_candidates_come_with_what_the_ranking_needs(database: Database) -> None:
    one = _add(database, 1, languages={"kn": 3, "en": 1}, tier=2, idle_since=NOW - 7, answer_rate=400)
    _add(database, 2, speciality="physiotherapy")
    busy = _add(database, 3)
    _claim(database, busy)

    with database.read() as tx:
        [found] = candidates.candidates(tx, "orthopedics", NOW, 0)
    assert found == candidates.Candidate(one, 2, "standard", 3, {"kn": 3, "en": 1}, "560001", NOW - 7, 400, NOW)


def test_who_works_is_counted_by_speciality(database: Database) -> None:
    talking, reserved, wrapping_up = _add(database, 1), _add(database, 2), _add(database, 3, free_at=NOW + 1)
    _add(database, 4)
    _add(database, 5, intent="pause")
    _add(database, 6, proven_at=None)
    _add(database, 7, speciality="physiotherapy")
    for doctor_id in (talking, reserved):
        _claim(database, doctor_id)
    database.write(lambda tx: presence.take(tx, talking, 1, LEASE))

    with database.read() as tx:
        count = candidates.on_duty(tx, "orthopedics", NOW, 0)
        later = candidates.on_duty(tx, "orthopedics", NOW + 1, 0)
    assert (count.on_duty, count.free, count.talking) == (4, 1, 1)
    assert later.free == 2
    assert wrapping_up


def test_a_doctor_who_rings_as_a_patient_is_none_for_themselves(database: Database) -> None:
    ill, well = _add(database, 1), _add(database, 2)

    with database.read() as tx:
        caller_id = doctors.get(tx, ill).caller_id
        found = candidates.candidates(tx, "orthopedics", NOW, 0, but_caller=caller_id)
        count = candidates.on_duty(tx, "orthopedics", NOW, 0, but_caller=caller_id)
        speaking = candidates.speaking(tx, "orthopedics", ("en",), NOW, 0, but_caller=caller_id).on_duty
        everybody = candidates.on_duty(tx, "orthopedics", NOW, 0)
    assert [each.doctor_id for each in found] == [well]
    assert (count.on_duty, count.free, speaking, everybody.on_duty) == (1, 1, 1, 2)


@pytest.mark.parametrize(
    ("rest", "free_in_ms", "in_time"), [(None, 0, 1), ("missed", 300_000, 1), ("paused", 120_000, 1), ("paused", 120_001, 0)]
)
def test_who_missed_too_many_rings_counts_only_if_they_are_rung_in_time(
    database: Database, rest: str | None, free_in_ms: int, in_time: int
) -> None:
    _add(database, 1, rest=rest, free_at=NOW + free_in_ms)

    with database.read() as tx:
        found = candidates.speaking(tx, "orthopedics", ("en",), NOW, 0, within_ms=120_000)
    assert (found.on_duty, found.in_time, found.talking) == (1, in_time, 0)


def test_those_who_talk_are_counted_among_those_on_duty(database: Database) -> None:
    one, _ = _add(database, 1), _add(database, 2, languages={"hi": 3})
    claim = _claim(database, one)
    assert claim is not None
    database.write(lambda tx: presence.take(tx, one, claim.fence, NOW + MINUTE_MS))

    with database.read() as tx:
        english, either = (candidates.speaking(tx, "orthopedics", each, NOW, 0) for each in (("en",), ("en", "hi")))
    assert [(each.talking, each.on_duty) for each in (english, either)] == [(1, 1), (1, 2)]


def test_a_row_is_made_once(database: Database) -> None:
    doctor_id = _add(database, 1)
    database.write(lambda tx: presence.change(tx, doctor_id, intent="one_more"))

    assert database.write(lambda tx: presence.ensure(tx, doctor_id, NOW)).intent == "one_more"
