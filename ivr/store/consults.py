"""Consults and what was quoted for them, the screens before them, the notices that were heard."""

from collections.abc import Collection
from functools import cache

from sqlalchemy import BigInteger, Update, bindparam, cast, exists, func, insert, or_, select, update

from ivr.store.schema import call, consult, doctor, link, notice, quote, triage, turn
from ivr.store.tx import Addition, Row, Tx
from ivr.store.upsert import AddOnce

_OWING_A_DOCTOR = ("paid", "offering", "connecting", "talking", "recovering", "callback_booked")
_LONGEST_CONSULT_MS = 40 * 60_000
_LONGEST_TALK_MS = 10 * 60_000  # with a colleague, whom a turn has rung: no turn follows before they are done

_SOON_MS = 60 * 60_000
_COUNTING = 0x6976_7201 << 32  # an advisory lock of ours (see channels)

_GET = select(consult).where(consult.c.id == bindparam("id"))
_LOCK = _GET.with_for_update()
_BY_REFERENCE = select(consult).where(consult.c.reference == bindparam("reference"))
_of_caller = consult.c.caller_id == bindparam("caller_id")
_OPEN = select(consult).where(_of_caller, consult.c.state.in_(bindparam("states", expanding=True))).order_by(consult.c.id.desc()).limit(1)
_LOCK_OPEN = _OPEN.with_for_update()
_SERVED = select(
    exists(
        select(quote.c.id).where(
            quote.c.caller_id == bindparam("caller_id"),
            quote.c.patient == bindparam("patient"),
            quote.c.first == 1,
            quote.c.state == "used",
        )
    ).label("yes")
)
_again = consult.alias("again")
_CAN_BE_FOLLOWED_UP = (
    select(consult.c.id, consult.c.ended_at, consult.c.speciality, consult.c.tier, consult.c.doctor_id, doctor.c.name.label("doctor_name"))
    .add_columns(consult.c.pain_place, consult.c.flags)
    .join(doctor, doctor.c.id == consult.c.doctor_id)
    .where(
        _of_caller,
        consult.c.patient == bindparam("patient"),
        consult.c.state == "completed",
        consult.c.ended_at > bindparam("since", type_=BigInteger),
        consult.c.follow_up_of.is_(None),
        doctor.c.follow_ups == 1,
        doctor.c.routable == 1,
        doctor.c.valid_until > bindparam("now", type_=BigInteger),
        ~exists(
            select(_again.c.id).where(
                _again.c.caller_id == consult.c.caller_id,
                _again.c.follow_up_of == consult.c.id,
                _again.c.state.not_in(("refunded", "lapsed", "cancelled", "emergency")),
            )
        ),
    )
    .order_by(consult.c.ended_at.desc())
    .limit(5)
)
_LAST_DOCTOR = (
    select(consult.c.doctor_id)
    .where(
        consult.c.caller_id == bindparam("caller_id"),
        consult.c.patient == bindparam("patient"),
        consult.c.state == "completed",
        consult.c.doctor_id.isnot(None),
    )
    .order_by(consult.c.id.desc())
    .limit(1)
)
_IN_DAY = select(func.count().label("n")).where(
    _of_caller,
    consult.c.id >= bindparam("first_id"),
    consult.c.state.in_(("lapsed", "cancelled", "emergency")),
    exists(select(link.c.token).where(link.c.ref == consult.c.id, link.c.purpose == "pay")),
)
_TAKEN = select(func.count().label("n")).where(
    or_(
        consult.c.state.in_(bindparam("states", expanding=True))
        & ~((consult.c.state == "callback_booked") & (consult.c.slot_at > bindparam("soon", type_=BigInteger))),
        (consult.c.state == "awaiting_payment") & (consult.c.hold_until > bindparam("now", type_=BigInteger)),
    ),
    consult.c.id != bindparam("but"),
)
_LOCK_COUNT = select(func.pg_advisory_xact_lock(cast(bindparam("key"), BigInteger)))
_later = turn.alias("later")
_with_a_colleague = (
    (turn.c.reply.startswith('["Ring"') & (turn.c.at > bindparam("since_rung", type_=BigInteger)))
    | (turn.c.reply.startswith('["Join"') & (turn.c.at > bindparam("since_joined", type_=BigInteger)))
) & ~exists(select(_later.c.number).where(_later.c.call_id == turn.c.call_id, _later.c.number > turn.c.number))
_ON_THE_LINE = select(
    exists(
        select(turn.c.number)
        .join(call, call.c.id == turn.c.call_id)
        .where(
            call.c.caller_id == bindparam("caller_id"),
            call.c.id >= bindparam("first_call_id"),
            call.c.flow.isnot(None),
            call.c.ended_at.is_(None),
            (turn.c.at > bindparam("since", type_=BigInteger)) | _with_a_colleague,
        )
    ).label("yes")
)
_ADD, _ADD_TRIAGE, _ADD_QUOTE = insert(consult), insert(triage), insert(quote)
_add_notice = AddOnce(notice)
_TRIAGE_OF_CALL = select(triage).where(triage.c.call_id == bindparam("call_id")).order_by(triage.c.id.desc()).limit(1)
_NOTICED = select(
    exists(select(notice.c.at).where(notice.c.caller_id == bindparam("caller_id"), notice.c.version == bindparam("version"))).label("yes")
)
_QUOTE = select(quote).where(quote.c.consult_id == bindparam("consult_id"))
_BY_CODE = select(quote).where(quote.c.code == bindparam("code"), quote.c.state == "live")
_SET_QUOTE = (
    update(quote)
    .where(quote.c.consult_id == bindparam("in_consult"), quote.c.state == bindparam("in_state"))
    .values(state=bindparam("state"))
)


_COUNTED = dict.fromkeys(("resent", "room", "together_ms", "redials", "doctor_redials", "any_language", "slots"), 0)
"""What counts begins with none."""


def addition(**columns: object) -> Addition:
    return Addition(_ADD, {**_COUNTED, **columns})


def triage_addition(**columns: object) -> Addition:
    return Addition(_ADD_TRIAGE, columns)


def quote_addition(**columns: object) -> Addition:
    return Addition(_ADD_QUOTE, columns)


def get(tx: Tx, consult_id: str, *, lock: bool = False) -> Row | None:
    return tx.row(_LOCK if lock else _GET, id=consult_id)


def by_reference(tx: Tx, reference: str) -> Row | None:
    return tx.row(_BY_REFERENCE, reference=reference)


def open_of(tx: Tx, caller_id: str, states: Collection[str], *, lock: bool = False) -> Row | None:
    """The newest consult of this caller in one of these states."""
    return tx.row(_LOCK_OPEN if lock else _OPEN, caller_id=caller_id, states=list(states))


def owing_a_doctor(tx: Tx, caller_id: str) -> Row | None:
    """The consult that this caller has paid for, and that is neither over nor given back."""
    return open_of(tx, caller_id, _OWING_A_DOCTOR)


def change(tx: Tx, consult_id: str, **columns: object) -> None:
    """Write these columns; whoever holds the row has asked the life-cycle table."""
    tx.run(_change(tuple(sorted(columns))), in_id=consult_id, **columns)


@cache
def _change(names: tuple[str, ...]) -> Update:
    return update(consult).where(consult.c.id == bindparam("in_id")).values({name: bindparam(name) for name in names})


def had_first_price(tx: Tx, caller_id: str, patient: str) -> bool:
    """Whether a first consultation was paid by this caller for this patient, and kept: a refunded one does not count."""
    row = tx.row(_SERVED, caller_id=caller_id, patient=patient)
    return bool(row and row.yes)


def can_be_followed_up(tx: Tx, caller_id: str, patient: str, *, since: int, now: int) -> list[Row]:
    """Consults of this patient completed since then, the newest first, whose doctor sees their own patients again. With `doctor_name`.

    One that was followed already is none of them; a follow-up that came to nothing does not count.
    """
    return tx.rows(_CAN_BE_FOLLOWED_UP, caller_id=caller_id, patient=patient, since=since, now=now)


def last_doctor(tx: Tx, caller_id: str, patient: str) -> str | None:
    """Whom this patient talked to last."""
    row = tx.row(_LAST_DOCTOR, caller_id=caller_id, patient=patient)
    return None if row is None else str(row.doctor_id)


def came_to_nothing(tx: Tx, caller_id: str, first_id: str) -> int:
    """Consults of this caller since then whose link was texted, and that were never paid."""
    row = tx.row(_IN_DAY, caller_id=caller_id, first_id=first_id)
    return 0 if row is None else int(row.n)


def places_taken(tx: Tx, states: Collection[str], now: int, *, but: str = "") -> int:
    """How many consults keep a doctor's place now, other than `but`: one that is booked for another day keeps none yet.

    Who counts at once waits for whoever counts already.
    """
    if tx.postgres:
        tx.row(_LOCK_COUNT, key=_COUNTING)
    row = tx.row(_TAKEN, states=list(states), now=now, soon=now + _SOON_MS, but=but)
    return 0 if row is None else int(row.n)


def on_the_line(tx: Tx, caller_id: str, *, since: int, first_call_id: str) -> bool:
    """Whether this caller is in a call of ours that took a turn since then, or joined them with a colleague not long before."""
    row = tx.row(
        _ON_THE_LINE,
        caller_id=caller_id,
        since=since,
        since_rung=since - _LONGEST_TALK_MS,
        since_joined=since - _LONGEST_CONSULT_MS,
        first_call_id=first_call_id,
    )
    return bool(row and row.yes)


def last_triage(tx: Tx, call_id: str) -> Row | None:
    return tx.row(_TRIAGE_OF_CALL, call_id=call_id)


def noticed(tx: Tx, caller_id: str, version: str) -> bool:
    """Whether this caller has heard this version of the privacy notice."""
    row = tx.row(_NOTICED, caller_id=caller_id, version=version)
    return bool(row and row.yes)


def add_notice(tx: Tx, **columns: object) -> bool:
    return _add_notice(tx, **columns)


def quote_of(tx: Tx, consult_id: str) -> Row | None:
    return tx.row(_QUOTE, consult_id=consult_id)


def live_quote(tx: Tx, code: str) -> Row | None:
    return tx.row(_BY_CODE, code=code)


def set_quote(tx: Tx, consult_id: str, old: str, new: str) -> bool:
    return tx.run(_SET_QUOTE, in_consult=consult_id, in_state=old, state=new) == 1
