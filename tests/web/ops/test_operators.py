"""Adding operators, and checking who they are."""

from pathlib import Path

import pytest

from ivr.operators import OperatorRefused, Role, add_operator, check_password, find_operator
from ivr.store.database import sqlite_path
from ivr.wiring import App
from tests.web.ops.conftest import PASSWORD


@pytest.mark.parametrize("name", ["", "a", "Asha", "9lives", "asha rao", "ashä", "a" * 33, "asha\n"])
def test_an_operators_name_has_a_simple_shape(app: App, name: str) -> None:
    with pytest.raises(OperatorRefused, match="small letters"):
        add_operator(app.database, name, PASSWORD, Role.VIEWER, 1)


@pytest.mark.parametrize("password", ["", "123456789", "x" * 201])
def test_a_password_has_ten_characters_at_least(app: App, password: str) -> None:
    with pytest.raises(OperatorRefused, match="10 to 200 characters"):
        add_operator(app.database, "asha", password, Role.VIEWER, 1)


def test_a_role_is_one_of_three(app: App) -> None:
    with pytest.raises(OperatorRefused, match="viewer, operator, admin"):
        add_operator(app.database, "asha", PASSWORD, "king", 1)


def test_adding_an_operator_twice_changes_password_and_role(app: App) -> None:
    assert add_operator(app.database, "ravi", PASSWORD, "viewer", 1) is True
    assert add_operator(app.database, "ravi", "another fine password", Role.ADMIN, 2) is False
    assert check_password(app.database, "ravi", PASSWORD) is None
    found = check_password(app.database, "ravi", "another fine password")
    assert found is not None
    assert found == find_operator(app.database, "ravi")
    assert (found.name, found.role) == ("ravi", Role.ADMIN)


def test_passwords_are_kept_as_argon2_hashes_only(app: App, sqlite_url: str) -> None:
    add_operator(app.database, "ravi", PASSWORD, "viewer", 1)
    app.database.close()
    kept = b"".join(file.read_bytes() for file in _files(sqlite_url))
    assert b"$argon2id$" in kept
    assert PASSWORD.encode() not in kept


def _files(url: str) -> list[Path]:
    path = sqlite_path(url)
    return list(path.parent.glob(path.name + "*"))
