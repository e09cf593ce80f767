"""Free talks without end: whoever hangs up short of the talk that is paid for has their money back, and has asked a doctor all the same.

Once happens to anybody, for lines break. From the second time in a week on nothing is sold or granted to this caller, and an operator
is told, who may see it otherwise. What a doctor called an emergency, or not for a phone, counts for nobody; nor what broke at the doctor's.
"""

from typing import Final

from ivr.model.ids import first_id
from ivr.settings import Settings
from ivr.store import alarms
from ivr.store import short_talks as store
from ivr.store.tx import Row, Tx

SHORT_TALKS: Final = "short_talks"
"""The alarm; `ivr.alarms.rules` has its words."""
MOST_SHORT_TALKS: Final = 2
_WEEK_MS = 7 * 24 * 60 * 60_000
_WORTH_COUNTING_MS = 30_000  # in less nobody has asked a doctor anything


def too_many(tx: Tx, caller_id: str, settings: Settings, at: int) -> bool:
    """Whether this caller has had so many short talks for nothing in the week before `at` (UTC ms) that they get no other one."""
    since = first_id(at - _WEEK_MS)
    return store.count(tx, caller_id, since, _WORTH_COUNTING_MS, settings.delivered_seconds * 1000) >= MOST_SHORT_TALKS


def ended(tx: Tx, consult: Row, settings: Settings, at: int) -> None:
    """A consult has just ended, and nothing of it is kept: tell an operator if that happens to its caller again and again."""
    if consult.together_ms >= _WORTH_COUNTING_MS and too_many(tx, consult.caller_id, settings, at):
        short = f"short of {settings.delivered_seconds} s"
        advice = f"a caller hung up on a doctor {short} again, and has the money back; nothing is sold to them for some days"
        alarms.sound(tx, SHORT_TALKS, consult.reference, advice, at)
