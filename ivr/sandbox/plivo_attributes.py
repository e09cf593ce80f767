"""Attributes of Plivo's elements, strictly read: what is outside the documented range raises Unreadable with the document's error."""

from collections.abc import Collection
from urllib.parse import urlsplit

from ivr.sandbox.documents import Ask, Reading, Unreadable, XmlElement

KEYS = "0123456789*#"
_SOUNDS = {"": False, "beep:1": True, "beep:2": True}


def then(reading: Reading, element: XmlElement) -> Ask | None:
    """The action; with redirect="false" its answer is not waited for."""
    action = element.get("action")
    if action is None:
        return None
    goes = element.get("redirect", "true") != "false"
    return Ask(absolute(reading, action), method(reading, element), "action", goes)


def absolute(reading: Reading, url: str) -> str:
    """An address with its host, as Plivo wants them all."""
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.netloc:
        raise Unreadable(reading.wrong)
    return url


def method(reading: Reading, element: XmlElement, name: str = "method") -> str:
    """GET or POST, which is the usual one."""
    given: str = element.get(name, "POST").upper()
    if given not in ("GET", "POST"):
        raise Unreadable(reading.wrong)
    return given


def finish(reading: Reading, element: XmlElement, most: int) -> str:
    """The keys that end an input, at most so many; "" for none."""
    keys: str = element.get("finishOnKey", "#")
    if keys == "none":
        return ""
    if len(keys) > most or any(key not in KEYS for key in keys):
        raise Unreadable(reading.wrong)
    return keys


def number(reading: Reading, element: XmlElement, name: str, usual: int, low: int, high: int) -> int:
    """A whole number from `low` to `high`."""
    given = element.get(name, str(usual))
    if not given.isdecimal() or not low <= int(given) <= high:
        raise Unreadable(reading.wrong)
    return int(given)


def flag(reading: Reading, element: XmlElement, name: str, usual: bool) -> bool:
    """true or false, in small letters."""
    given = element.get(name, str(usual).lower())
    if given not in ("true", "false"):
        raise Unreadable(reading.wrong)
    return bool(given == "true")


def sound(reading: Reading, element: XmlElement, name: str) -> bool:
    """Whether something is heard: nothing, beep:1, beep:2, or a document's address."""
    given = element.get(name, "")
    return _SOUNDS[given] if given in _SOUNDS else bool(absolute(reading, given))


def only(reading: Reading, element: XmlElement, known: Collection[str]) -> None:
    """No attribute that the vendor does not document."""
    if any(name not in known for name in element.attrib):
        raise Unreadable(reading.wrong)
