"""`python -m ivr doctors pin`, as a clinic uses it."""

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from ivr.cards.pins import fits
from ivr.cli.doctors_pin import pin
from ivr.run.development import fresh_keys
from ivr.store import cards
from ivr.wiring import App
from tests.cards.ward import OTHER_PIN, Ward


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    return sqlite_url


def asks(app: App, tmp_path: Path, *arguments: str, typed: str = "") -> Result:
    given = {**fresh_keys(), "DATABASE_URL": app.settings.database_url, "VAR_DIR": str(tmp_path)}
    return CliRunner(env=given).invoke(pin, arguments, input=typed)


def test_a_doctor_types_the_pin_twice_and_it_is_not_shown(app: App, ward: Ward, tmp_path: Path) -> None:
    said = asks(app, tmp_path, "KMC-1001", typed=f"{OTHER_PIN}\n{OTHER_PIN}\n")

    assert said.exit_code == 0, said.output
    assert "Dr. Meera Rao opens cards with the new PIN" in said.output
    assert OTHER_PIN not in said.output
    with app.database.read() as tx:
        doctor = cards.doctor_of(tx, ward.rao)
    assert doctor is not None
    assert fits(doctor.card_pin, OTHER_PIN)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("KMC-1001", "--pin", "123456"), "one of the first that anybody tries"),
        (("KMC-1001", "--pin", "12"), "six digits"),
        (("KMC-9", "--pin", OTHER_PIN), "no doctor has this registration number"),
        (("KMC-1001", "--pin", OTHER_PIN, "--council", "Goa"), "no doctor has this registration number"),
    ],
)
def test_what_is_wrong_is_a_sentence(app: App, ward: Ward, tmp_path: Path, arguments: tuple[str, ...], said: str) -> None:
    answer = asks(app, tmp_path, *arguments)

    assert answer.exit_code == 2
    assert said in answer.output
    assert "Traceback" not in answer.output
