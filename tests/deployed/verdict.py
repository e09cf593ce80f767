"""What a deployment came to: our database beside what the provider and the phones know."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any

from sqlalchemy import select

from ivr.callbacks.plan import RETRY_PLAN
from ivr.reviewing import CALLS_REVIEW
from ivr.store import alarms, callers, outbox
from ivr.store.schema import call, call_back, channel, dial, grievance, text
from ivr.store.tx import Row, Tx
from tests.deployed.deployment import Deployment
from tests.deployed.killer import Killer
from tests.deployed.people import CALL_BACK_LINE, MISSED_CALL_LINES, TEXT_LINE, Person

_ENDED = ("done", "given_up", "cancelled", "dropped")
_NOBODY_THERE = ("7011", "7012", "7014")  # Plivo could not reach us; any other error is of our own making
_LEADS_TO = {"on its way by SMS": "text", "Thank you. We will call you": "booking", "It is written down": "grievance"}
"""What a caller is told in English → what must be there then."""


class Verdict:
    """Everything is read once; call it when nothing more is going to happen."""

    def __init__(self, here: Deployment, people: Sequence[Person], killer: Killer) -> None:
        self._killer = killer
        self._people = {person.number: person for person in people}
        self._calls: list[dict[str, Any]] = here.get("calls?limit=100000")["calls"]
        self._inboxes: dict[str, int] = here.get("inboxes")["numbers"]
        self._stuck = [path.name for path in here.app.settings.var_dir.glob("spool/*")]
        self._now = here.clock.now()
        with here.app.database.read() as tx:
            self._read(here, tx)

    def _read(self, here: Deployment, tx: Tx) -> None:
        ours = tx.rows(select(call))
        phones = {row.caller_id: callers.phone_of(tx, here.app.vault, row.caller_id).e164 for row in ours}
        number_of = {row.id: phones[row.caller_id] for row in ours}
        self._call_backs = _by_number(phones, tx.rows(select(call_back).order_by(call_back.c.id)))
        self._texts = _by_number(phones, tx.rows(select(text)))
        self._grievances = Counter(number_of[row.call_id] for row in tx.rows(select(grievance)))
        self._dials = tx.rows(select(dial))
        self._channels = tx.rows(select(channel))
        self._waiting = {row.id: row for row in outbox.waiting(tx) if row.kind != CALLS_REVIEW}
        self._alarms = alarms.latest(tx)

    def done(self) -> dict[str, int]:
        """How much there was that could have gone wrong."""
        inbound = [each for each in self._calls if each["direction"] == "inbound"]
        return {
            "taken": sum(_taken(each) for each in inbound),
            "refused": sum(not _taken(each) for each in inbound),
            "texts": sum(self._inboxes.values()),
            "rings": len(self._calls) - len(inbound),
            "picked up": sum(each["answered"] for each in self._calls if each["direction"] == "outbound"),
            "turns": sum(exchange["operation"] == "hook.turn" for each in self._calls for exchange in each["exchanges"]),
            "cut off": sum(bool(each["error"]) for each in self._calls),
            **{f"call backs {state}": n for state, n in Counter(row.state for row in self._every_call_back()).items()},
        }

    def faults(self) -> list[str]:
        return [
            *self._of_texts(),
            *self._of_missed_calls(),
            *self._of_call_backs(),
            *self._of_rings(),
            *self._of_documents(),
            *self._of_promises(),
            *self._left_over(),
        ]

    def _of_texts(self) -> Iterator[str]:
        for number in self._people:
            asked = [row for row in self._texts[number] if row.state != "dropped"]
            if len(asked) != self._inboxes.get(number, 0):
                yield f"…{number[-4:]} got {self._inboxes.get(number, 0)} texts, asked for {len(asked)}"
            for row in asked:
                if row.state not in ("sent", "delivered"):  # sent: its report came while the web was dead
                    yield f"…{number[-4:]}: a text is {row.state}"

    def _of_missed_calls(self) -> Iterator[str]:
        for each in self._calls:
            person = self._people[each["caller"]]
            if each["direction"] != "inbound" or person.line not in MISSED_CALL_LINES or not _taken(each):
                continue
            if each["charged"]:
                yield f"…{person.number[-4:]} paid for a missed call"
            if person.line == TEXT_LINE and not self._texts[person.number]:
                yield f"…{person.number[-4:]}: the text is lost"
            if person.line == CALL_BACK_LINE and not self._wishes(person.number):
                yield f"…{person.number[-4:]}: the wish for a call back is lost"

    def _of_call_backs(self) -> Iterator[str]:
        for row in self._every_call_back():
            if row.state not in _ENDED and not self._is_planned(row):
                yield f"call back {row.id} ({row.reason}) is left {row.state}"
            if row.tries > len(RETRY_PLAN):
                yield f"call back {row.id} counts {row.tries} calls"

    def _of_rings(self) -> Iterator[str]:
        rings: dict[str, list[dict[str, Any]]] = defaultdict(list)
        for each in self._calls:
            if each["direction"] == "outbound":
                rings[each["caller"]].append(each)
        known = Counter(row.provider_call_id for row in self._dials if row.provider_call_id)
        for number, its in rings.items():
            allowed = len(RETRY_PLAN) * len(self._call_backs[number])
            if len(its) > allowed:
                yield f"…{number[-4:]} was rung {len(its)} times, {allowed} planned"
            its.sort(key=lambda each: each["started_at"])
            for one, following in pairwise(its):
                if one["ended_at"] is None or one["ended_at"] > following["started_at"]:
                    yield f"…{number[-4:]} was rung by two calls at once"
            for each in its:
                if known[each["id"]] != 1:
                    yield f"…{number[-4:]}: {known[each['id']]} dials know of the ring {each['id']}"

    def _of_documents(self) -> Iterator[str]:
        for each in self._calls:
            lost = [exchange for exchange in each["exchanges"] if exchange["status"] not in (200, 204)]
            for exchange in lost:
                if exchange["status"] != 0 or not self._killer.web_was_dead(exchange["at"]):
                    yield f"{exchange['url']} was answered {exchange['status']} {exchange['error']} at {exchange['at']}"
            if each["error"] and not (lost and each["error"] in _NOBODY_THERE):
                yield f"the call {each['id']} ended with the provider's error {each['error']}"
            if not each["ended"]:
                yield f"the call {each['id']} never ended"

    def _of_promises(self) -> Iterator[str]:
        """What callers were told is so."""
        for each in self._calls:
            number, said = each["caller"], " ".join(heard["text"] for heard in each["heard"])
            there = {
                "text": len(self._texts[number]),
                "booking": sum(row.reason == "call_later" for row in self._call_backs[number]),
                "grievance": self._grievances[number],
            }
            for words, what in _LEADS_TO.items():
                if words in said and not there[what]:
                    yield f"…{number[-4:]} was told {words!r}, and there is no {what}"

    def _left_over(self) -> Iterator[str]:
        yield from (f"a channel is left over: {row.purpose} {row.id}" for row in self._channels)
        yield from (f"dial {row.id} is left {row.state}" for row in self._dials if row.lease_until is not None)
        yield from (f"in the spool: {name}" for name in self._stuck)
        told = [row for row in self._alarms if row.kind != "queue_age"]  # workers that are killed do not report back: that is its business
        yield from (f"an alarm: {row.kind}/{row.key}: {row.detail}" for row in told)
        planned = {row.wish_id for row in self._every_call_back()}
        yield from (f"in the outbox: {row.kind} {row.ref}" for row in self._waiting.values() if row.id not in planned)

    def _every_call_back(self) -> Iterator[Row]:
        for rows in self._call_backs.values():
            yield from rows

    def _wishes(self, number: str) -> list[Row]:
        return [row for row in self._call_backs[number] if row.reason == "missed_call"]

    def _is_planned(self, row: Row) -> bool:
        """Somebody will make it: later, for it was booked for then."""
        wish = self._waiting.get(row.wish_id)
        return row.state == "planned" and wish is not None and wish.due_at > self._now


def _taken(each: dict[str, Any]) -> bool:
    """Whether we answered, and so know of this call."""
    return any(exchange["operation"] == "hook.voice" and exchange["status"] == 200 for exchange in each["exchanges"])


def _by_number(phones: dict[str, str], rows: list[Row]) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        found[phones[row.caller_id]].append(row)
    return found
