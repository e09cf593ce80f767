"""The console: audit, blocked callers, what is paused, answers to grievances; a caller's calls are found by number."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    op.create_table(
        "audit",
        *_words("id"),
        sa.Column("at", sa.BigInteger(), nullable=False),
        *_words("operator", "action", "subject", "subject_id"),
        sa.Column("caller_id", sa.Text(), nullable=True),
        *_words("reason", "detail"),
        sa.ForeignKeyConstraint(["caller_id"], ["caller.id"], name=op.f("fk_audit_caller_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit")),
        sqlite_with_rowid=False,
    )
    for columns in (["subject_id", "action"], ["operator"], ["action"]):
        op.create_index(f"ix_audit_{'_'.join(columns)}_id", "audit", [*columns, "id"])
    _switch("block", "caller_id", sa.ForeignKeyConstraint(["caller_id"], ["caller.id"], name=op.f("fk_block_caller_id")))
    _switch("pause", "scope")
    for name, kind in (("answered_at", sa.BigInteger()), ("answered_by", sa.Text()), ("answer", sa.Text())):
        op.add_column("grievance", sa.Column(name, kind, nullable=True))
    op.drop_index("ix_call_caller_id_id", "call")
    op.create_index("ix_call_caller_id_id", "call", ["caller_id", "id"])
    planned = sa.text("state = 'planned' AND page_id IS NULL")
    op.create_index("ix_call_back_due_at", "call_back", ["due_at"], sqlite_where=planned, postgresql_where=planned)


def _switch(table: str, key: str, *more: sa.ForeignKeyConstraint) -> None:
    """A row stands for as long as it holds."""
    op.create_table(
        table,
        *_words(key),
        sa.Column("at", sa.BigInteger(), nullable=False),
        *_words("operator", "reason"),
        *more,
        sa.PrimaryKeyConstraint(key, name=op.f(f"pk_{table}")),
        sqlite_with_rowid=False,
    )


def _words(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.Text(), nullable=False) for name in names]
