"""What every provider needs to judge and read one request: signatures compared in constant time, fields with limits."""

from binascii import b2a_base64
from collections.abc import Iterable, Mapping, Sequence
from hmac import compare_digest, digest
from re import Pattern
from re import compile as regex

from ivr.model.errors import BadRequest
from ivr.model.events import Pressed, Recorded, Silence
from ivr.model.replies import MOST_DIGITS

_CONTROL = regex(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
_CONTROL_IN_PROSE = regex(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")  # a tab and a new line are part of a text
_SECONDS = regex(r"[0-9]{1,7}")
_LENGTH = regex(r"([0-9]{1,7})(\.[0-9]+)?")
_KEYS = regex(rf"[0-9*#]{{1,{MOST_DIGITS}}}")
_ADDRESS = regex(r"https?://[!-~]+")


def utf8(text: str) -> bytes:
    """Bytes of anything a stranger sends, lone surrogates included; never raises."""
    return text.encode("utf-8", "surrogatepass")


def signed(secrets: Iterable[str], message: bytes, algorithm: str, presented: Sequence[bytes]) -> bool:
    """Whether one of `presented` (base64) is the HMAC of `message` under one of `secrets`.

    Every pair is compared, each in constant time. An empty secret signs nothing: anybody knows it.
    """
    found = False
    for secret in secrets:
        if secret:
            ours = b2a_base64(digest(secret.encode(), message, algorithm), newline=False)
            for theirs in presented:
                found |= compare_digest(ours, theirs)
    return found


def field(params: Mapping[str, str], name: str, limit: int = 256) -> str:
    """A parameter that may be missing: "" then. BadRequest when it is over-long or holds control characters."""
    value = params.get(name, "")
    if len(value) > limit:
        raise BadRequest(f"{name} is longer than {limit} characters.")
    if _CONTROL.search(value):
        raise BadRequest(f"{name} holds control characters.")
    return value


def required(params: Mapping[str, str], name: str, shape: Pattern[str] | None = None) -> str:
    """A parameter we cannot do without. BadRequest when it is missing, or is not of the provider's shape."""
    value = field(params, name)
    if not value:
        raise BadRequest(f"{name} is missing.")
    if shape is not None and not shape.fullmatch(value):
        raise BadRequest(f"{name} does not look like one of the provider's.")
    return value


def seconds(params: Mapping[str, str], name: str) -> int:
    """A duration in whole seconds, 0 when it is missing. BadRequest for anything that is no number."""
    value = field(params, name)
    if value and not _SECONDS.fullmatch(value):
        raise BadRequest(f"{name} is not a number of seconds.")
    return int(value or 0)


def keys(params: Mapping[str, str], name: str) -> Pressed | Silence:
    """What was pressed. BadRequest for anything that no keypad sends, and for more keys than are ever asked for."""
    value = field(params, name)
    if value and not _KEYS.fullmatch(value):
        raise BadRequest(f"{name} is not 1 to {MOST_DIGITS} keys of a phone.")
    return Pressed(value) if value else Silence()


def recording(params: Mapping[str, str], name: str, length: str) -> Recorded | None:
    """A voice note; None when there is none. BadRequest when its address is no web address.

    A length that is no number counts as 0 s: the note is there, and somebody may have told us of their pain in it.
    """
    ref, measured = field(params, name, 2048), _LENGTH.fullmatch(field(params, length))
    if ref and not _ADDRESS.fullmatch(ref):
        raise BadRequest(f"{name} is not the address of a recording.")
    return Recorded(ref, int(measured[1]) if measured else 0) if ref else None


def prose(params: Mapping[str, str], name: str, limit: int = 4096) -> str:
    """What a person wrote. Control characters become spaces: a STOP with a stray byte in it is still a STOP."""
    value = params.get(name, "")
    if len(value) > limit:
        raise BadRequest(f"{name} is longer than {limit} characters.")
    return _CONTROL_IN_PROSE.sub(" ", value)
