"""What the vendors' SDKs share on the network: refusals as they came, and whether a request left at all. Imports requests."""

from re import compile as regex
from ssl import SSLCertVerificationError

from requests.exceptions import ConnectTimeout, ProxyError, RequestException
from urllib3.exceptions import NewConnectionError, SSLError

_WAIT = regex(r"[0-9]{1,5}")


class Refused(Exception):
    """Any answer that is not a success, as it came: raised below the SDKs, which would hide it or send again."""

    def __init__(self, status: int, body: str, after_s: float | None) -> None:
        super().__init__(f"HTTP {status}")
        self.status = status
        self.body = body
        self.after_s = after_s


def never_left(error: RequestException) -> bool:
    """Whether no byte of the request was sent: no address, no connection, or a certificate we do not trust.

    Other TLS errors also happen while reading an answer, so they count as sent.
    """
    if isinstance(error, (ConnectTimeout, ProxyError)):
        return True
    reason = getattr(error.args[0], "reason", None) if error.args else None
    if isinstance(reason, SSLError):
        return isinstance(reason.args[0], SSLCertVerificationError)
    return isinstance(reason, NewConnectionError)


def seconds_of(header: str) -> float | None:
    """Seconds of a Retry-After header. Its date form is left out: it would need our clock to agree with theirs."""
    return float(header) if _WAIT.fullmatch(header.strip()) else None
