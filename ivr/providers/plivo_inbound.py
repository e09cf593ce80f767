"""Plivo's list of the calls that came in: what we may have missed while we were away.

Source: Plivo's page on retrieving all calls; SDK 4.63.0. Calls that are over only, newest first, at most 20 a page.

    GET /v1/Account/MA…/Call/?call_direction=inbound&end_time__gte=…&end_time__lte=…  →  200 {"objects": [{"call_uuid": …,
        "from_number": "919845012345", "to_number": "918061914343", "initiation_time": "2026-11-22 12:20:00+05:30", "end_time": …,
        "answer_time": null, "call_duration": 0, "hangup_cause_code": 3010, "hangup_source": "Answer XML", …}]}
"""

import logging
from collections.abc import Mapping, Sequence
from typing import Any

from ivr.model.events import CallOutcome
from ivr.model.ports import SeenInbound
from ivr.providers.plivo_client import moment, moment_of
from ivr.providers.plivo_codes import by_document, call_outcome, error_code, full_number

log = logging.getLogger(__name__)

_PAGE = 20
_MOST_PAGES = 50


def inbound_calls(client: Any, since: int, until: int) -> Sequence[SeenInbound]:
    """Those that ended between `since` and `until` (UTC ms), oldest first; the newest thousand. Raises whatever the SDK does."""
    found: dict[str, SeenInbound] = {}
    for page in range(_MOST_PAGES):
        bounds = {"end_time__gte": moment(since), "end_time__lte": moment(until)}
        listed = client.calls.list(call_direction="inbound", limit=_PAGE, offset=page * _PAGE, **bounds).objects
        for one in map(vars, listed):
            found[str(one["call_uuid"])] = _seen(one, since)
        if len(listed) < _PAGE:
            break
    else:
        log.warning("more calls came in than are looked through", extra={"provider": "plivo", "calls": len(found)})
    return list(reversed(found.values()))


def _seen(one: Mapping[str, Any], since: int) -> SeenInbound:
    code, talked, source = error_code(one.get("hangup_cause_code")), int(one.get("call_duration") or 0), str(one.get("hangup_source") or "")
    outcome = call_outcome(code, "completed", talked, bool(one.get("answer_time")), source == "Caller") or CallOutcome.FAILED
    ended_at = moment_of(one.get("end_time")) or since
    return SeenInbound(
        provider_call_id=str(one["call_uuid"]),
        caller=full_number(str(one.get("from_number") or "")),
        line=full_number(str(one.get("to_number") or "")),
        began_at=moment_of(one.get("initiation_time")) or ended_at,
        ended_at=ended_at,
        outcome=outcome,
        seconds=talked,
        cause=code,
        by_document=by_document(code, source),
    )
