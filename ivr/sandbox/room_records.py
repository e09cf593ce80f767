"""What the sandbox knows of conferences: the records it shows, and the events that vendors tell of."""

from dataclasses import dataclass

from ivr.sandbox.records import Call


@dataclass(frozen=True, slots=True)
class Visit:
    """One call's time in a room. `how` it left: hung up, moved, time over, star, room ended; "" while it is there."""

    call_id: str
    person: str
    entered_at: int
    left_at: int | None = None
    how: str = ""


@dataclass(frozen=True, slots=True)
class RoomRecord:
    """A conference, from the first who enters until the last has left. `started_at`: when two were there, one of whom could begin it."""

    id: str
    provider: str
    name: str
    opened_at: int
    started_at: int | None
    ended_at: int | None
    visits: tuple[Visit, ...]

    @property
    def inside(self) -> tuple[str, ...]:
        """The ids of the calls in it now."""
        return tuple(visit.call_id for visit in self.visits if visit.left_at is None)


@dataclass(frozen=True, slots=True)
class RoomEvent:
    """What a vendor may tell of a room: `kind` is start, join, leave or end; `call` the leg it is about, or that caused it.

    `first`, `last`: nobody else was there when it entered, nobody is left now. `number` counts the room's events. `why`: see Visit.
    """

    kind: str
    room: str
    room_id: str
    call: Call
    member: str
    label: str
    number: int
    starts: bool
    ends: bool
    first: bool
    last: bool
    why: str = ""
