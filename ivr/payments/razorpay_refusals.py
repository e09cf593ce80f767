"""What each refusal of Razorpay's means: its sentences are the only thing that tells them apart.

Sources: the error sections of Razorpay's pages on creating, fetching and cancelling payment links, normal refunds and idempotent
refunds; and, where they differ, what merchants have been answered (a used reference, an unknown link). The code is `BAD_REQUEST_ERROR`
for nearly all of them.
"""

from json import loads
from re import IGNORECASE
from re import compile as regex

from ivr.model.gateway import Refusal, Rejected, RetryAfter
from ivr.model.outcomes import Unknown
from ivr.network import Refused

_LATER = None

# The first match wins.
_SENTENCES = tuple(
    (regex(words, IGNORECASE), meaning)
    for words, meaning in (
        (r"different request with the same idempotency key", Refusal.OTHER),  # a 409 too, but asking again never helps
        (r"\bin progress\b", _LATER),
        (r"reference.?id(: \S+)? already", Refusal.TAKEN),
        (r"already paid|partially paid", Refusal.PAID),
        (r"\b(expired|cancelled) link", Refusal.GONE),
        (r"does not exist|is not a valid id|invalid input \[strippedid\]", Refusal.GONE),
        (r"enough balance", Refusal.BALANCE),
        (r"fully refunded already|refund has already been processed", Refusal.REFUNDED),
        (r"authentication failed|\b(key|secret)\b.* (is|are) invalid|invalid access", Refusal.ACCOUNT),
    )
)
_THEIR_TROUBLE = ("GATEWAY_ERROR", "SERVER_ERROR")
_LONG_NUMBER = regex(r"[0-9][0-9 -]{6,}[0-9]")
_UNPRINTABLE = regex(r"[^\x20-\x7e₹]+")
_LONGEST = 200


def outcome(refused: Refused) -> Rejected | RetryAfter | Unknown:
    """The consequence of an answer that is no success.

    Nobody promises that a 5xx did nothing; and a 4xx that is not in the gateway's own JSON is a word of something in between.
    """
    code, sentence = _error(refused.body)
    match refused.status:
        case 429:
            return RetryAfter(code or "429", refused.after_s)
        case status if status >= 500 or status == 408 or code in _THEIR_TROUBLE:
            return Unknown(f"HTTP {status}")
        case status if status < 400:
            return Rejected(Refusal.ACCOUNT, str(status), "the API address answers with a redirect")
    return _by_sentence(refused, code or str(refused.status), sentence)


def _by_sentence(refused: Refused, code: str, sentence: str | None) -> Rejected | RetryAfter | Unknown:
    for words, meaning in _SENTENCES:
        if sentence is not None and words.search(sentence):
            return RetryAfter(code, refused.after_s) if meaning is _LATER else Rejected(meaning, code, _printable(sentence))
    if refused.status == 409:
        return RetryAfter(code, refused.after_s)
    if refused.status == 404 and code == "BAD_REQUEST_ERROR" and sentence is None:
        return Rejected(Refusal.GONE, code, "the gateway knows no such thing")
    if sentence is None:
        return Unknown(f"HTTP {refused.status} without a reason")
    return Rejected(Refusal.ACCOUNT if refused.status in (401, 403) else Refusal.OTHER, code, _printable(sentence))


def _error(body: str) -> tuple[str | None, str | None]:
    """Code and sentence of `{"error": {"code": …, "description": …}}`; None for what is missing."""
    try:
        answer = loads(body)
    except (ValueError, RecursionError):
        return None, None
    error = answer.get("error") if isinstance(answer, dict) else None
    if not isinstance(error, dict):
        return None, None
    code, sentence = error.get("code"), error.get("description")
    return (_printable(code)[:40] if isinstance(code, str) else None), (sentence if isinstance(sentence, str) and sentence else None)


def _printable(sentence: str) -> str:
    """The gateway's words for operators, without phone or card numbers that it may quote."""
    return _LONG_NUMBER.sub("…", _UNPRINTABLE.sub(" ", sentence))[:_LONGEST]
