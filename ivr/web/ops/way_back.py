"""Where to go back to: a path of the console's own, and never another site's address."""

import re
from urllib.parse import urlsplit

from flask import current_app, request
from werkzeug.exceptions import HTTPException

FIRST, SEARCH = "/ops/", "/ops/search"
_OURS = re.compile(r"/ops/[A-Za-z0-9_/?=&%+.-]*")
_NO_PAGE = "ops.nowhere"


def safe_next(path: str) -> str:
    """This path of ours, or the first page for anything else."""
    ours = _OURS.fullmatch(path) and "//" not in path and ".." not in path and len(path) <= 200
    return path if ours else FIRST


def page_of(address: str) -> str:
    """The page of ours at this address, its query with it; whatever was looked for is repeated in no address."""
    try:
        found = urlsplit(address)
    except ValueError:
        return FIRST
    path = safe_next(f"{found.path}?{found.query}" if found.query else found.path)
    return SEARCH if path.partition("?")[0] == SEARCH else path


def page_of_form(*, ours: bool) -> str:
    """The page with the form that was sent. `ours`: the browser says that a page of ours sent it, so it is asked which."""
    path = page_of(request.headers.get("Referer", "") if ours else "")
    path = page_of(request.path) if path == FIRST else path
    while not _is_page(path.partition("?")[0]):  # a form that was sent with a fault is shown where it was sent to
        path = path.partition("?")[0].rpartition("/")[0] or FIRST
    return path


def _is_page(path: str) -> bool:
    try:
        endpoint, _ = current_app.url_map.bind("").match(path, method="GET")
    except HTTPException:
        return False
    return bool(endpoint != _NO_PAGE)
