"""Channels: the calls that are live at a provider now, which allows only so many (docs/adr/0002 for why they are counted here).

A row is a live call: of a dial from its claim to its end, of an inbound call from its answer to its end.
"""

from zlib import crc32

from sqlalchemy import BigInteger, bindparam, cast, delete, exists, func, insert, or_, select

from ivr.store.schema import channel, turn
from ivr.store.tx import Addition, Row, Tx
from ivr.store.upsert import AddOnce

INBOUND = "inbound"
"""The purpose of a call of somebody who rang us: it lasts as long as they like."""

_COUNTING = 0x6976_7200 << 32
"""Keys of PostgreSQL's advisory locks are 64 bits, shared by the whole database: ours begin with `ivr`."""

_LOCK = select(func.pg_advisory_xact_lock(cast(bindparam("key"), BigInteger)))
_COUNT = select(func.count().label("n")).where(channel.c.provider == bindparam("provider"))
_ADD = insert(channel)
_add_once = AddOnce(channel)
_FREE = delete(channel).where(channel.c.id == bindparam("id"))
_LIVE = select(channel.c.provider, channel.c.purpose, func.count().label("n")).group_by(channel.c.provider, channel.c.purpose)
_inbound = channel.c.purpose == INBOUND
_spoke = exists().where(
    turn.c.call_id == channel.c.id,
    (turn.c.at > bindparam("silent_since", type_=BigInteger)) | turn.c.reply.like('["Ring"%') | turn.c.reply.like('["Join"%'),
)
_overdue = or_(
    channel.c.since <= bindparam("inbound_before"),
    (channel.c.since <= bindparam("before")) & ~_inbound,
    _inbound & (channel.c.since <= bindparam("silent_since", type_=BigInteger)) & ~_spoke,
)
_OVERDUE = select(func.count().label("n")).where(_overdue)
_EXPIRE = delete(channel).where(_overdue)


def claim(tx: Tx, channel_id: str, provider: str, purpose: str, *, most: int, now: int) -> bool:
    """Take a channel unless `most` are in use at this provider for whatever purpose; False: wait.

    Those who count at once wait for each other until commit: an advisory lock on PostgreSQL, SQLite's only writer.
    """
    if tx.postgres:
        tx.row(_LOCK, key=_COUNTING | crc32(provider.encode()))
    found = tx.row(_COUNT, provider=provider)
    if found is None or found.n >= most:
        return False
    tx.run(_ADD, id=channel_id, provider=provider, purpose=purpose, since=now)
    return True


def addition(channel_id: str, provider: str, purpose: str, now: int) -> Addition:
    """A call that is live already, and that nobody may refuse: an answered inbound one."""
    return Addition(_ADD, {"id": channel_id, "provider": provider, "purpose": purpose, "since": now})


def note(tx: Tx, channel_id: str, provider: str, purpose: str, now: int) -> None:
    """Count a call that is live already, and that nobody may refuse: an answered inbound one. Twice is once."""
    _add_once(tx, id=channel_id, provider=provider, purpose=purpose, since=now)


def free(tx: Tx, channel_id: str) -> None:
    """The call is over. Twice is once."""
    tx.run(_FREE, id=channel_id)


def live(tx: Tx) -> list[Row]:
    """How many (`n`) by `provider` and `purpose`."""
    return tx.rows(_LIVE)


def overdue(tx: Tx, before: int, inbound_before: int, silent_since: int) -> int:
    """How many were taken at `before` or earlier, `inbound_before` those of inbound calls: longer ago than any call lasts.

    An inbound call that took no turn since `silent_since` is over too, whoever forgot to say so, unless it rang somebody, or is in a room.
    """
    found = tx.row(_OVERDUE, before=before, inbound_before=inbound_before, silent_since=silent_since)
    return 0 if found is None else int(found.n)


def expire(tx: Tx, before: int, inbound_before: int, silent_since: int) -> int:
    """Free those; how many."""
    return tx.run(_EXPIRE, before=before, inbound_before=inbound_before, silent_since=silent_since)
