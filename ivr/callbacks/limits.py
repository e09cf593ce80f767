"""Who is called back: the rules, without I/O. Each refusal is a reason that the console shows."""

from dataclasses import dataclass
from enum import StrEnum

from ivr.model.ports import Country
from ivr.model.values import CallerKind, Phone

INDIA = "+91"
MOST_RINGS_A_DAY = 10
"""Of one caller's phone, whoever asked for them: a caller id can be forged, each wish rings up to three times, and ten rings that
nobody wanted are a nuisance already. Who answers, as people do who asked, is never near it."""

MOST_PAID_RINGS_A_DAY = 5
"""Of somebody who has paid: each missed call of theirs asks for such a call, and their number can be forged too. One plan, and another
ring for who missed it; after that they hear how it stands when they ring us."""


class DropReason(StrEnum):
    """Why a call back is never made."""

    FOREIGN = "foreign"
    WITHHELD = "withheld"
    SPECIAL = "special"  # short codes, toll-free and premium numbers
    OWN_LINE = "own_line"
    INVALID = "invalid"
    OPTED_OUT = "opted_out"
    UNDER_WAY = "under_way"  # the caller's phone is ringing already, or we are talking
    OVERTAKEN = "overtaken"  # told late: the caller has asked again since, and that wish counts
    DAILY_LIMIT = "daily_limit"  # of wishes, or of rings
    SWITCHED_OFF = "switched_off"  # production, and no notice to the operator yet
    NO_PROVIDER = "no_provider"  # the line's provider cannot carry calls to such a number


class Stop(StrEnum):
    """Why a planned call back is not made after all."""

    RANG_AGAIN = "rang_again"
    LINK_OPENED = "link_opened"
    OPTED_OUT = "opted_out"
    REPLACED = "replaced"  # by a later booking of the same caller
    SWITCHED_OFF = "switched_off"
    LINE_GONE = "line_gone"  # the number that it would show is none of ours any more
    NOTHING_TO_SAY = "nothing_to_say"  # its flow is gone, or can be heard in no language
    TOO_LATE = "too_late"
    DAILY_LIMIT = "daily_limit"  # the caller's phone has rung often enough
    NOT_REACHED = "not_reached"  # all calls of the plan made
    NOT_WANTED = "not_wanted"  # the patient has another doctor by now, or the doctor no patient any more
    BLOCKED = "blocked"  # the clinic keeps this caller out
    NOT_OWED = "not_owed"  # it was about a consult that was paid, and no doctor is owed any more: served, or the money goes back


@dataclass(frozen=True, slots=True)
class CallBackHistory:
    """What a caller had from us before. Wishes that never rang do not count, except one that still will.

    `in_day` counts wishes, `rings` counts dials that rang, or may have, both of 24 hours.
    """

    opted_out: bool = False
    under_way: bool = False
    overtaken: bool = False
    in_day: int = 0
    rings: int = 0


def drop_reason(kind: CallerKind, history: CallBackHistory, *, switched_on: bool, per_day: int) -> DropReason | None:
    """Why this caller is not called back; None to call. Only Indian mobiles and landlines ever are."""
    if kind not in (CallerKind.MOBILE, CallerKind.LANDLINE):
        return DropReason(kind.value)
    if history.opted_out:
        return DropReason.OPTED_OUT
    if history.overtaken:
        return DropReason.OVERTAKEN
    if history.under_way:
        return DropReason.UNDER_WAY
    if history.in_day >= per_day or history.rings >= MOST_RINGS_A_DAY:
        return DropReason.DAILY_LIMIT
    return None if switched_on else DropReason.SWITCHED_OFF


def carries(country: Country, kind: CallerKind, shown: Phone) -> bool:
    """Whether a provider, by what it can do in India, can call such a number and show `shown`."""
    if kind not in (CallerKind.MOBILE, CallerKind.LANDLINE):
        return False
    if country.voice_from_abroad and not shown.e164.startswith(INDIA):
        return True
    return country.mobile_voice if kind is CallerKind.MOBILE else country.landline_voice
