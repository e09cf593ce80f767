"""Pages: alarms on their way to a person. A text and a call of ours answer a call, or they are about a page."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

_OPEN, _DUE = sa.text("state IN ('raised', 'texted', 'calling')"), sa.text("due_at IS NOT NULL")
_KEPT_BY_KEY = {"sqlite_with_rowid": False}


def upgrade() -> None:
    op.create_table(
        "page",
        sa.Column("id", sa.Text(), nullable=False),
        *[sa.Column(name, sa.Text(), nullable=False) for name in ("reference", "kind", "key")],
        sa.Column("call_id", sa.Text(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("steps", sa.Integer(), nullable=False),
        sa.Column("raised_at", sa.BigInteger(), nullable=False),
        *[sa.Column(name, sa.BigInteger(), nullable=True) for name in ("due_at", "told_at", "taken_at")],
        sa.Column("taken_by", sa.Text(), nullable=True),
        sa.CheckConstraint("state IN ('raised', 'texted', 'calling', 'taken', 'untaken')", name="ck_page_state"),
        sa.ForeignKeyConstraint(["call_id"], ["call.id"], name=op.f("fk_page_call_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_page")),
        sa.UniqueConstraint("reference", name=op.f("uq_page_reference")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_page_kind_key_id", "page", ["kind", "key", "id"])
    op.create_index("ux_page_kind_key", "page", ["kind", "key"], unique=True, sqlite_where=_OPEN, postgresql_where=_OPEN)
    op.create_index("ix_page_due_at", "page", ["due_at"], sqlite_where=_DUE, postgresql_where=_DUE)
    op.create_index("ix_alarm_last_at", "alarm", ["last_at"])
    op.add_column("alarm", sa.Column("page_id", sa.Text(), nullable=True))
    op.create_index("ix_alarm_page_id", "alarm", ["page_id"])
    op.add_column("outbox", sa.Column("reported", sa.Integer(), nullable=False, server_default="0"))
    _may_be_about_a_page("text", "call_id")
    _may_be_about_a_page("call_back", "trigger_call_id")
    about = sa.text("page_id IS NOT NULL")
    op.create_index("ix_call_back_page_id", "call_back", ["page_id"], sqlite_where=about, postgresql_where=about)


def _may_be_about_a_page(table: str, trigger: str) -> None:
    """SQLite cannot change a column: the table is made anew there, and must be told again that its rows stand in its key's tree."""
    with op.batch_alter_table(table, table_kwargs=_KEPT_BY_KEY) as changed:
        changed.alter_column(trigger, existing_type=sa.Text(), nullable=True)
        changed.add_column(sa.Column("page_id", sa.Text(), nullable=True))
        changed.create_foreign_key(op.f(f"fk_{table}_page_id"), "page", ["page_id"], ["id"])
        changed.create_check_constraint(op.f(f"ck_{table}_trigger"), f"({trigger} IS NULL) <> (page_id IS NULL)")
