"""`python -m ivr doctors`: sentences and exit codes."""

from pathlib import Path
from re import search
from typing import Any

import pytest
from click.testing import CliRunner, Result

from ivr.cli.doctors import doctors as command
from ivr.doctors.sheet import COLUMNS
from ivr.doctors.statement import month_of
from ivr.prices import NO_PRICES
from ivr.readiness import faults
from ivr.run.development import fresh_keys
from ivr.settings import ROOT, Settings
from ivr.store.database import open_database
from ivr.store.vault import Vault
from tests.clock import HandClock
from tests.doctors.clinic import ASHA, IMRAN, Clinic, sheet
from tests.doctors.test_statement import serves
from tests.test_readiness import READY, own_callflows  # noqa: F401 - a fixture

SANDBOX = {"PLIVO_API_URL": "http://127.0.0.1:8001"}
ORTHO = {"specialities": "orthopedics:3", "fee_tier": "standard"}


class Terminal:
    def __init__(self, folder: Path, url: str) -> None:
        self.folder = folder
        self.environment = {**fresh_keys(), "DATABASE_URL": url, "VAR_DIR": str(folder)}

    def __call__(self, *arguments: str, **environment: str) -> Result:
        return CliRunner().invoke(command, arguments, env={**self.environment, **environment})

    def writes(self, *rows: dict[str, str]) -> str:
        file = self.folder / "doctors.csv"
        file.write_text(sheet(*({**row, **ORTHO} for row in rows)), encoding="utf-8")
        return str(file)


@pytest.fixture
def terminal(tmp_path: Path, sqlite_url: str) -> Terminal:
    return Terminal(tmp_path, sqlite_url)


def test_a_sheet_is_looked_at_taken_over_and_written_out(terminal: Terminal) -> None:
    file = terminal.writes(ASHA, IMRAN | {"valid_until": ""})

    assert terminal("import", file, "--dry-run").output.endswith("only looked: 2 new, 0 changed, 0 as they were; nothing written\n")
    taken = terminal("import", file)
    assert (taken.exit_code, taken.output.splitlines()) == (
        0,
        ["new: KMC 10001", "new: KMC 10002", "will not be rung: KMC 10002: valid_until is empty", "2 new, 0 changed, 0 as they were"],
    )
    assert terminal("import", file).output.endswith("0 new, 0 changed, 2 as they were\n")
    terminal.writes(ASHA | {"tier": "3"})
    assert "changed: KMC 10001: tier 0 → 3" in terminal("import", file).output
    assert terminal("export").stdout.splitlines()[0] == ",".join(COLUMNS)
    out = terminal.folder / "out.csv"
    assert terminal("export", str(out)).output == "2 doctors written\n"
    assert (out.stat().st_mode & 0o777, out.read_text()) == (0o600, terminal("export").stdout)
    assert terminal("list").output.splitlines()[-1] == "2 doctors"


def test_the_readmes_sheet_is_taken_as_it_stands(terminal: Terminal) -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    given = {column: found[1] for column in ("specialities", "languages", "shifts") if (found := search(rf"{column} \(([^)]+)\)", readme))}
    assert len(given) == 3
    file = terminal.folder / "readme.csv"
    file.write_text(sheet(ASHA | ORTHO | given), encoding="utf-8")
    assert terminal("import", str(file)).output == "new: KMC 10001\n1 new, 0 changed, 0 as they were\n"


def test_where_there_is_nothing_to_choose_it_says_what_to_write(terminal: Terminal) -> None:
    file = terminal.folder / "doctors.csv"
    file.write_text(sheet(ASHA | {"fee_tier": "golden"}), encoding="utf-8")
    assert terminal("import", str(file)).stderr.splitlines() == [
        'doctors.csv:2: fee_tier: "golden" is not in prices.yaml; write standard',
        'doctors.csv:2: specialities: "sports" is not known here; write orthopedics',
    ]


def test_a_sheet_with_faults_is_refused_with_its_lines(terminal: Terminal) -> None:
    refused = terminal("import", terminal.writes(ASHA | {"pin_code": "1"}, IMRAN | {"tier": "x"}))

    assert refused.exit_code == 2
    assert [row.partition(": ")[0] for row in refused.stderr.splitlines()] == ["doctors.csv:2", "doctors.csv:3"]
    assert terminal("list").output == "0 doctors\n"
    assert terminal("import", "/nowhere.csv").exit_code == 2


def test_days_are_taken_off_and_given_back(terminal: Terminal) -> None:
    terminal("import", terminal.writes(ASHA))

    assert terminal("off", "kmc 10001", "2030-01-26").output == "KMC 10001: off 2030-01-26 00:00-24:00\n"
    assert terminal("off", "10001", "2030-01-26").output == "KMC 10001: off 2030-01-26 00:00-24:00, as it was\n"
    assert terminal("on", "10001", "2030-01-26", "09:00-10:00").output == "KMC 10001: on 2030-01-26 09:00-10:00\n"
    assert terminal("usual", "10001", "2030-01-26").output == "KMC 10001, 2030-01-26: 2 changes taken back\n"
    for arguments, told in (
        (("off", "10001", "tomorrow"), "DAY"),
        (("off", "10001", "2030-01-26", "9-10"), "HOURS"),
        (("on", "10001", "2999-12-31", "13:00-09:00"), "HOURS"),
        (("on", "10001", "2026-12-25", "13:00-09:00"), "HOURS: a shift ends after it begins; one over midnight is two, like: 2026-12-25"),
        (("on", "10001", "9999-12-31"), "DAY: the year is before 1970 or after 2999"),
        (("on", "10001", "2999-12-31"), "2999-12-31 is more than 10 years ahead; write "),
        (("on", "99", "2030-01-26"), "REGISTRATION"),
    ):
        refused = terminal(*arguments)
        assert (refused.exit_code, refused.stderr.startswith(told)) == (2, True)


def test_a_registration_is_verified_by_whoever_looked_it_up(terminal: Terminal) -> None:
    terminal("import", terminal.writes(ASHA | {"verified_by": "", "verified_on": "", "valid_until": ""}))
    assert "not to be rung: the registration is not verified" in terminal("list").output

    assert terminal("verify", "10001", "--until", "2031-03-31", "--by", "R Iyer").output == "KMC 10001: verified until 2031-03-31\n"
    assert "may be rung until 2031-03-31" in terminal("list").output
    terminal("verify", "10001", "--until", "2031-03-31", "--by", "R Iyer", "--not-rung")
    assert "not to be rung: the directory says" in terminal("list").output
    over = (("2999-12-31", "2999-12-31 is more than 10 years ahead"), ("9999-12-31", "--until: the year"))
    for until, told in (("soon", "--until"), ("20310331", "--until"), ("2020-01-01", "that day is over"), *over):
        refused = terminal("verify", "10001", "--until", until, "--by", "R Iyer")
        assert (refused.exit_code, refused.stderr.startswith(told)) == (2, True)
    assert terminal("verify", "10001", "--until", "2031-03-31", "--by", " ").stderr == "say who has looked it up\n"


@pytest.mark.parametrize(("by", "told"), [("9845099999", "a telephone number"), ("R\nIyer", "a line break"), ("x" * 121, "longer")])
def test_who_verifies_is_checked_as_the_sheet_checks_it(terminal: Terminal, by: str, told: str) -> None:
    terminal("import", terminal.writes(ASHA))
    refused = terminal("verify", "10001", "--until", "2031-03-31", "--by", by)
    assert (refused.exit_code, refused.stderr.startswith("who has looked it up: "), told in refused.stderr) == (2, True, True)

    assert terminal("verify", "10001", "--until", "2031-03-31", "--by", " R Iyer ").exit_code == 0
    out = terminal.folder / "out.csv"
    terminal("export", str(out))
    assert terminal("import", str(out)).output == "0 new, 0 changed, 1 as they were\n"


def test_gaps_are_told_until_somebody_covers_them(terminal: Terminal) -> None:
    assert terminal("gaps", "--days", "1").output.rstrip().endswith("gaps in 1 days")
    assert "nobody for orthopedics, " in terminal("gaps").output

    terminal("import", terminal.writes(ASHA | {"shifts": "mon-sun 00:00-24:00", "languages": "kn:3 en:1 hi:1"}))
    assert terminal("gaps").output == "no gap in 7 days\n"


def test_a_statement_is_printed_and_written(terminal: Terminal) -> None:
    file = terminal.folder / "statement.csv"
    terminal("import", terminal.writes(ASHA))
    database = open_database(terminal.environment["DATABASE_URL"])
    vault = Vault([terminal.environment["DATA_KEY"]], terminal.environment["PHONE_HASH_KEY"])
    serves(Clinic(database, vault, NO_PRICES, HandClock()), "10001", month_of("2026-10")[0])
    database.close()

    assert terminal("statement", "--month", "2026-10").output.splitlines() == [
        "KMC 10001 Dr Asha Rao: 1 consult (0 follow-ups), 5 min, Rs 249.00; stood by 0 times, Rs 0.00",
        "2026-10: 1 doctor, Rs 249.00 together",
    ]
    written = terminal("statement", "--month", "2026-11", "--csv", str(file)).output
    assert written == f"2026-11: 0 doctors, Rs 0.00 together\nwritten to {file}\n"
    refused = terminal("statement", "--month", "2026-10", "--csv", str(terminal.folder / "nowhere" / "statement.csv"))
    assert (refused.exit_code, refused.stdout) == (2, "")
    assert "nowhere/statement.csv: No such file" in refused.stderr
    assert file.read_text().startswith("month,name,council")
    assert terminal("statement", "--month", "11").exit_code == 2


def test_sample_doctors_come_once_and_only_beside_the_sandbox(terminal: Terminal) -> None:
    assert "beside the sandbox only" in terminal("sample").stderr
    assert terminal("sample", **SANDBOX).output == "391 sample doctors added\n"
    assert terminal("sample", **SANDBOX).output == "all sample doctors are there already\n"
    listed = terminal("list").output
    assert listed.count("sample, may be rung until") == 391


def test_an_export_says_that_sample_doctors_are_left_out(terminal: Terminal) -> None:
    terminal("sample", **SANDBOX)
    exported = terminal("export")
    assert exported.stdout == ",".join(COLUMNS) + "\n"
    assert exported.stderr == "0 doctors written; 391 samples are left out: they are invented\n"


def test_production_refuses_to_start_with_a_sample_doctor(
    terminal: Terminal,
    make_settings: Any,
    own_callflows: Path,  # noqa: F811
    sqlite_url: str,
) -> None:
    ready: Settings = make_settings(
        **{**READY, "callflows_dir": own_callflows, "database_url": sqlite_url, "database_disk_persistent": True}
    )
    assert faults(ready) == []

    terminal("sample", **SANDBOX)
    assert [each.partition(" ")[0] for each in faults(ready)] == ["doctors:"]
