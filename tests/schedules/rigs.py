"""Defects, each of which breaks one rule: it is wired in the place of the real part, and the verdict is to see it."""

from dataclasses import fields, replace
from pathlib import Path
from re import sub
from typing import Any, TypeVar

from sqlalchemy import bindparam, select, update

from ivr.callbacks.thoughts import Go, SecondThoughts
from ivr.connecting.connecting import Connecting
from ivr.connecting.ending import Ending
from ivr.connecting.ground import hold, note, offer_of_dial
from ivr.connecting.lifecycle import OfferEvent, OfferState, after
from ivr.connecting.moving import Moving
from ivr.connecting.offers import LEASE_MS, TALK_LEASE_MS, Offers
from ivr.connecting.rooms import ConsultRoom
from ivr.connecting.searching import Search, _candidate, _need
from ivr.connecting.sweeping import Sweeping
from ivr.consults.booking import Bookings
from ivr.consults.lifecycle import ConsultEvent, ConsultState
from ivr.consults.moves import Moves
from ivr.model.events import RoomNews
from ivr.model.ids import new_id
from ivr.model.replies import Join
from ivr.model.values import Phone
from ivr.routing.ranking import Need, Ranked, explain, rank
from ivr.store import callers, candidates, consults, outbox, presence
from ivr.store import connecting as connecting_store
from ivr.store import offers as offer_store
from ivr.store import payments as payment_store
from ivr.store.schema import presence as presence_table
from ivr.store.tx import Row, Tx
from ivr.wiring import App
from tests.consults.dying import swapped
from tests.schedules.house import Rig

T = TypeVar("T")

_RESERVED = select(presence_table).where(presence_table.c.state == "reserved")
_GRAB = (
    update(presence_table)
    .where(presence_table.c.doctor_id == bindparam("who"))
    .values(fence=presence_table.c.fence + 1, offer_id=bindparam("offer"), lease_until=bindparam("until"))
)


def instead(part: Any, kind: type[T], **more: Any) -> T:
    """Of the same parts, by another class."""
    return kind(**{each.name: getattr(part, each.name) for each in fields(part)}, **more)


class Grabbing(Search):
    """S1: claims without asking whether the doctor is free."""

    def _offer(self, tx: Tx, consult_id: str, ranked: tuple[Ranked, ...], need: Need, now: int) -> int:
        kept = [row for row in tx.rows(_RESERVED) if row.offer_id is not None] if ranked else []
        if not kept:
            return Search._offer(self, tx, consult_id, ranked, need, now)
        offer_id, row = new_id(now), kept[0]
        tx.run(_GRAB, who=row.doctor_id, offer=offer_id, until=now + LEASE_MS)
        claim = presence.Claim(row.doctor_id, row.fence + 1)
        self.offers.ring(tx, hold(tx, consult_id), claim, offer_id, explain(ranked[0], need), now)
        return 1


class Gathering(Connecting):
    """S2: all talk in one room."""

    def room(self, tx: Tx, caller_id: str | None, dial_id: str | None) -> ConsultRoom | None:
        room = Connecting.room(self, tx, caller_id, dial_id)
        return ConsultRoom("01K00000000000000000000000", 1) if room is not None else None


class Accepting(Offers):
    """S3: whoever presses 1 has the patient, whether or not somebody was faster."""

    def accept(self, tx: Tx, consult: Row, offer_id: str, at: int) -> Row | None:
        offer = offer_store.get(tx, offer_id)
        if offer is None or not presence.take(tx, offer.doctor_id, offer.fence, at + TALK_LEASE_MS):
            return None
        offer_store.accept(tx, offer_id, at + TALK_LEASE_MS, at)
        columns = {"doctor_id": offer.doctor_id, "offer_id": offer_id, "room": consult.room + 1, "redials": 0, "lost": None}
        self.moves.move(tx, consult, ConsultEvent.ACCEPTED, at, **columns)
        return offer_store.get(tx, offer_id)


class Open(Connecting):
    """With `Accepting`: an offer can be accepted for ever."""

    def open(self, tx: Tx, dial_id: str | None, at: int) -> bool:
        return offer_of_dial(tx, dial_id) is not None


class Keeping(Offers):
    """S4: an offer that is over keeps its doctor."""

    def _release(self, tx: Tx, offer: Row, event: OfferEvent, now: int) -> None:
        return None


class Paying(Bookings):
    """S5: what was earned goes back as well."""

    def served(self, tx: Tx, consult_id: str, at: int) -> bool:
        served = Bookings.served(self, tx, consult_id, at)
        for row in payment_store.of_consult(tx, consult_id):
            if served and row.state == "earned":
                payment_store.change(tx, row.id, state="refund_due", moved_at=at, why="both")
        return served


def unasked(flows: Path) -> None:
    """S6: a patient who says nothing is joined with the doctor: a mailbox."""
    connect = flows / "flows" / "connect.yaml"
    words = connect.read_text(encoding="utf-8")
    told = sub(r"any_key: (\w+)}", r"any_key: \1, silence: {tries: 1, then: \1}}", words).replace("then: nobody", "then: goodbye")
    told = sub(r"(?m)^  (nobody|no_words): .*\n", "", told)
    assert told != words
    connect.write_text(told, encoding="utf-8")


class Restless(Connecting):
    """S7: each word that a leg has left a room begins a new one."""

    def in_room(self, tx: Tx, event: RoomNews, consult_id: str, room: int, at: int) -> None:
        Connecting.in_room(self, tx, event, consult_id, room, at)
        if not event.entered:
            consults.change(tx, consult_id, room=hold(tx, consult_id).room + 1)


class Overtime(Search):
    """S8: whoever is on duty is rung, until the last second."""

    def _ring(self, tx: Tx, consult_id: str, waiting: list[Row], now: int) -> int:
        consult, before = hold(tx, consult_id), offer_store.of_consult(tx, consult_id)
        if consult.state not in (ConsultState.PAID, ConsultState.OFFERING) or offer_store.live_of(tx, consult_id):
            return 0
        need = _need(consult, before, now)
        ranked = rank(need, [_candidate(each) for each in candidates.candidates(tx, consult.speciality, now, 0)], now)
        offer_id = new_id(now)
        claim = presence.claim(tx, [each.doctor_id for each in ranked], offer_id, now + LEASE_MS, now, 0)
        if claim is not None:
            self.offers.ring(tx, consult, claim, offer_id, {}, now)
        return int(claim is not None)


class Unstopped(Offers):
    """S9: an offer that is over leaves its call to be made; with `Thoughtless` nobody thinks twice."""

    def end(self, tx: Tx, offer: Row, event: OfferEvent, now: int, *, keep_call: bool = False) -> bool:
        following = after(OfferState(offer.state), event)
        if following is None:
            return False
        offer_store.change(tx, offer.id, state=following.value, ended_at=now, cancelled_at=offer.cancelled_at or now)
        self._release(tx, offer, event, now)
        return True


class Thoughtless(SecondThoughts):
    def on(self, tx: Tx, call_back: Row, now: int) -> Any:
        if call_back.offer_id is None:
            return SecondThoughts.on(self, tx, call_back, now)
        return Go(str(self.provider_of(call_back)), Phone(callers.phone_of(tx, self.vault, call_back.caller_id).e164))


class Lawless(Moves):
    """S12: who has talked begins again."""

    def move(self, tx: Tx, consult: Row, event: ConsultEvent, at: int, **columns: object) -> ConsultState | None:
        if event is ConsultEvent.ENDED and consult.state == ConsultState.TALKING:
            consults.change(tx, consult.id, state=ConsultState.PAID.value, offer_id=None, doctor_id=None)
            return ConsultState.PAID
        return Moves.move(self, tx, consult, event, at, **columns)


class Timeless(Moves):
    """L1: nobody looks at the clock of who has paid."""

    def move(self, tx: Tx, consult: Row, event: ConsultEvent, at: int, **columns: object) -> ConsultState | None:
        following = Moves.move(self, tx, consult, event, at, **columns)
        moved = consults.get(tx, consult.id)
        if following is not ConsultState.REFUNDING and moved is not None and moved.clock_id is not None:
            outbox.done(tx, moved.clock_id)
        return following


class Generous(Ending):
    """L2: the doctor had the patient, and the patient has the money back."""

    def served(self, tx: Tx, consult_id: str, at: int) -> None:
        Ending.served(self, tx, consult_id, at)
        consult = consults.get(tx, consult_id)
        for row in payment_store.of_consult(tx, consult_id):
            if row.state == "earned" and consult is not None:
                self.bookings.give_back(tx, consult, row, "generous", at)


class Blind(Sweeping):
    """L3: a claim that ran out stays."""

    def sweep(self) -> int:
        return self.search.run()


class Sleepy(Search):
    """L6: the search looks now and then."""

    def run(self) -> int:
        return 0 if self.clock.now() // 20_000 % 2 else Search.run(self)


class Backwards(Search):
    """L7: the last comer is served first."""

    def run(self) -> int:
        now, rung = self.clock.now(), 0
        with self.database.read() as tx:
            waiting = connecting_store.seeking(tx, now)
        for row in reversed(waiting):
            rung += self.database.write(lambda tx, row=row: self._ring(tx, row.id, waiting, now))  # type: ignore[misc]
        return rung


class Forgetting(Search):
    """L8: one doctor is never thought of."""

    def _offer(self, tx: Tx, consult_id: str, ranked: tuple[Ranked, ...], need: Need, now: int) -> int:
        rest = tuple(each for each in ranked if each.doctor_id != min(other.doctor_id for other in ranked))
        return Search._offer(self, tx, consult_id, rest, need, now)


class Still(Moving):
    """L4: no call is ever moved, or hung up."""

    def _ask(self, ask: Any) -> Any:
        from ivr.model.outcomes import Accepted

        return Accepted("")


class Twice:
    """L5: a call that is placed is placed once more."""

    def __init__(self, real: Any) -> None:
        self._real = real

    def place_call(self, call: Any) -> Any:
        self._real.place_call(call)
        return self._real.place_call(call)

    def __getattr__(self, called: str) -> Any:
        return getattr(self._real, called)


class Mute:
    """S11: who is to be joined is answered with nothing at all."""

    def __init__(self, real: Any) -> None:
        self._real = real

    def render(self, reply: Any) -> Any:
        document = self._real.render(reply)
        return replace(document, body=b"") if isinstance(reply, Join) else document

    def __getattr__(self, called: str) -> Any:
        return getattr(self._real, called)


def chatty(app: App) -> type[Offers]:
    """S10: the log of a consult names the doctor's number."""

    class Chatty(Offers):
        def ring(self, tx: Tx, consult: Row, claim: Any, offer_id: str, why: Any, now: int) -> None:
            Offers.ring(self, tx, consult, claim, offer_id, why, now)
            note(tx, consult.id, "rings", now, phone=callers.phone_of(tx, app.vault, consult.caller_id).e164)

    return Chatty


def other(part: Any, kind: Any) -> Any:
    """A rig that puts `kind` where `part(app)` is."""
    return lambda app: swapped(app, part(app), instead(part(app), kind))


def both(*rigs: Any) -> Any:
    def apply(app: App) -> App:
        for each in rigs:
            app = each(app)
        return app

    return apply


def _search(app: App) -> Any:
    return app.connections.search


def _sweeping(app: App) -> Any:
    return app.connections.sweeping


def _offers(app: App) -> Any:
    return app.connections.connecting.offers


def _connecting(app: App) -> Any:
    return app.connections.connecting


def _bookings(app: App) -> Any:
    return app.consults.bookings


def _moves(app: App) -> Any:
    return app.consults.bookings.moves


def _ending(app: App) -> Any:
    return app.connections.timers.ending


RIGS: dict[str, Rig] = {
    "S1": Rig(other(_search, Grabbing), ddl=("DROP INDEX ux_offer_doctor_id",)),
    "S2": Rig(other(_connecting, Gathering)),
    "S3": Rig(both(other(_connecting, Open), other(_offers, Accepting), other(_sweeping, Blind)), ddl=("DROP INDEX ux_offer_consult_id",)),
    "S4": Rig(other(_offers, Keeping)),
    "S5": Rig(other(_bookings, Paying)),
    "S6": Rig(flows=unasked),
    "S7": Rig(other(_connecting, Restless)),
    "S8": Rig(other(_search, Overtime)),
    "S9": Rig(other(_offers, Unstopped), placing=lambda part: replace(part, thoughts=instead(part.thoughts, Thoughtless))),
    "S10": Rig(lambda app: other(_offers, chatty(app))(app)),
    "S11": Rig(lambda app: replace(app, hooks={name: Mute(real) for name, real in app.hooks.items()})),
    "S12": Rig(other(_moves, Lawless)),
    "L1": Rig(other(_moves, Timeless)),
    "L2": Rig(other(_ending, Generous)),
    "L3": Rig(other(_sweeping, Blind)),
    "L4": Rig(moving=lambda part: instead(part, Still)),
    "L5": Rig(placer=Twice),
    "L6": Rig(other(_search, Sleepy)),
    "L7": Rig(other(_search, Backwards)),
    "L8": Rig(other(_search, Forgetting), crowd=True),
}
