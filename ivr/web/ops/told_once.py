"""What was done is said once, on the page that a form leads to: who reloads it, or opens its address, is told nothing that is not so."""

from flask import session

_KEPT = "told"


def tell_once(page: str, said: str) -> None:
    """`page`: the path that says it next."""
    session[_KEPT] = [page, said]


def told_once(page: str) -> str:
    """What is to be said there; "" for nothing, and from the second time on."""
    found = session.pop(_KEPT, None)
    return str(found[1]) if isinstance(found, list) and len(found) == 2 and found[0] == page else ""
