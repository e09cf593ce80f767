"""Whoever watches a schedule: after each commit, each sweep, each moment, and at the end. What is found is a sentence with its rule."""

from collections.abc import Iterator
from json import dumps

from sqlalchemy import select

from ivr.store.schema import consult_event, outbox
from ivr.store.tx import Row
from tests.schedules import liveness, safety
from tests.schedules.house import KINDS_LEFT_OUT, Watched
from tests.schedules.safety import Played
from tests.schedules.sight import Sight, legs, look
from workers.jobs import KINDS

_MOST = 12


class Verdict:
    """`faults` are written as they are found. Rows are read past the database's being away, for we are not of that world."""

    def __init__(self, played: Played, database: Watched) -> None:
        self._played = played
        self._database = database
        self._turns = liveness.Turns()
        self._visits: dict[str, int] = {}
        self._twice: dict[str, int] = {}
        self._kept: tuple[Sight, list[Row]] | None = None
        self.faults: list[str] = []
        self._version = database.real.changes() if database.real is not None else None
        self._seen: int | None = None
        self.before = self._look()
        database.looks = self.after_commit

    def after_commit(self) -> None:
        seen, self._seen = self._seen, self._version() if self._version is not None else None
        if seen is not None and self._seen == seen:
            return  # nothing was changed by it
        before, after = self.before, self._look()
        for check in safety.AFTER_EACH_COMMIT:
            self._add(_rule(check), check(before, after, self._played))
        if made := [offer for offer_id, offer in after.offers.items() if offer_id not in before.offers]:
            for each in made:
                self._add("L7", liveness.l7_first_come_first_served(before, each, self._played))
            self._add("L8", self._turns.l8_nobody_is_passed_over_for_ever(before, made, self._played))
        self.before = after

    def after_sweep(self, at: int) -> None:
        """`at`: the sweeper's own time."""
        self._add("L6", liveness.l6_nobody_waits_beside_a_free_doctor(self.before, self._played, at))
        self._add("L3", liveness.l3_no_claim_outlives_its_lease(self.before, at))
        self._add("L4", liveness.l4_no_call_without_a_consult(self.before, self._played, at))

    def after_moment(self) -> None:
        rooms = self._played.sandbox.rooms()
        if not rooms:
            return
        self._add("S2", safety.s2_one_room_and_two_people(self._played, self._twice))
        for room in rooms:
            for number in range(self._visits.get(room.id, 0), len(room.visits)):
                self._add("S6", safety.s6_nobody_is_in_a_room_unasked(self._played, room, number))
            self._visits[room.id] = len(room.visits)

    def witness(self, what: str) -> None:
        """Between the deliveries of a webhook that comes twice at once ("" first), and after them: the second changes nothing."""
        with self._database.real.read() as tx:  # type: ignore[union-attr]
            here = look(tx), legs(tx)
        if what and self._kept is not None and here != self._kept:
            self.faults.append(f"S7 {what} changed something when it came again: {_difference(self._kept, here)}")
        self._kept = here

    def at_rest(self) -> None:
        with self._database.real.read() as tx:  # type: ignore[union-attr]
            self._add("", liveness.at_rest(tx, look(tx), self._played))
            self._add("S10", safety.s10_no_number_is_shown(self._played, self._texts(tx)))
            left_out = {name for name, kind in KINDS.items() if kind.queue in KINDS_LEFT_OUT}
            stuck = [row for row in tx.rows(select(outbox)) if row.kind not in left_out and self._is_stuck(row)]
            self._add("L5", (f"{row.kind} {row.ref} was issued {row.issues} times, and is not done" for row in stuck))
        self._add("L1", liveness.l1_nobody_is_kept_on_hold(self._played))
        self._add("L5", liveness.l5_one_effect_for_one_wish(self._played))

    def _is_stuck(self, row: Row) -> bool:
        return bool(row.due_at < self._played.now() - 60_000 or row.issues - row.reported > 3)

    def _texts(self, tx: object) -> Iterator[str]:
        for row in tx.rows(select(consult_event.c.detail)):  # type: ignore[attr-defined]
            yield row.detail
        for row in tx.rows(select(outbox)):  # type: ignore[attr-defined]
            yield dumps([row.kind, row.ref])
        for call in self._played.sandbox.calls():
            yield from (each.url for each in call.exchanges)
            yield from (each.text for each in call.heard if each.kind in ("say", "play"))
            yield from (each.body for each in call.exchanges)

    def _look(self) -> Sight:
        with self._database.real.read() as tx:  # type: ignore[union-attr]
            return look(tx)

    def _add(self, rule: str, found: Iterator[str]) -> None:
        if len(self.faults) < _MOST or rule == self._played.only.strip():
            self.faults += [f"{rule} {sentence}".strip() for sentence in found]


def _rule(check: object) -> str:
    return check.__name__.partition("_")[0].upper()  # type: ignore[attr-defined,no-any-return]


def _difference(before: tuple[Sight, list[Row]], after: tuple[Sight, list[Row]]) -> str:
    was, now = before[0], after[0]
    for name in ("presence", "offers", "consults", "payments", "dials"):
        old, new = getattr(was, name), getattr(now, name)
        changed = [(old.get(key), new[key]) for key in new if old.get(key) != new[key]]
        if changed:
            return f"{name}: {changed[0]}"
    return f"legs: {[each for each in zip(before[1], after[1], strict=False) if each[0] != each[1]]}"
