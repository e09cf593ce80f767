"""Files in a form: so many bytes and no more, whatever their names say; and files on their way out, which can act on nothing."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from re import compile as regex
from threading import Semaphore

from flask import Response, make_response, request
from werkzeug.datastructures import FileStorage
from werkzeug.exceptions import HTTPException

from ivr.cards.uploads import MOST_BYTES, PDF, Clean, Fault, Unfit
from ivr.web.guard import MAX_BYTES

MEGABYTES = MOST_BYTES // (1024 * 1024)
FORMS_AT_ONCE = 2
"""Forms with files that one page takes in one process: the threads are for calls."""
BUSY_S = 10
"""When to come again."""
_MOST_PARTS = 20
_ID = regex(r"[0-9A-Z]{26}")


@dataclass(frozen=True, slots=True)
class Spoilt:
    """The file that was chosen as the `number`th (1, 2, …) is not taken."""

    number: int
    fault: Fault


class Places:
    """For forms with files, of one page. Nobody waits for one, for whoever waits holds a thread that may answer a call."""

    def __init__(self) -> None:
        self._free = Semaphore(FORMS_AT_ONCE)

    @contextmanager
    def one(self) -> Iterator[bool]:
        """Whether there was one; it is free again afterwards."""
        found = self._free.acquire(blocking=False)
        try:
            yield found
        finally:
            if found:
                self._free.release()


def later(response: Response, seconds: int) -> Response:
    """The same, with when to come again."""
    response.headers["Retry-After"] = str(seconds)
    return response


def allow_files(most: int) -> None:
    """Before anything of the form is looked at: room for so many files. The length that was announced is judged first, then what comes."""
    request.max_content_length = most * MOST_BYTES + MAX_BYTES
    request.max_form_parts = _MOST_PARTS


def readable() -> bool:
    """Whether the form can be read. False: too large, cut off, or no form."""
    try:
        _ = request.form
    except HTTPException:
        return False
    return True


def chosen(field: str, most: int) -> list[FileStorage]:
    """The files of this field, not read yet, one more than `most` at the most; a browser sends an empty one where none was chosen."""
    return [each for each in request.files.getlist(field) if each.filename][: most + 1]


def judged(number: int, file: FileStorage, clean: Callable[[bytes], Clean]) -> Clean | Spoilt:
    """One file, by itself: the only one of its form in memory."""
    try:
        return clean(file.stream.read(MOST_BYTES + 1))
    except Unfit as unfit:
        return Spoilt(number, unfit.fault)


def wanted(name: str) -> str | None:
    """The file that the query `?name=` asks for: None when it asks for none, "" when that is no id of ours."""
    id = request.args.get(name)
    return id if id is None or _ID.fullmatch(id) else ""


def served(file: Clean | None, name: str, *, keep: bool = False) -> Response:
    """One file, for whoever was let in, kept by nobody. `keep`: to be saved rather than shown; a PDF always is. None: 404."""
    if file is None:
        return make_response("", 404)
    ending = "pdf" if file.media_type == PDF else "jpg"
    how = "attachment" if keep or file.media_type == PDF else "inline"
    response = make_response(file.content)
    response.headers.update(
        {
            "Content-Type": file.media_type,
            "Content-Disposition": f'{how}; filename="{name}.{ending}"',
            "Content-Security-Policy": "default-src 'none'; sandbox",
            "X-Content-Type-Options": "nosniff",
            "Cache-Control": "no-store",
            "Referrer-Policy": "no-referrer",
            "Cross-Origin-Resource-Policy": "same-origin",
            "X-Robots-Tag": "noindex",
        }
    )
    return response
