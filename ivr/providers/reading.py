"""What every provider needs to judge and read one request: signatures compared in constant time, fields with limits."""

from binascii import b2a_base64
from collections.abc import Iterable, Mapping, Sequence
from hmac import compare_digest, digest
from re import Pattern
from re import compile as regex

from ivr.model.errors import BadRequest

_CONTROL = regex(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
_CONTROL_IN_PROSE = regex(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")  # a tab and a new line are part of a text
_SECONDS = regex(r"[0-9]{1,7}")


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


def prose(params: Mapping[str, str], name: str, limit: int = 4096) -> str:
    """What a person wrote. Control characters become spaces: a STOP with a stray byte in it is still a STOP."""
    value = params.get(name, "")
    if len(value) > limit:
        raise BadRequest(f"{name} is longer than {limit} characters.")
    return _CONTROL_IN_PROSE.sub(" ", value)
