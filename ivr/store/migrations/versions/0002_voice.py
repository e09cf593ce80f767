"""Voice menus: turns, call backs, dials, channels, voice notes, grievances."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.add_column("caller", sa.Column("language", sa.Text(), nullable=True))
    op.add_column("call", sa.Column("flow", sa.Text(), nullable=True))
    op.add_column("call", sa.Column("dial_id", sa.Text(), nullable=True))
    answered = sa.text("flow IS NOT NULL")
    op.create_index("ix_call_caller_id_id", "call", ["caller_id", "id"], sqlite_where=answered, postgresql_where=answered)
    _conversations()
    _call_backs()


def _conversations() -> None:
    op.create_table(
        "turn",
        sa.Column("call_id", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        *[sa.Column(name, sa.Text(), nullable=False) for name in ("heard", "facts", "passed", "step", "place", "reply")],
        sa.PrimaryKeyConstraint("call_id", "number", name=op.f("pk_turn")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "voice_note",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("call_id", sa.Text(), nullable=False),
        sa.Column("ref", sa.LargeBinary(), nullable=False),
        sa.Column("seconds", sa.Integer(), nullable=False),
        sa.Column("consent", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["call_id"], ["call.id"], name=op.f("fk_voice_note_call_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_voice_note")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_voice_note_call_id", "voice_note", ["call_id"])
    op.create_table(
        "grievance",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("caller_id", sa.Text(), nullable=True),
        sa.Column("call_id", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("due_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["caller_id"], ["caller.id"], name=op.f("fk_grievance_caller_id")),
        sa.ForeignKeyConstraint(["call_id"], ["call.id"], name=op.f("fk_grievance_call_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_grievance")),
        sa.UniqueConstraint("reference", name=op.f("uq_grievance_reference")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_grievance_due_at", "grievance", ["due_at"])


def _call_backs() -> None:
    op.create_table(
        "call_back",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("caller_id", sa.Text(), nullable=True),
        sa.Column("line", sa.Text(), nullable=False),
        sa.Column("flow", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("trigger_call_id", sa.Text(), nullable=False),
        sa.Column("consent", sa.Text(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("why", sa.Text(), nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("due_at", sa.BigInteger(), nullable=False),
        sa.Column("wish_id", sa.Text(), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["caller_id"], ["caller.id"], name=op.f("fk_call_back_caller_id")),
        sa.ForeignKeyConstraint(["trigger_call_id"], ["call.id"], name=op.f("fk_call_back_trigger_call_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_call_back")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_call_back_caller_id_id", "call_back", ["caller_id", "id"])
    op.create_table(
        "dial",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("call_back_id", sa.Text(), nullable=False),
        sa.Column("provider", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("started_at", sa.BigInteger(), nullable=False),
        sa.Column("lease_until", sa.BigInteger(), nullable=True),
        sa.Column("looks", sa.Integer(), nullable=False),
        sa.Column("provider_call_id", sa.Text(), nullable=True),
        sa.Column("code", sa.Text(), nullable=True),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["call_back_id"], ["call_back.id"], name=op.f("fk_dial_call_back_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dial")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_dial_call_back_id", "dial", ["call_back_id"])
    leased = sa.text("lease_until IS NOT NULL")
    op.create_index("ix_dial_lease_until", "dial", ["lease_until"], sqlite_where=leased, postgresql_where=leased)
    op.create_table(
        "channel",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("provider", sa.Text(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("since", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_channel")),
        sqlite_with_rowid=False,
    )
