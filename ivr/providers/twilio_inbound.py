"""Twilio's list of the calls that came in: what we may have missed while we were away.

Source: Twilio's Call resource; SDK 9.13.0. Newest first, up to 1,000 a page; no filter by direction.

    GET /2010-04-01/Accounts/AC…/Calls.json?StartTime>=…&StartTime<=…  →  200 {"calls": [{"sid": "CA…", "direction": "inbound", "from": …,
        "to": …, "status": "busy", "duration": "0", "start_time": "Sun, 22 Nov 2026 12:00:00 +0000", "end_time": …}]}
"""

import logging
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from ivr.model.ports import SeenInbound
from ivr.providers.twilio_codes import call_outcome

log = logging.getLogger(__name__)

_MOST = 1000


def inbound_calls(client: Any, since: int, until: int) -> Sequence[SeenInbound]:
    """Those that began between `since` and `until` (UTC ms), oldest first; of the newest thousand calls. Raises whatever the SDK does."""
    bounds = {"start_time_after": _moment(since), "start_time_before": _moment(until)}
    listed = client.calls.list(**bounds, limit=_MOST, page_size=_MOST)
    if len(listed) == _MOST:
        log.warning("more calls came in than are looked through", extra={"provider": "twilio", "calls": _MOST})
    return [_seen(one, since) for one in reversed(listed) if one.direction == "inbound"]


def _seen(one: Any, since: int) -> SeenInbound:
    talked = int(one.duration) if str(one.duration).isdecimal() else 0
    outcome = call_outcome(one.status, talked)
    began = one.start_time or one.date_created
    began_at = int(began.timestamp() * 1000) if began is not None else since
    ended_at = int(one.end_time.timestamp() * 1000) if one.end_time is not None else began_at + talked * 1000
    return SeenInbound(
        provider_call_id=str(one.sid),
        caller=str(one._from or ""),
        line=str(one.to or ""),
        began_at=began_at,
        ended_at=ended_at if outcome is not None else None,
        outcome=outcome,
        seconds=talked,
        cause=str(one.status),
    )


def _moment(at: int) -> datetime:
    return datetime.fromtimestamp(at / 1000, UTC)
