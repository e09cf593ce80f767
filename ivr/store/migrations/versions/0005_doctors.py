"""Doctors, their shifts and presence; offers, the legs of a consult, and what the doctor sees of the patient."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

_KEPT_BY_KEY = {"sqlite_with_rowid": False}
_SERVED = sa.text("state IN ('paid', 'offering', 'connecting', 'talking', 'recovering', 'callback_booked')")
_FIRST = sa.text("first = 1 AND state IN ('live', 'used')")


def upgrade() -> None:
    _doctors()
    _shifts()
    _offers()
    _presence()
    _cards()
    _consults()
    op.add_column("call_back", sa.Column("offer_id", sa.Text(), nullable=True))
    _partial("ix_call_back_offer_id", "call_back", ["offer_id"], "offer_id IS NOT NULL")
    _free_quotes()


def _free_quotes() -> None:
    """A follow-up costs nothing, and each patient of a phone has a first consultation."""
    op.drop_index("ux_quote_caller_id", "quote")
    with op.batch_alter_table("quote", table_kwargs=_KEPT_BY_KEY) as changed:
        changed.add_column(sa.Column("patient", sa.Text(), nullable=False, server_default="self"))
        changed.drop_constraint("ck_quote_paise", type_="check")
        changed.create_check_constraint("ck_quote_paise", "paise >= 0")
    op.create_index("ux_quote_caller_id", "quote", ["caller_id", "patient"], unique=True, sqlite_where=_FIRST, postgresql_where=_FIRST)


def _consults() -> None:
    for name in ("pain_time", "prefers", "follow_up_of", "doctor_id", "offer_id", "lost", "disposition"):
        op.add_column("consult", sa.Column(name, sa.Text(), nullable=True))
    for name in ("seeks_since", "together_since", "warned_at", "told_wait_at", "slot_at", "disposed_at"):
        op.add_column("consult", sa.Column(name, sa.BigInteger(), nullable=True))
    op.add_column("consult", sa.Column("told_wait_s", sa.Integer(), nullable=True))
    for name in ("room", "redials", "doctor_redials", "any_language", "slots"):
        op.add_column("consult", sa.Column(name, sa.Integer(), nullable=False, server_default="0"))
    op.add_column("consult", sa.Column("together_ms", sa.BigInteger(), nullable=False, server_default="0"))
    op.create_index("ix_consult_doctor_id_id", "consult", ["doctor_id", "id"])
    op.create_index("ix_consult_state", "consult", ["state"], sqlite_where=_SERVED, postgresql_where=_SERVED)


def _doctors() -> None:
    op.create_table(
        "doctor",
        *_words("id", "caller_id", "name", "qualification", "council", "registration"),
        sa.Column("verified_by", sa.Text(), nullable=True),
        *_moments("verified_at", "valid_until", null=True),
        sa.Column("routable", sa.Integer(), nullable=False),
        sa.Column("tier", sa.Integer(), nullable=False),
        *_words("fee_tier", "city", "pin_code"),
        sa.Column("follow_ups", sa.Integer(), nullable=False),
        sa.Column("sample", sa.Integer(), nullable=False),
        sa.Column("card_pin", sa.Text(), nullable=True),
        *_moments("created_at", "changed_at"),
        sa.CheckConstraint(
            "routable = 0 OR (verified_by IS NOT NULL AND verified_at IS NOT NULL AND valid_until IS NOT NULL)",
            name="ck_doctor_routable",
        ),
        sa.CheckConstraint("tier BETWEEN 0 AND 9", name="ck_doctor_tier"),
        _of("doctor", "caller_id", "caller.id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_doctor")),
        sa.UniqueConstraint("caller_id", name=op.f("uq_doctor_caller_id")),
        sqlite_with_rowid=False,
    )
    op.create_index("ux_doctor_registration", "doctor", ["council", "registration"], unique=True)
    op.create_table(
        "doctor_skill",
        *_words("doctor_id", "kind", "value"),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.CheckConstraint("kind IN ('speciality', 'language')", name="ck_doctor_skill_kind"),
        sa.CheckConstraint("level BETWEEN 1 AND 3", name="ck_doctor_skill_level"),
        _of("doctor_skill", "doctor_id", "doctor.id"),
        sa.PrimaryKeyConstraint("doctor_id", "kind", "value", name=op.f("pk_doctor_skill")),
        sqlite_with_rowid=False,
    )


def _shifts() -> None:
    op.create_table(
        "shift_rule",
        *_words("id", "doctor_id"),
        *[sa.Column(name, sa.Integer(), nullable=False) for name in ("weekday", "starts", "ends")],
        sa.CheckConstraint("weekday BETWEEN 0 AND 6 AND starts >= 0 AND ends <= 1440 AND starts < ends", name="ck_shift_rule_time"),
        _of("shift_rule", "doctor_id", "doctor.id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shift_rule")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_shift_rule_doctor_id", "shift_rule", ["doctor_id"])
    op.create_table(
        "shift_change",
        *_words("id", "doctor_id", "day", "kind"),
        *[sa.Column(name, sa.Integer(), nullable=False) for name in ("starts", "ends")],
        *_moments("created_at"),
        sa.CheckConstraint("kind IN ('on', 'off')", name="ck_shift_change_kind"),
        sa.CheckConstraint("starts >= 0 AND ends <= 1440 AND starts < ends", name="ck_shift_change_time"),
        _of("shift_change", "doctor_id", "doctor.id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shift_change")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_shift_change_doctor_id_day", "shift_change", ["doctor_id", "day"])


def _presence() -> None:
    op.create_table(
        "presence",
        *_words("doctor_id", "intent", "state"),
        *_moments("on_until", "proven_at", null=True),
        *_moments("fence"),
        sa.Column("offer_id", sa.Text(), nullable=True),
        *_moments("lease_until", null=True),
        *_moments("idle_since", "free_at"),
        sa.Column("rest", sa.Text(), nullable=True),
        *[sa.Column(name, sa.Integer(), nullable=False) for name in ("misses", "answer_rate")],
        *_moments("rated_at", "seen_at"),
        sa.Column("duty_id", sa.Text(), nullable=True),
        sa.Column("duty_call_id", sa.Text(), nullable=True),
        sa.Column("rang_at", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("intent IN ('on', 'pause', 'one_more', 'off')", name="ck_presence_intent"),
        sa.CheckConstraint("state IN ('idle', 'reserved', 'talking')", name="ck_presence_state"),
        sa.CheckConstraint("(state = 'idle') = (offer_id IS NULL)", name="ck_presence_offer"),
        sa.CheckConstraint("(state = 'idle') = (lease_until IS NULL)", name="ck_presence_lease"),
        sa.CheckConstraint("(intent = 'off') = (on_until IS NULL)", name="ck_presence_on_until"),
        _of("presence", "doctor_id", "doctor.id"),
        sa.PrimaryKeyConstraint("doctor_id", name=op.f("pk_presence")),
        sqlite_with_rowid=False,
    )
    _partial("ix_presence_lease_until", "presence", ["lease_until"], "state <> 'idle'")
    op.create_table(
        "stand_by",
        *_words("offer_id", "doctor_id", "consult_id"),
        *_moments("paise", "at"),
        sa.CheckConstraint("paise > 0", name="ck_stand_by_paise"),
        _of("stand_by", "doctor_id", "doctor.id"),
        _of("stand_by", "consult_id", "consult.id"),
        sa.PrimaryKeyConstraint("offer_id", name=op.f("pk_stand_by")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_stand_by_doctor_id_at", "stand_by", ["doctor_id", "at"])


def _offers() -> None:
    op.create_table(
        "offer",
        *_words("id", "consult_id", "doctor_id"),
        *_moments("fence"),
        *_words("state", "why", "call_back_id"),
        *_moments("created_at"),
        *_moments("answered_at", "accepted_at", null=True),
        *_moments("lease_until"),
        *_moments("cancelled_at", "ended_at", null=True),
        _of("offer", "consult_id", "consult.id"),
        _of("offer", "doctor_id", "doctor.id"),
        _of("offer", "call_back_id", "call_back.id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_offer")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_offer_consult_id", "offer", ["consult_id"])
    op.create_index("ix_offer_doctor_id_id", "offer", ["doctor_id", "id"])
    _partial("ux_offer_doctor_id", "offer", ["doctor_id"], "state IN ('ringing', 'answered', 'accepted')", unique=True)
    _partial("ux_offer_consult_id", "offer", ["consult_id"], "state = 'accepted'", unique=True)
    op.create_table(
        "leg",
        *_words("call_id", "consult_id", "role"),
        sa.Column("offer_id", sa.Text(), nullable=True),
        sa.Column("room", sa.Integer(), nullable=True),
        *_moments("waits_at", "joins_at", "entered_at", "left_at", "ended_at", null=True),
        sa.CheckConstraint("role IN ('patient', 'doctor')", name="ck_leg_role"),
        _of("leg", "call_id", "call.id"),
        _of("leg", "consult_id", "consult.id"),
        _of("leg", "offer_id", "offer.id"),
        sa.PrimaryKeyConstraint("call_id", name=op.f("pk_leg")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_leg_consult_id", "leg", ["consult_id"])
    _partial("ix_leg_ended_at", "leg", ["ended_at"], "ended_at IS NULL")
    op.create_table(
        "consult_event",
        *_words("id", "consult_id"),
        *_moments("at"),
        *_words("name", "detail"),
        _of("consult_event", "consult_id", "consult.id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consult_event")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_consult_event_consult_id", "consult_event", ["consult_id"])


def _cards() -> None:
    op.create_table(
        "film",
        *_words("id", "consult_id", "kind", "media_type"),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        *_moments("at"),
        sa.CheckConstraint("kind IN ('film', 'prescription')", name="ck_film_kind"),
        _of("film", "consult_id", "consult.id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_film")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_film_consult_id", "film", ["consult_id"])
    op.create_table(
        "card",
        *_words("consult_id", "doctor_id"),
        sa.Column("note", sa.LargeBinary(), nullable=True),
        *_moments("promised_at", "attested_at", "sent_at", null=True),
        sa.Column("wrong_pins", sa.Integer(), nullable=False),
        *_moments("opened_at", null=True),
        _of("card", "consult_id", "consult.id"),
        _of("card", "doctor_id", "doctor.id"),
        sa.PrimaryKeyConstraint("consult_id", name=op.f("pk_card")),
        sqlite_with_rowid=False,
    )
    _partial("ix_card_promised_at", "card", ["promised_at"], "promised_at IS NOT NULL AND sent_at IS NULL")


def _words(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.Text(), nullable=False) for name in names]


def _moments(*names: str, null: bool = False) -> list[sa.Column[int]]:
    return [sa.Column(name, sa.BigInteger(), nullable=null) for name in names]


def _of(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [target], name=op.f(f"fk_{table}_{column}"))


def _partial(name: str, table: str, columns: list[str], where: str, *, unique: bool = False) -> None:
    op.create_index(name, table, columns, unique=unique, sqlite_where=sa.text(where), postgresql_where=sa.text(where))
