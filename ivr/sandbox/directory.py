"""What is published: lines to ring and doctors to be. Whoever starts the sandbox tells it; it knows nothing of the product by itself."""

from dataclasses import asdict, dataclass, fields
from typing import Any, TypeVar

from flask import Blueprint, Response, jsonify

from ivr.sandbox.control import bad_input, given_fields
from ivr.sandbox.world import Sandbox

AUDIENCES = ("callers", "doctors")


@dataclass(frozen=True, slots=True)
class PublishedLine:
    """`does` is a sentence for whoever holds a phone; `answers`: it costs the caller money; `audience`: who rings it (AUDIENCES)."""

    number: str
    name: str
    does: str
    answers: bool = False
    flow: str = ""
    audience: str = "callers"
    provider: str = "plivo"


@dataclass(frozen=True, slots=True)
class Doctor:
    """Whose phone can be played. `about`: registration and city, say."""

    phone: str
    name: str
    about: str = ""


@dataclass(frozen=True, slots=True)
class Directory:
    """`talk_seconds`: so long two people must talk for a consult to be earned. `console`: the operators' address, "" when unknown."""

    lines: tuple[PublishedLine, ...] = ()
    doctors: tuple[Doctor, ...] = ()
    talk_seconds: int = 0
    console: str = ""


_Row = TypeVar("_Row", PublishedLine, Doctor)


def directory_api(world: Sandbox) -> Blueprint:
    """`GET` and `PUT /sandbox/api/directory`; what is put stands instead of what was there."""
    api = Blueprint("directory", __name__, url_prefix="/sandbox/api")
    api.register_error_handler(ValueError, bad_input)
    kept = Directory()

    @api.get("/directory")
    def shown() -> Response:
        return jsonify(asdict(kept))

    @api.put("/directory")
    def put() -> Response:
        nonlocal kept
        given = given_fields({"lines": list, "doctors": list, "talk_seconds": int, "console": str}, required=("lines",))
        lines = tuple(_row(PublishedLine, row) for row in given["lines"])
        doctors = tuple(_row(Doctor, row) for row in given.get("doctors", []))
        if wrong := next((line.audience for line in lines if line.audience not in AUDIENCES), None):
            raise ValueError(f"there is no audience {wrong!r}: use {' or '.join(AUDIENCES)}")
        kept = Directory(lines, doctors, given.get("talk_seconds", 0), given.get("console", ""))
        return jsonify(asdict(kept))

    return api


def _row(kind: type[_Row], row: Any) -> _Row:
    types = {field.name: field.type for field in fields(kind)}
    if not isinstance(row, dict) or set(row) - set(types):
        raise ValueError(f"each row is a JSON object with {', '.join(types)}")
    if wrong := next((name for name, value in row.items() if type(value) is not types[name]), None):
        raise ValueError(f"{wrong} must be {'true or false' if types[wrong] is bool else 'text in quotes'}")
    try:
        return kind(**row)
    except TypeError as why:
        raise ValueError(f"a row lacks something: {why}") from None
