"""Presence: what each doctor intends, and what the system has them doing. The row that is locked to claim a doctor.

Whether a doctor is free stands in the very row that is locked, so that a claim sees the newest version of it: a test on another table
would not be asked again (routing.md 4.1, measured). Lock order: caller, consult, presence, offer, leg, outbox.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from json import dumps

from sqlalchemy import BigInteger, Text, Update, and_, any_, bindparam, cast, exists, func, insert, select, update
from sqlalchemy.dialects.postgresql import ARRAY

from ivr.store.schema import doctor, presence
from ivr.store.tx import Addition, Row, Tx
from ivr.store.upsert import AddOnce

ON, ONE_MORE, PAUSE, OFF = "on", "one_more", "pause", "off"
IDLE, RESERVED, TALKING = "idle", "reserved", "talking"
PRIOR_RATE = 750
"""Of rings answered, in thousandths, of somebody of whom nothing is known (routing.md 6)."""

_LOOKS = 3  # a row that somebody holds is passed over, though they may let go of it unclaimed
_MOST_EXPIRED = 200
_CLAIMED_ONLY = frozenset({"state", "fence", "offer_id", "lease_until"})


@dataclass(frozen=True, slots=True)
class Claim:
    """A doctor is ours until the lease ends. Whoever changes anything for it names the fence."""

    doctor_id: str
    fence: int


@dataclass(frozen=True, slots=True)
class Released:
    """A doctor is free again. `went_off`: they had wished for one more only, or their time was over."""

    went_off: bool


_add_once = AddOnce(presence)
_ADD = insert(presence)
_GET = select(presence).where(presence.c.doctor_id == bindparam("id"))
_LOCK = _GET.with_for_update()
_now = bindparam("now", type_=BigInteger)
_may_be_rung = exists(
    select(doctor.c.id).where(doctor.c.id == presence.c.doctor_id, doctor.c.routable == 1, doctor.c.valid_until > _now)
).correlate(presence)
IS_ON_DUTY = and_(
    presence.c.intent.in_((ON, ONE_MORE)),
    presence.c.proven_at.isnot(None),
    presence.c.on_until > bindparam("ends_after", type_=BigInteger),
    _may_be_rung,
)
FREE = and_(IS_ON_DUTY, presence.c.state == IDLE, presence.c.free_at <= _now)


def _claim_on_postgres() -> Update:
    ranked = cast(bindparam("ranked"), ARRAY(Text))
    pick = (
        select(presence.c.doctor_id)
        .where(FREE, presence.c.doctor_id == any_(ranked))
        .order_by(func.array_position(ranked, presence.c.doctor_id))
        .limit(1)
        .with_for_update(skip_locked=True, of=presence)
        .cte("pick")
    )
    return _reserve().where(presence.c.doctor_id == pick.c.doctor_id)


def _claim_on_sqlite() -> Update:
    """One writer at a time: nobody is between the look and the change."""
    ranked = func.json_each(bindparam("ranked")).table_valued("key", "value")
    first = (
        select(presence.c.doctor_id)
        .select_from(ranked.join(presence, presence.c.doctor_id == ranked.c.value))
        .where(FREE)
        .order_by(ranked.c.key)
        .limit(1)
    )
    return _reserve().where(presence.c.doctor_id == first.correlate(None).scalar_subquery(), presence.c.state == IDLE)


def _reserve() -> Update:
    return (
        update(presence)
        .values(state=RESERVED, fence=presence.c.fence + 1, offer_id=bindparam("offer_id"), lease_until=bindparam("lease_until"), rest=None)
        .returning(presence.c.doctor_id, presence.c.fence)
    )


_CLAIM = {True: _claim_on_postgres(), False: _claim_on_sqlite()}
_mine = and_(presence.c.doctor_id == bindparam("id"), presence.c.fence == bindparam("in_fence"))
_TAKE = update(presence).where(_mine, presence.c.state == RESERVED).values(state=TALKING, lease_until=bindparam("lease_until"))
_RENEW = update(presence).where(_mine, presence.c.state != IDLE).values(lease_until=bindparam("lease_until"))
_EXPIRED = (
    select(presence.c.doctor_id, presence.c.fence, presence.c.offer_id, presence.c.state, presence.c.lease_until)
    .where(presence.c.state != IDLE, presence.c.lease_until <= bindparam("now"))
    .order_by(presence.c.lease_until)
    .limit(_MOST_EXPIRED)
)


def addition(doctor_id: str, now: int) -> Addition:
    """A doctor off duty, of whom nothing is known yet."""
    return Addition(_ADD, _new(doctor_id, now))


def ensure(tx: Tx, doctor_id: str, now: int) -> Row:
    """The row, locked; made if there is none."""
    _add_once(tx, **_new(doctor_id, now))
    return tx.row(_LOCK, id=doctor_id)


def get(tx: Tx, doctor_id: str, *, lock: bool = False) -> Row | None:
    return tx.row(_LOCK if lock else _GET, id=doctor_id)


def claim(tx: Tx, ranked: Sequence[str], offer_id: str, lease_until: int, now: int, min_left_ms: int) -> Claim | None:
    """Reserve the first of these doctors who is free, and on duty for `min_left_ms` more; None when nobody is.

    The caller holds the consult, and adds the offer in the same transaction (routing.md 4.2; 4.3 on SQLite).
    """
    given = {"offer_id": offer_id, "lease_until": lease_until, "now": now, "ends_after": now + min_left_ms}
    ids: object = list(ranked) if tx.postgres else dumps(list(ranked))
    for _ in range(_LOOKS if tx.postgres else 1):
        if found := tx.rows(_CLAIM[tx.postgres], ranked=ids, **given) if ranked else []:
            return Claim(str(found[0].doctor_id), int(found[0].fence))
    return None


def take(tx: Tx, doctor_id: str, fence: int, lease_until: int) -> bool:
    """They accepted: reserved becomes talking. False when the claim is no more, or was taken already."""
    return tx.run(_TAKE, id=doctor_id, in_fence=fence, lease_until=lease_until) == 1


def renew(tx: Tx, doctor_id: str, fence: int, lease_until: int) -> bool:
    """False when the claim is no more."""
    return tx.run(_RENEW, id=doctor_id, in_fence=fence, lease_until=lease_until) == 1


def release(
    tx: Tx,
    doctor_id: str,
    fence: int,
    now: int,
    *,
    free_at: int | None = None,
    rest: str | None = None,
    idle_since: int | None = None,
    rate: int | None = None,
    misses: int | None = None,
    seen: bool = False,
    accepted: bool = False,
) -> Released | None:
    """The claim ends. None, and nothing changes, when the fence is another: a late word about an earlier claim.

    `free_at`: not rung before, for the reason `rest`; None: at once. `idle_since` None keeps it, for who is not to lose their turn.
    `rate`: the new answer rate, as of now; `seen`: this was a sign of life. `accepted`: they had pressed 1, so one more is done.
    """
    here = get(tx, doctor_id, lock=True)
    if here is None or here.fence != fence or here.state == IDLE:
        return None
    columns: dict[str, object] = {"state": IDLE, "offer_id": None, "lease_until": None, "rest": rest}
    columns["free_at"] = max(now, here.free_at) if free_at is None else free_at
    given = {"idle_since": idle_since, "misses": misses, "answer_rate": rate, "rated_at": None if rate is None else now}
    columns |= {name: value for name, value in (given | {"seen_at": now if seen else None}).items() if value is not None}
    over = here.intent != OFF and here.on_until <= now
    went_off = over or (here.intent == ONE_MORE and accepted)
    if went_off:
        columns |= {"intent": OFF, "on_until": None, "proven_at": None, "duty_id": None}
    tx.run(_change(tuple(sorted(columns))), in_id=doctor_id, **columns)
    return Released(went_off)


def change(tx: Tx, doctor_id: str, **columns: object) -> None:
    """Write what a doctor intends, and what follows from it; whoever calls holds the row.

    ValueError for a column of the claim: intent never touches state.
    """
    if claimed := _CLAIMED_ONLY & set(columns):
        raise ValueError(f"only a claim and its release write {', '.join(sorted(claimed))}")
    tx.run(_change(tuple(sorted(columns))), in_id=doctor_id, **columns)


def expired(tx: Tx, now: int) -> list[Row]:
    """Claims whose lease has run out (`doctor_id`, `fence`, `offer_id`, `state`, `lease_until`), the oldest first. Not locked."""
    return tx.rows(_EXPIRED, now=now)


def _new(doctor_id: str, now: int) -> dict[str, object]:
    moments = dict.fromkeys(("idle_since", "free_at", "rated_at", "seen_at"), now)
    return {"doctor_id": doctor_id, "intent": OFF, "state": IDLE, "fence": 0, "misses": 0, "answer_rate": PRIOR_RATE, **moments}


@cache
def _change(names: tuple[str, ...]) -> Update:
    return update(presence).where(presence.c.doctor_id == bindparam("in_id")).values({name: bindparam(name) for name in names})
