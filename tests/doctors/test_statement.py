"""The monthly statement: what was completed in a month in India, and what is owed for it."""

import csv
from json import dumps

import pytest
from sqlalchemy import insert

from ivr.doctors.statement import Statement, month_of, statement_csv, statements
from ivr.model.errors import ConfigurationError
from ivr.model.ids import new_id
from ivr.model.india import moment
from ivr.model.values import Phone
from ivr.store import callers, doctors
from ivr.store.schema import call, consult, quote, stand_by, triage
from ivr.store.tx import Addition, Tx
from tests.doctors.clinic import ASHA, IMRAN, Clinic
from tests.doctors.test_shifts import MONDAY, SUNDAY

MINUTE = 60_000
NOVEMBER, DECEMBER = month_of("2026-11")
FIRST = [["consultation", 24_900], ["platform_fee", 5_000], ["gst", 900]]
FREE = [["consultation", 0], ["platform_fee", 0], ["gst", 0]]


def serves(clinic: Clinic, registration: str, ended_at: int, **more: object) -> str:
    """A consult of that doctor, completed; its id."""
    given: dict[str, object] = {"state": "completed", "components": FIRST, "together_ms": 5 * MINUTE, "follow_up_of": None, **more}
    doctor_id, now = clinic.doctor(registration).id, clinic.clock.now()
    clinic.clock.forward(ms=1)

    def add(tx: Tx) -> str:
        caller_id = callers.ensure(tx, clinic.vault, Phone("+919900000001"), now)
        ids = {name: new_id(now) for name in ("call", "triage", "consult", "quote")}
        known, line, call_id = {"caller_id": caller_id, "patient": "self"}, "+918061914343", ids["call"]
        who = {"provider": "plivo", "provider_call_id": call_id, "caller_id": caller_id, "caller_kind": "mobile"}
        triaged = {"call_id": call_id, "result": "clear", "script": "x", "answers": "{}", "at": now, **known}
        opened = {"reference": ids["consult"][-8:], "call_id": call_id, "line": line, "language": "en", "triage_id": ids["triage"], **known}
        counts = dict.fromkeys(("resent", "room", "redials", "doctor_redials", "any_language", "slots"), 0)
        sought = {"screened_at": now, "opened_at": now, "speciality": "orthopedics", "tier": "standard", "flags": "", **counts}
        ended = {name: given[name] for name in ("state", "together_ms", "follow_up_of")}
        quoted = {"consult_id": ids["consult"], "state": "void", "first": 0, "paise": 30_800, "components": dumps(given["components"])}
        rule = {"rule": "1", "code": ids["quote"][-6:], "created_at": now, "expires_at": now}
        rows = (
            (call, {"id": call_id, **who, "line": line, "action": "flow", "flow": "hotline", "arrived_at": now}),
            (triage, {"id": ids["triage"], **triaged}),
            (consult, {"id": ids["consult"], **opened, **sought, **ended, "doctor_id": doctor_id, "ended_at": ended_at}),
            (quote, {"id": ids["quote"], **quoted, **rule, **known}),
        )
        tx.add([Addition(insert(table), values) for table, values in rows])
        return ids["consult"]

    return clinic.database.write(add)


def stands_by(clinic: Clinic, registration: str, consult_id: str, at: int, paise: int) -> None:
    row = {"offer_id": new_id(at), "doctor_id": clinic.doctor(registration).id, "consult_id": consult_id, "paise": paise, "at": at}
    clinic.database.write(lambda tx: tx.add([Addition(insert(stand_by), row)]))


def of(clinic: Clinic, month: str) -> tuple[Statement, ...]:
    with clinic.database.read() as tx:
        return statements(tx, month)


def test_a_month_is_added_up_by_doctor(clinic: Clinic) -> None:
    clinic.takes(ASHA, IMRAN)
    first = serves(clinic, "10001", moment(SUNDAY, 600), together_ms=5 * MINUTE + 20_000)
    serves(clinic, "10001", moment(MONDAY, 600), components=FREE, follow_up_of=first, together_ms=3 * MINUTE + 10_000)
    serves(clinic, "10001", moment(MONDAY, 700), state="refunded")
    stands_by(clinic, "10001", first, moment(MONDAY, 800), 5_000)
    stands_by(clinic, "10001", first, moment(MONDAY, 900), 5_000)
    stands_by(clinic, "10002", first, moment(MONDAY, 900), 5_000)

    asha, imran = of(clinic, "2026-11")
    assert (asha.consults, asha.follow_ups, asha.minutes) == (2, 1, 9)  # 8:30 together
    assert (asha.fee, asha.stand_bys, asha.stand_by, asha.total) == (24_900, 2, 10_000, 34_900)
    assert imran == Statement("Dr Imran Khan", "KMC", "10002", stand_bys=1, stand_by=5_000)


def test_a_month_begins_and_ends_at_midnight_in_india(clinic: Clinic) -> None:
    clinic.takes(ASHA)
    for ended_at in (NOVEMBER - 1, NOVEMBER, DECEMBER - 1, DECEMBER):
        serves(clinic, "10001", ended_at)
    consult_id = serves(clinic, "10001", DECEMBER)
    for at in (NOVEMBER - 1, DECEMBER - 1, DECEMBER):
        stands_by(clinic, "10001", consult_id, at, 100)

    assert [(each.consults, each.stand_bys) for month in ("2026-10", "2026-11", "2026-12", "2027-01") for each in of(clinic, month)] == [
        (1, 1),
        (2, 1),
        (2, 1),
    ]


def test_a_statement_can_be_opened_as_a_sheet(clinic: Clinic) -> None:
    clinic.takes(ASHA)
    asha = clinic.doctor()
    clinic.database.write(lambda tx: doctors.change(tx, asha.id, name="=HYPERLINK(1)"))  # as an older version took it
    stands_by(clinic, "10001", serves(clinic, "10001", NOVEMBER), NOVEMBER, 5_050)

    [row] = csv.DictReader(statement_csv("2026-11", of(clinic, "2026-11")).splitlines())
    assert row == {
        "month": "2026-11",
        "name": "'=HYPERLINK(1)",
        "council": "KMC",
        "registration": "10001",
        "consults": "1",
        "follow_ups": "0",
        "minutes": "5",
        "fee_rs": "249.00",
        "stand_bys": "1",
        "stand_by_rs": "50.50",
        "total_rs": "299.50",
    }


def test_the_last_month_of_a_year_ends_with_it() -> None:
    assert month_of("2026-12") == (DECEMBER, month_of("2027-01")[0])


@pytest.mark.parametrize("text", ["2026-13", "2026-1", "November", "202611", ""])
def test_what_is_no_month(text: str) -> None:
    with pytest.raises(ConfigurationError, match="2026-11"):
        month_of(text)
