"""The console's own: what operators did and saw, whom they keep out, what they have switched off."""

from sqlalchemy import BigInteger, Column, ForeignKey, Index, Table, Text

from ivr.store.schema.tables import BY_KEY, metadata

audit = Table(
    "audit",
    metadata,
    Column("id", Text, primary_key=True),
    Column("at", BigInteger, nullable=False),
    Column("operator", Text, nullable=False),  # a name as it was then: an operator may be removed, what they did stays
    Column("action", Text, nullable=False),  # see `ivr.oversight`
    Column("subject", Text, nullable=False),  # the kind of thing: call, consult, text, caller, doctor, line …
    Column("subject_id", Text, nullable=False),
    Column("caller_id", Text, ForeignKey("caller.id")),  # whose number was shown, whom it touches
    Column("reason", Text, nullable=False),  # in the operator's words; "" where none is asked for
    Column("detail", Text, nullable=False),  # JSON
    Index("ix_audit_subject_id_action_id", "subject_id", "action", "id"),
    Index("ix_audit_operator_id", "operator", "id"),
    Index("ix_audit_action_id", "action", "id"),
    **BY_KEY,
)

block = Table(
    "block",
    metadata,
    Column("caller_id", Text, ForeignKey("caller.id"), primary_key=True),
    Column("at", BigInteger, nullable=False),
    Column("operator", Text, nullable=False),
    Column("reason", Text, nullable=False),
    **BY_KEY,
)

pause = Table(
    "pause",
    metadata,
    Column("scope", Text, primary_key=True),  # a line in E.164, or `texts`: all of them
    Column("at", BigInteger, nullable=False),
    Column("operator", Text, nullable=False),
    Column("reason", Text, nullable=False),
    **BY_KEY,
)
