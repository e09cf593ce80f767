"""The doctors' sheet: every fault is told by its line, and nothing of a faulty sheet is written."""

import csv
from io import StringIO
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.doctors import sheet_doctors
from ivr.doctors.sheet import COLUMNS, decoded, records, written
from ivr.doctors.sheet_doctors import Known
from ivr.model.errors import ConfigurationError
from ivr.prices import NO_PRICES
from ivr.sheet import Faults
from ivr.store.schema import caller, doctor, doctor_skill, presence, shift_rule
from tests.doctors.clinic import ASHA, IMRAN, Clinic, sheet

FILE = Path(__file__).parent / "faults.csv"
FAULTS = [
    (3, "name", "is empty"),
    (4, "name", "longer than 120"),
    (5, "name", "line break"),
    (6, "name", "looks like a telephone number"),
    (7, "qualification", "is empty"),
    (8, "council", "no council"),
    (9, "registration", "is empty"),
    (10, "registration", "30 at most"),
    (11, "registration", "invented"),
    (12, "registration", "as on line 2; keep one row"),
    (13, "verified_on", "verified_by is not"),
    (14, "verified_by", "verified_on is not"),
    (15, "verified_on", "year-month-day"),
    (16, "verified_on", "a day to come"),
    (17, "valid_until", "year-month-day"),
    (18, "valid_until", "before verified_on"),
    (19, "specialities", "is empty"),
    (20, "specialities", '"cardiology" is not known'),
    (21, "specialities", "here twice"),
    (22, "specialities", "level from 1 to 3"),
    (23, "languages", "is empty"),
    (24, "languages", '"fr" is not known'),
    (25, "languages", "level from 1 to 3"),
    (26, "tier", "digit from 0 to 9"),
    (27, "fee_tier", "not in prices.yaml"),
    (28, "fee_tier", "no price for sports, senior"),
    (29, "city", "is empty"),
    (30, "pin_code", "six digits"),
    (31, "pin_code", "no PIN code begins"),
    (32, "phone", "is empty"),
    (33, "phone", "not a telephone number"),
    (34, "phone", "landline"),
    (35, "phone", "not an Indian number"),
    (36, "phone", "one of our own lines"),
    (37, "phone", "series is for invented doctors"),
    (38, "phone", "same as on line 2"),
    (39, "phone", "phone of KMC 10001"),
    (40, "follow_ups", "yes or no"),
    (41, "routable", "yes or no"),
    (42, "shifts", "days are mon"),
    (43, "shifts", "a time like"),
    (44, "shifts", "a shift ends after it begins"),
    (45, "shifts", "overlap"),
    (46, "shifts", "from mon towards sun"),
    (47, "", "3 cells, where the header has 17"),
    (48, "", "18 cells"),
]


def test_every_fault_of_a_sheet_is_told_by_its_line_and_nothing_is_written(clinic: Clinic) -> None:
    clinic.takes(ASHA)
    tables = (caller, doctor, doctor_skill, presence, shift_rule)
    before = [clinic.all(table) for table in tables]

    with pytest.raises(ConfigurationError) as refused:
        clinic.directory.take(decoded(FILE.read_bytes(), FILE.name), FILE.name, clinic.clock.now())

    told = str(refused.value).splitlines()
    assert len(told) == len(FAULTS) >= 30
    for row, (line, column, part) in zip(told, FAULTS, strict=True):
        assert row.startswith(f"faults.csv:{line}: {column}"), row
        assert part in row
    assert [clinic.all(table) for table in tables] == before


@pytest.mark.parametrize(
    ("column", "day", "told"),
    [
        ("valid_until", "2999-12-31", "valid_until: is more than 10 years ahead; write 2036-11-22 at the latest"),
        ("valid_until", "9999-12-31", "valid_until: the year is before 1970 or after 2999"),
        ("valid_until", "2036-11-23", "valid_until: is more than 10 years ahead"),
        ("valid_until", "1031-03-31", "valid_until: the year is before 1970"),
        ("valid_until", "2031-02-30", "valid_until: no calendar has this day"),
        ("verified_on", "2026-1-1", "verified_on: write the day as year-month-day"),
    ],
)
def test_a_day_that_is_a_slip_says_which(clinic: Clinic, column: str, day: str, told: str) -> None:
    with pytest.raises(ConfigurationError) as refused:
        clinic.takes(ASHA | {column: day})
    assert told in str(refused.value)
    assert clinic.takes(ASHA | {"valid_until": "2036-11-22"}).not_rung == ()


def test_a_fault_never_repeats_what_may_be_somebodys_number(clinic: Clinic) -> None:
    number = "98450 77 777"
    for column in ASHA:
        with pytest.raises(ConfigurationError) as refused:
            clinic.takes(dict.fromkeys(ASHA, number) | {"phone": f"{number}7" if column == "phone" else "12"})
        assert "98450" not in str(refused.value)


def test_a_dry_run_tells_the_same_faults(clinic: Clinic) -> None:
    clinic.takes(ASHA)
    text = decoded(FILE.read_bytes(), FILE.name)
    with pytest.raises(ConfigurationError) as refused:
        clinic.directory.take(text, FILE.name, clinic.clock.now(), dry_run=True)
    assert len(str(refused.value).splitlines()) == len(FAULTS)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "f:1: the sheet is empty"),
        ("\n\n", "f:1: the sheet is empty"),
        (",".join(COLUMNS).replace("tier,fee_tier", "fee_tier"), "f:1: the column tier is missing"),
        (",".join(COLUMNS).replace("phone", "fone"), 'f:1: no column is called "fone"; did you mean phone?'),
        (",".join([*COLUMNS, "age"]), 'f:1: no column is called "age"; take it out'),
        (",".join([*COLUMNS, "name"]), "f:1: the column name is here twice"),
        (",".join(COLUMNS) + '\n"Dr Asha', "f:2: not CSV from here on"),
        (",".join(COLUMNS) + '\n"Dr" Asha', "f:2: not CSV from here on"),
    ],
)
def test_a_sheet_without_the_header_that_it_needs(text: str, told: str) -> None:
    faults = Faults("f")
    assert records(text, faults) == []
    assert told in "\n".join(map(str, faults.all))


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_a_sheet_is_read_however_a_spreadsheet_separates_its_cells(clinic: Clinic, separator: str) -> None:
    file = StringIO(newline="")
    writer = csv.writer(file, delimiter=separator, lineterminator="\r\n")
    writer.writerows([[name.upper() for name in COLUMNS], *([row[column] for column in COLUMNS] for row in (ASHA, IMRAN))])
    taken = clinic.directory.take("\n" + file.getvalue(), "f", clinic.clock.now())

    assert (len(taken.added), clinic.export()) == (2, sheet(ASHA, IMRAN))
    assert clinic.directory.take(file.getvalue().replace("NAME", '"Name"', 1), "f", clinic.clock.now()).same == 2


@pytest.mark.parametrize(("separator", "called"), [(",", "comma"), (";", "semicolon"), ("\t", "tab")])
def test_a_row_of_another_length_is_told_in_the_sheets_own_separator(separator: str, called: str) -> None:
    faults = Faults("f")
    records("\n".join(separator.join(row) for row in (COLUMNS, ["x"] * 18, ["x"])), faults)
    long, short = map(str, faults.all)
    assert long.endswith(f"put a cell that holds a {called} in quotation marks")
    assert short.endswith(f"an empty cell keeps its {called}")


def test_a_cell_without_end_is_said_to_be_one() -> None:
    faults = Faults("f")
    records(sheet(ASHA | {"city": "x" * 300_000}), faults)
    assert [str(each) for each in faults.all] == [
        "f:2: a cell is longer than 131072 characters; shorten it, or close the quotation mark that begins it"
    ]


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("Asha Rao", "Dr Asha Rao"),
        ("Dr Asha Rao", "Dr Asha Rao"),
        ("dr. asha", "Dr asha"),
        ("DR.Asha  Rao", "Dr Asha Rao"),
        ("Doctor Dr Asha Rao", "Dr Asha Rao"),
        ("Drishti Rao", "Dr Drishti Rao"),
        ("ಡಾ. ಆಶಾ ರಾವ್", "Dr ಆಶಾ ರಾವ್"),
        ("डॉ आशा राव", "Dr आशा राव"),
        ("ರಾಜ್\u200cಕುಮಾರ್", "Dr ರಾಜ್\u200cಕುಮಾರ್"),
        ("K. S. O’Brien-D'Souza", "Dr K. S. O’Brien-D'Souza"),
    ],
)
def test_a_name_is_spoken_with_dr_before_it_once(clinic: Clinic, written: str, kept: str) -> None:
    clinic.takes(ASHA | {"name": written})
    assert clinic.doctor().name == kept
    assert clinic.directory.take(clinic.export(), "again.csv", clinic.clock.now()).same == 1


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("<b>Asha", "letters, blanks, dots"),
        ("=1+1", "letters, blanks, dots"),
        ("Asha 🩺", "letters, blanks, dots"),
        ("Asha, Rao", "letters, blanks, dots"),
        ("Dr -", "letters, blanks, dots"),
        ("Asha 2", "letters, blanks, dots"),
        ("Dr.", "a title alone"),
        ("doctor", "a title alone"),
        ("A" * 118, "longer than 120"),
        ("Asha\u202eoaR", "nobody sees"),
        ("Asha\nRao", "line break"),
        (" ", "is empty"),
    ],
)
def test_what_nobody_is_called_is_no_name(clinic: Clinic, name: str, told: str) -> None:
    with pytest.raises(ConfigurationError, match=f"doctors.csv:2: name: .*{told}"):
        clinic.takes(ASHA | {"name": name})


def test_a_row_is_named_by_the_line_on_which_it_begins() -> None:
    faults = Faults("f")
    text = sheet(ASHA | {"city": "Ben\ngaluru"}, ASHA)
    assert [record.line for record in records(text.replace("\nDr Asha", "\n\n\nDr Asha", 1), faults)] == [4, 6]


def test_a_spreadsheets_own_marks_are_taken_off() -> None:
    assert decoded(b"\xef\xbb\xbfname", "f") == "name"
    with pytest.raises(ConfigurationError, match="CSV UTF-8"):
        decoded("Dr José".encode("latin-1"), "f")


@pytest.mark.parametrize("name", ["=1+1", "+cmd", "-2", "@SUM(A1)", "'quoted", "'=1", "''", "Dr A, B", 'Dr "A"'])
def test_a_cell_that_a_spreadsheet_would_run_is_written_so_that_it_does_not_and_read_back_the_same(name: str) -> None:
    text = sheet(ASHA | {"name": name})
    cell = text.splitlines()[1]
    assert not cell.startswith(("=", "+", "-", "@"))

    [record] = records(text, Faults("f"))
    assert record.cells["name"] == name
    assert written(["a"], [["plain"]]) == "a\nplain\n"


@given(st.dictionaries(st.sampled_from(COLUMNS), st.text(max_size=30)), st.text(max_size=60))
def test_whatever_a_sheet_says_it_is_told_and_never_crashes(changes: dict[str, str], more: str) -> None:
    faults = Faults("f")
    text = written(COLUMNS, [[{**ASHA, **changes}[column] for column in COLUMNS]]) + more
    for record in records(text, faults):
        sheet_doctors.doctor(record, Known(NO_PRICES, frozenset(), 1_795_329_000_000))
    assert faults.found
