"""Doctors: who they are, when they work, and what they are doing now. Their phone numbers live in `caller`, as everybody's."""

from sqlalchemy import BigInteger, CheckConstraint, Column, ForeignKey, Index, Integer, Table, Text, text

from ivr.store.schema.tables import BY_KEY, metadata

doctor = Table(
    "doctor",
    metadata,
    Column("id", Text, primary_key=True),
    Column("caller_id", Text, ForeignKey("caller.id"), nullable=False, unique=True),
    Column("name", Text, nullable=False),
    Column("qualification", Text, nullable=False),
    Column("council", Text, nullable=False),  # that registered them
    Column("registration", Text, nullable=False),  # its number: told to every patient (Telemedicine Practice Guidelines 2020, 3.2)
    Column("verified_by", Text),
    Column("verified_at", BigInteger),
    Column("valid_until", BigInteger),  # of the registration
    Column("routable", Integer, nullable=False, default=0),  # 1: may be rung for a patient, as long as the registration is valid
    Column("tier", Integer, nullable=False, default=0),  # 0 to 9; a higher one is asked later
    Column("fee_tier", Text, nullable=False),  # of prices.yaml
    Column("city", Text, nullable=False),
    Column("pin_code", Text, nullable=False),
    Column("follow_ups", Integer, nullable=False, default=0),  # 1: sees their own patients again, free, within the days of prices.yaml
    Column("sample", Integer, nullable=False, default=0),  # 1: invented, for development
    Column("card_pin", Text),  # argon2: opens consult cards
    Column("created_at", BigInteger, nullable=False),
    Column("changed_at", BigInteger, nullable=False),
    CheckConstraint(
        "routable = 0 OR (verified_by IS NOT NULL AND verified_at IS NOT NULL AND valid_until IS NOT NULL)", name="ck_doctor_routable"
    ),
    CheckConstraint("tier BETWEEN 0 AND 9", name="ck_doctor_tier"),
    Index("ux_doctor_registration", "council", "registration", unique=True),
    **BY_KEY,
)

doctor_skill = Table(
    "doctor_skill",
    metadata,
    Column("doctor_id", Text, ForeignKey("doctor.id"), primary_key=True),
    Column("kind", Text, primary_key=True),
    Column("value", Text, primary_key=True),
    Column("level", Integer, nullable=False),  # 1 to 3: how well
    CheckConstraint("kind IN ('speciality', 'language')", name="ck_doctor_skill_kind"),
    CheckConstraint("level BETWEEN 1 AND 3", name="ck_doctor_skill_level"),
    **BY_KEY,
)

shift_rule = Table(
    "shift_rule",
    metadata,
    Column("id", Text, primary_key=True),
    Column("doctor_id", Text, ForeignKey("doctor.id"), nullable=False),
    Column("weekday", Integer, nullable=False),  # 0 is Monday, in India
    Column("starts", Integer, nullable=False),  # minutes of that day
    Column("ends", Integer, nullable=False),  # 1440 is midnight; a shift over midnight is two
    CheckConstraint("weekday BETWEEN 0 AND 6 AND starts >= 0 AND ends <= 1440 AND starts < ends", name="ck_shift_rule_time"),
    Index("ix_shift_rule_doctor_id", "doctor_id"),
    **BY_KEY,
)

shift_change = Table(
    "shift_change",
    metadata,
    Column("id", Text, primary_key=True),
    Column("doctor_id", Text, ForeignKey("doctor.id"), nullable=False),
    Column("day", Text, nullable=False),  # 2026-11-22, in India
    Column("kind", Text, nullable=False),
    Column("starts", Integer, nullable=False),
    Column("ends", Integer, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    CheckConstraint("kind IN ('on', 'off')", name="ck_shift_change_kind"),  # off beats on
    CheckConstraint("starts >= 0 AND ends <= 1440 AND starts < ends", name="ck_shift_change_time"),
    Index("ix_shift_change_doctor_id_day", "doctor_id", "day"),
    **BY_KEY,
)

presence = Table(
    "presence",
    metadata,
    Column("doctor_id", Text, ForeignKey("doctor.id"), primary_key=True),
    Column("intent", Text, nullable=False),  # the doctor's
    Column("state", Text, nullable=False),  # the system's: claimed and released by compare-and-set, and nowhere else
    Column("on_until", BigInteger),  # the end of duty; NULL off duty
    Column("proven_at", BigInteger),  # key 1 was pressed on this phone since they went on duty: a caller id can be forged
    Column("fence", BigInteger, nullable=False, default=0),  # counts claims; whoever names an older one changes nothing
    Column("offer_id", Text),  # that has claimed this doctor
    Column("lease_until", BigInteger),
    Column("idle_since", BigInteger, nullable=False),
    Column("free_at", BigInteger, nullable=False),  # not rung before: wrapping up, cooling off, pausing
    Column("rest", Text),  # why: wrap_up, passed, busy, missed, paused
    Column("misses", Integer, nullable=False, default=0),  # in a row
    Column("answer_rate", Integer, nullable=False),  # of rings answered, in thousandths, moving
    Column("rated_at", BigInteger, nullable=False),
    Column("seen_at", BigInteger, nullable=False),  # the last sign of life: a key, an answered call
    Column("duty_id", Text),  # the outbox row that ends duty or a pause; one that is not named here is void
    Column("duty_call_id", Text),  # the call that changed duty last: what the texts about it answer
    Column("rang_at", BigInteger),  # the last missed call for duty that counted
    CheckConstraint("intent IN ('on', 'pause', 'one_more', 'off')", name="ck_presence_intent"),
    CheckConstraint("state IN ('idle', 'reserved', 'talking')", name="ck_presence_state"),
    CheckConstraint("(state = 'idle') = (offer_id IS NULL)", name="ck_presence_offer"),
    CheckConstraint("(state = 'idle') = (lease_until IS NULL)", name="ck_presence_lease"),
    CheckConstraint("(intent = 'off') = (on_until IS NULL)", name="ck_presence_on_until"),
    **BY_KEY,
)
_TAKEN = text("state <> 'idle'")
Index("ix_presence_lease_until", presence.c.lease_until, sqlite_where=_TAKEN, postgresql_where=_TAKEN)

stand_by = Table(
    "stand_by",
    metadata,
    Column("offer_id", Text, primary_key=True),
    Column("doctor_id", Text, ForeignKey("doctor.id"), nullable=False),
    Column("consult_id", Text, ForeignKey("consult.id"), nullable=False),
    Column("paise", BigInteger, nullable=False),
    Column("at", BigInteger, nullable=False),
    CheckConstraint("paise > 0", name="ck_stand_by_paise"),
    Index("ix_stand_by_doctor_id_at", "doctor_id", "at"),
    **BY_KEY,
)
