"""Consults and money: triage, quotes, payment links, payments, refunds, the ledger, gateway events, receipts."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

_WAITS = sa.text(
    "state IN ('triaged', 'quoted', 'awaiting_payment', 'paid', 'offering', 'connecting', 'talking', 'recovering', 'callback_booked')"
)
_LIVE, _FIRST = sa.text("state = 'live'"), sa.text("first = 1 AND state IN ('live', 'used')")
_KEPT = sa.text("state IN ('held', 'earned')")


def _words(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.Text(), nullable=False) for name in names]


def upgrade() -> None:
    op.add_column("link", sa.Column("ref", sa.Text(), nullable=True))
    about = sa.text("ref IS NOT NULL")
    op.create_index("ix_link_ref", "link", ["ref"], sqlite_where=about, postgresql_where=about)
    _triage()
    _consults()
    _payments()
    _papers()
    _entries_stand()


def _triage() -> None:
    op.create_table(
        "triage",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("call_id", sa.Text(), nullable=False),
        sa.Column("caller_id", sa.Text(), nullable=True),
        *_words("result", "patient", "script", "answers"),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("result IN ('clear', 'red', 'unclear')", name="ck_triage_result"),
        sa.ForeignKeyConstraint(["call_id"], ["call.id"], name=op.f("fk_triage_call_id")),
        sa.ForeignKeyConstraint(["caller_id"], ["caller.id"], name=op.f("fk_triage_caller_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_triage")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_triage_call_id", "triage", ["call_id"])
    op.create_table(
        "notice",
        sa.Column("call_id", sa.Text(), nullable=False),
        sa.Column("caller_id", sa.Text(), nullable=True),
        sa.Column("version", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["call_id"], ["call.id"], name=op.f("fk_notice_call_id")),
        sa.ForeignKeyConstraint(["caller_id"], ["caller.id"], name=op.f("fk_notice_caller_id")),
        sa.PrimaryKeyConstraint("call_id", name=op.f("pk_notice")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_notice_caller_id", "notice", ["caller_id"])


def _consults() -> None:
    op.create_table(
        "consult",
        *_words("id", "reference", "caller_id", "call_id", "line", "language", "state"),
        sa.Column("why", sa.Text(), nullable=True),
        sa.Column("triage_id", sa.Text(), nullable=False),
        sa.Column("screened_at", sa.BigInteger(), nullable=False),
        *_words("patient", "speciality", "tier"),
        sa.Column("age", sa.Integer(), nullable=True),
        sa.Column("pain_place", sa.Text(), nullable=True),
        sa.Column("flags", sa.Text(), nullable=False),
        sa.Column("pin_code", sa.Text(), nullable=True),
        sa.Column("patient_name", sa.LargeBinary(), nullable=True),
        sa.Column("opened_at", sa.BigInteger(), nullable=False),
        sa.Column("paid_at", sa.BigInteger(), nullable=True),
        sa.Column("told_paid_at", sa.BigInteger(), nullable=True),
        sa.Column("hold_until", sa.BigInteger(), nullable=True),
        sa.Column("clock_id", sa.Text(), nullable=True),
        sa.Column("resent", sa.Integer(), nullable=False),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["call_id"], ["call.id"], name=op.f("fk_consult_call_id")),
        sa.ForeignKeyConstraint(["caller_id"], ["caller.id"], name=op.f("fk_consult_caller_id")),
        sa.ForeignKeyConstraint(["triage_id"], ["triage.id"], name=op.f("fk_consult_triage_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consult")),
        sa.UniqueConstraint("reference", name=op.f("uq_consult_reference")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_consult_call_id", "consult", ["call_id"])
    op.create_index("ix_consult_caller_id_id", "consult", ["caller_id", "id"])
    op.create_index(
        "ux_consult_caller_id",
        "consult",
        ["caller_id"],
        unique=True,
        sqlite_where=_WAITS,
        postgresql_where=_WAITS,
    )
    op.create_table(
        "quote",
        *_words("id", "consult_id", "caller_id", "state"),
        sa.Column("first", sa.Integer(), nullable=False),
        sa.Column("paise", sa.BigInteger(), nullable=False),
        *_words("components", "rule", "code"),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("state IN ('live', 'used', 'void')", name="ck_quote_state"),
        sa.CheckConstraint("paise > 0", name="ck_quote_paise"),
        sa.ForeignKeyConstraint(["caller_id"], ["caller.id"], name=op.f("fk_quote_caller_id")),
        sa.ForeignKeyConstraint(["consult_id"], ["consult.id"], name=op.f("fk_quote_consult_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quote")),
        sa.UniqueConstraint("consult_id", name=op.f("uq_quote_consult_id")),
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ux_quote_caller_id",
        "quote",
        ["caller_id"],
        unique=True,
        sqlite_where=_FIRST,
        postgresql_where=_FIRST,
    )
    op.create_index("ux_quote_code", "quote", ["code"], unique=True, sqlite_where=_LIVE, postgresql_where=_LIVE)


def _payments() -> None:
    op.create_table(
        "pay_link",
        *_words("id", "reference", "consult_id", "gateway"),
        sa.Column("paise", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("gateway_link_id", sa.Text(), nullable=True),
        sa.Column("url", sa.Text(), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.Column("poll_id", sa.Text(), nullable=True),
        sa.Column("looked_at", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("state IN ('wished', 'open', 'closing', 'paid', 'closed', 'failed')", name="ck_pay_link_state"),
        sa.ForeignKeyConstraint(["consult_id"], ["consult.id"], name=op.f("fk_pay_link_consult_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pay_link")),
        sa.UniqueConstraint("gateway_link_id", name=op.f("uq_pay_link_gateway_link_id")),
        sa.UniqueConstraint("reference", name=op.f("uq_pay_link_reference")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_pay_link_consult_id", "pay_link", ["consult_id"])
    op.create_table(
        "payment",
        *_words("id", "gateway", "gateway_payment_id", "pay_link_id", "consult_id"),
        sa.Column("paise", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("why", sa.Text(), nullable=True),
        sa.Column("captured_at", sa.BigInteger(), nullable=False),
        sa.Column("moved_at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "state IN ('held', 'earned', 'refund_due', 'requested', 'pending', 'refunded', 'manual')", name="ck_payment_state"
        ),
        sa.CheckConstraint("paise > 0", name="ck_payment_paise"),
        sa.ForeignKeyConstraint(["consult_id"], ["consult.id"], name=op.f("fk_payment_consult_id")),
        sa.ForeignKeyConstraint(["pay_link_id"], ["pay_link.id"], name=op.f("fk_payment_pay_link_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payment")),
        sa.UniqueConstraint("gateway", "gateway_payment_id", name=op.f("uq_payment_gateway_gateway_payment_id")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_payment_consult_id", "payment", ["consult_id"])
    op.create_index("ix_payment_state", "payment", ["state"])
    op.create_index(
        "ux_payment_consult_id",
        "payment",
        ["consult_id"],
        unique=True,
        sqlite_where=_KEPT,
        postgresql_where=_KEPT,
    )
    op.create_table(
        "refund",
        *_words("payment_id", "key", "body"),
        sa.Column("gateway_refund_id", sa.Text(), nullable=True),
        sa.Column("asks", sa.Integer(), nullable=False),
        sa.Column("looks", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["payment_id"], ["payment.id"], name=op.f("fk_refund_payment_id")),
        sa.PrimaryKeyConstraint("payment_id", name=op.f("pk_refund")),
        sa.UniqueConstraint("gateway_refund_id", name=op.f("uq_refund_gateway_refund_id")),
        sa.UniqueConstraint("key", name=op.f("uq_refund_key")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "entry",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        *_words("payment_id", "cause", "debit", "credit"),
        sa.Column("paise", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("debit <> credit", name="ck_entry_sides"),
        sa.CheckConstraint("paise > 0", name="ck_entry_paise"),
        sa.ForeignKeyConstraint(["payment_id"], ["payment.id"], name=op.f("fk_entry_payment_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_entry")),
        sa.UniqueConstraint("payment_id", "cause", "debit", "credit", name=op.f("uq_entry_payment_id_cause_debit_credit")),
        sqlite_with_rowid=False,
    )


def _papers() -> None:
    op.create_table(
        "gateway_event",
        *_words("id", "gateway", "name"),
        sa.Column("facts", sa.Text(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=True),
        sa.Column("received_at", sa.BigInteger(), nullable=False),
        sa.Column("came_to", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_gateway_event")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_gateway_event_received_at", "gateway_event", ["received_at"])
    op.create_table(
        "receipt",
        sa.Column("payment_id", sa.Text(), nullable=False),
        sa.Column("year", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("token", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["payment_id"], ["payment.id"], name=op.f("fk_receipt_payment_id")),
        sa.PrimaryKeyConstraint("payment_id", name=op.f("pk_receipt")),
        sa.UniqueConstraint("year", "number", name=op.f("uq_receipt_year_number")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "receipt_series",
        sa.Column("year", sa.Text(), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("year", name=op.f("pk_receipt_series")),
        sqlite_with_rowid=False,
    )


def _entries_stand() -> None:
    """The ledger is append-only: nobody changes an entry or takes one out, whatever code they run."""
    if op.get_bind().dialect.name == "sqlite":
        for verb in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER entry_stands_{verb.lower()} BEFORE {verb} ON entry "
                "BEGIN SELECT RAISE(ABORT, 'entries of the ledger stand'); END"
            )
        return
    op.execute(
        "CREATE FUNCTION entry_stands() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'entries of the ledger stand'; END $$"
    )
    op.execute("CREATE TRIGGER entry_stands BEFORE UPDATE OR DELETE ON entry FOR EACH ROW EXECUTE FUNCTION entry_stands()")
