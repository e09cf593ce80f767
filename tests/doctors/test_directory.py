"""The directory: a sheet is taken over whole, a second time it changes nothing, and it comes out as it went in."""

import pytest

from ivr.doctors.directory import Taken
from ivr.doctors.directory_changes import label, stored_doctors
from ivr.doctors.directory_councils import council
from ivr.doctors.directory_listing import by_registration, line
from ivr.model.errors import ConfigurationError
from ivr.model.values import Phone
from ivr.prices import NO_PRICES
from ivr.store import callers, doctors, presence
from ivr.store.doctors import Counts, Skills
from ivr.store.schema import caller, doctor, doctor_skill, shift_rule
from ivr.store.schema import presence as presence_table
from tests.doctors.clinic import ASHA, IMRAN, Clinic, sheet

DAY_MS = 24 * 60 * 60_000


def test_a_doctor_is_known_by_phone_and_off_duty(clinic: Clinic) -> None:
    taken = clinic.takes(ASHA, IMRAN)
    assert ([label(each) for each in taken.added], taken.changed, taken.same, taken.not_rung) == (["KMC 10001", "KMC 10002"], (), 0, ())

    with clinic.database.read() as tx:
        caller_id = callers.find(tx, clinic.vault, Phone("+919845012345"))
        assert caller_id is not None
        asha = doctors.by_caller(tx, caller_id)
        assert asha is not None
        assert (asha.name, asha.routable, asha.sample, asha.follow_ups) == ("Dr Asha Rao", 1, 0, 1)
        assert doctors.get(tx, asha.id) == asha
        assert doctors.skills(tx, [asha.id, "nobody"]) == {
            asha.id: Skills({"orthopedics": 3, "sports": 1}, {"kn": 3, "en": 2}),
            "nobody": Skills(),
        }
        standing = presence.get(tx, asha.id)
        assert standing is not None
        assert (standing.intent, standing.state, standing.answer_rate) == ("off", "idle", 750)


def test_a_sheet_taken_twice_changes_nothing_the_second_time(clinic: Clinic) -> None:
    clinic.takes(ASHA, IMRAN)
    tables = (caller, doctor, doctor_skill, shift_rule, presence_table)
    before = [clinic.all(table) for table in tables]
    clinic.clock.forward(minutes=5)

    assert clinic.takes(ASHA, IMRAN) == Taken((), (), 2, ())
    assert [clinic.all(table) for table in tables] == before


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"name": "Dr Asha Rao Bhat"}, "name Dr Asha Rao → Dr Asha Rao Bhat"),
        ({"tier": "2"}, "tier 0 → 2"),
        ({"fee_tier": "senior", "specialities": "orthopedics:3"}, "fee_tier standard → senior"),
        ({"valid_until": "2032-03-31"}, "valid_until 2031-03-31 → 2032-03-31"),
        ({"verified_on": "2026-11-02"}, "verified_on 2026-11-01 → 2026-11-02"),
        ({"verified_by": "", "verified_on": ""}, "verified_by R Iyer → none"),
        ({"routable": "no"}, "routable yes → no"),
        ({"follow_ups": "no"}, "follow_ups yes → no"),
        ({"specialities": "orthopedics:2"}, "specialities orthopedics:3 sports:1 → orthopedics:2"),
        ({"languages": "kn:3"}, "languages kn:3 en:2 → kn:3"),
        ({"shifts": ""}, "shifts mon-fri 09:00-13:00 17:00-20:00; sat 10:00-12:00 → none"),
        ({"phone": "9845099999"}, "phone"),
    ],
)
def test_what_changes_is_told_and_written_once(clinic: Clinic, changes: dict[str, str], told: str) -> None:
    clinic.takes(ASHA, IMRAN)

    looked = clinic.takes(ASHA | changes, dry_run=True)
    assert clinic.takes(ASHA, IMRAN).same == 2  # looking wrote nothing
    taken = clinic.takes(ASHA | changes)

    [(who, what)] = taken.changed
    assert label(who) == "KMC 10001"
    assert told in what
    assert "98450" not in str(taken)
    assert (taken.changed, taken.added) == (looked.changed, looked.added)
    assert clinic.takes(ASHA | changes, IMRAN).same == 2


def test_a_new_phone_has_yet_to_be_proven(clinic: Clinic) -> None:
    clinic.takes(ASHA)
    asha, now = clinic.doctor(), clinic.clock.now()
    clinic.database.write(lambda tx: presence.change(tx, asha.id, intent="on", on_until=now + DAY_MS, proven_at=now))

    clinic.takes(ASHA | {"tier": "1"})
    assert [row.proven_at for row in clinic.all(presence_table)] == [now]
    clinic.takes(ASHA | {"phone": "9845099999"})
    assert [(row.intent, row.proven_at) for row in clinic.all(presence_table)] == [("on", None)]


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"routable": "no"}, "the sheet says routable no"),
        ({"verified_by": "", "verified_on": ""}, "not verified"),
        ({"valid_until": ""}, "valid_until is empty"),
        ({"valid_until": "2026-11-21"}, "the registration ran out on 2026-11-21"),
    ],
)
def test_who_is_not_verified_or_no_longer_registered_is_there_and_is_not_rung(clinic: Clinic, changes: dict[str, str], why: str) -> None:
    taken = clinic.takes(ASHA | changes, IMRAN)

    assert [label(each) for each in taken.added] == ["KMC 10001", "KMC 10002"]
    assert [(label(each), told) for each, told in taken.not_rung] == [("KMC 10001", why)]
    assert clinic.doctor().routable == 0
    assert clinic.takes(ASHA | changes, IMRAN).same == 2


def test_a_registration_counts_to_the_end_of_its_last_day(clinic: Clinic) -> None:
    assert clinic.takes(ASHA | {"valid_until": "2026-11-22"}).not_rung == ()


def test_the_directory_comes_out_as_it_went_in(clinic: Clinic) -> None:
    odd = {"qualification": "=MD", "city": "'Hubli", "verified_by": "", "verified_on": "", "routable": "no", "shifts": "sun 10:00-24:00"}
    clinic.takes(ASHA, IMRAN | odd)

    assert clinic.export() == sheet(ASHA, IMRAN | odd)
    assert clinic.directory.take(clinic.export(), "again.csv", clinic.clock.now()).same == 2


def test_a_phone_is_one_doctors(clinic: Clinic) -> None:
    clinic.takes(ASHA)
    with pytest.raises(ConfigurationError, match=r"doctors\.csv:2: phone: this is the phone of KMC 10001"):
        clinic.takes(IMRAN | {"phone": "+91 98450 12345"})


def test_the_same_number_of_two_councils_is_two_doctors(clinic: Clinic) -> None:
    clinic.takes(ASHA, IMRAN | {"registration": "10001", "council": "maharashtra medical council"})

    with clinic.database.read() as tx:
        assert by_registration(tx, "mmc 10001").name == "Dr Imran Khan"
        with pytest.raises(ConfigurationError, match="KMC, MMC"):
            by_registration(tx, "10001")
        with pytest.raises(ConfigurationError, match="doctors list"):
            by_registration(tx, " ")


def test_a_patients_phone_may_be_a_doctors(clinic: Clinic) -> None:
    clinic.database.write(lambda tx: callers.ensure(tx, clinic.vault, Phone("+919845012345"), clinic.clock.now()))
    clinic.takes(ASHA)
    assert len(clinic.all(caller)) == 1


def test_without_prices_nothing_can_be_checked(clinic: Clinic) -> None:
    clinic.prices = NO_PRICES
    with pytest.raises(ConfigurationError, match=r"prices\.yaml"):
        clinic.takes(ASHA)


def test_who_counts_and_who_is_on_duty(clinic: Clinic) -> None:
    clinic.takes(ASHA, IMRAN, IMRAN | {"registration": "10003", "phone": "9845012347", "routable": "no"})
    now = clinic.clock.now()
    clinic.database.write(lambda tx: presence.change(tx, clinic.doctor().id, intent="one_more", on_until=now + DAY_MS, proven_at=now))

    def counted(speciality: str, at: int) -> Counts:
        with clinic.database.read() as tx:
            return doctors.counts(tx, speciality, at, samples=False)

    assert counted("orthopedics", now) == Counts(2, 1)
    assert counted("sports", now) == Counts(1, 1)
    assert counted("orthopedics", now + DAY_MS) == Counts(2, 0)
    assert counted("orthopedics", now + 10 * 365 * DAY_MS) == Counts(0, 0)
    assert counted("cardiology", now) == Counts(0, 0)
    with clinic.database.read() as tx:
        assert doctors.pin_codes(tx, "sports", now, samples=False) == ["560001"]


def test_the_list_names_nobodys_phone(clinic: Clinic) -> None:
    clinic.takes(ASHA, IMRAN | {"valid_until": ""})
    now = clinic.clock.now()
    with clinic.database.read() as tx:
        told = [line(each, at) for each in stored_doctors(tx).values() for at in (now, now + 10 * 365 * DAY_MS)]

    assert [row.rpartition("; ")[2] for row in told] == [
        "may be rung until 2031-03-31",
        "not to be rung: the registration ran out on 2031-03-31",
        "not to be rung: the registration is not verified",
        "not to be rung: the registration is not verified",
    ]
    assert "98450" not in "".join(told)


@pytest.mark.parametrize(
    ("text", "short"), [("kmc", "KMC"), ("Delhi  Medical Council", "DMC"), ("Jammu & Kashmir Medical Council", "JKMC"), ("", None)]
)
def test_councils_by_abbreviation_or_name(text: str, short: str | None) -> None:
    assert council(text) == short
