"""Callers, calls, texts and their links, the outbox, alarms, operators."""

from sqlalchemy import BigInteger, CheckConstraint, Column, ForeignKey, Index, Integer, LargeBinary, Table, Text, UniqueConstraint

from ivr.store.schema.tables import BY_KEY, metadata

caller = Table(
    "caller",
    metadata,
    Column("id", Text, primary_key=True),
    Column("phone", LargeBinary, nullable=False),  # E.164, encrypted with DATA_KEY
    Column("phone_hash", Text, nullable=False, unique=True),  # keyed with PHONE_HASH_KEY
    Column("created_at", BigInteger, nullable=False),
    Column("language", Text),  # the one chosen in a menu
    **BY_KEY,
)

call = Table(
    "call",
    metadata,
    Column("id", Text, primary_key=True),
    Column("provider", Text, nullable=False),
    Column("provider_call_id", Text, nullable=False),
    Column("caller_id", Text, ForeignKey("caller.id")),  # NULL: withheld or no number at all
    Column("caller_kind", Text, nullable=False),
    Column("line", Text, nullable=False),  # the published number in E.164, or "" when it is none of ours
    Column("action", Text, nullable=False),
    Column("arrived_at", BigInteger, nullable=False),
    Column("ended_at", BigInteger),
    Column("outcome", Text),
    Column("seconds", Integer),
    Column("cause", Text),
    Column("flow", Text),  # the voice menu that it began with; NULL: never answered
    Column("dial_id", Text),  # of a call that we placed
    UniqueConstraint("provider", "provider_call_id"),
    **BY_KEY,
)
Index("ix_call_caller_id_id", call.c.caller_id, call.c.id)

text = Table(
    "text",
    metadata,
    Column("id", Text, primary_key=True),
    Column("call_id", Text, ForeignKey("call.id")),  # the trigger: no text without one (TCCCPR) …
    Column("page_id", Text, ForeignKey("page.id")),  # … save to those who are on call
    Column("caller_id", Text, ForeignKey("caller.id")),
    Column("line", Text, nullable=False),
    Column("template", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("language", Text, nullable=False),
    Column("body", Text, nullable=False),  # as rendered and checked when it was asked for
    Column("token", Text),  # of the link in it
    Column("state", Text, nullable=False),
    Column("reason", Text),  # why dropped or failed
    Column("asked_at", BigInteger, nullable=False),
    Column("not_after", BigInteger, nullable=False),  # a late answer to a missed call is spam
    Column("sent_at", BigInteger),
    Column("ended_at", BigInteger),
    Index("ix_text_caller_id_asked_at", "caller_id", "asked_at"),
    Index("ix_text_call_id", "call_id"),
    CheckConstraint("(call_id IS NULL) <> (page_id IS NULL)", name="ck_text_trigger"),
    **BY_KEY,
)

attempt = Table(
    "attempt",
    metadata,
    Column("id", Text, primary_key=True),
    Column("text_id", Text, ForeignKey("text.id"), nullable=False),
    Column("provider", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("started_at", BigInteger, nullable=False),
    Column("lease_until", BigInteger),  # set while somebody, or the next look at the provider, is due
    Column("looks", Integer, nullable=False, default=0),  # how often the provider's list was searched
    Column("provider_message_id", Text),
    Column("code", Text),
    Column("ended_at", BigInteger),
    Index("ix_attempt_text_id", "text_id"),
    Index("ix_attempt_provider_message_id", "provider_message_id"),
    **BY_KEY,
)
Index(
    "ix_attempt_lease_until",
    attempt.c.lease_until,
    sqlite_where=attempt.c.lease_until.isnot(None),
    postgresql_where=attempt.c.lease_until.isnot(None),
)

report = Table(
    "report",
    metadata,
    Column("attempt_id", Text, ForeignKey("attempt.id"), primary_key=True),
    Column("state", Text, primary_key=True),
    Column("code", Text, primary_key=True),
    Column("at", BigInteger, nullable=False),
    **BY_KEY,
)

link = Table(
    "link",
    metadata,
    Column("token", Text, primary_key=True),
    Column("purpose", Text, nullable=False),  # app, pay, receipt, privacy
    Column("ref", Text),  # the consult or the payment that it is about
    Column("text_id", Text, ForeignKey("text.id"), nullable=False),
    Column("campaign", Text, nullable=False),
    Column("expires_at", BigInteger, nullable=False),
    Column("opened_at", BigInteger),
    Column("opens", Integer, nullable=False, default=0),
    **BY_KEY,
)

Index("ix_link_ref", link.c.ref, sqlite_where=link.c.ref.isnot(None), postgresql_where=link.c.ref.isnot(None))

opt_out = Table(
    "opt_out",
    metadata,
    Column("caller_id", Text, ForeignKey("caller.id"), primary_key=True),
    Column("source", Text, nullable=False),
    Column("at", BigInteger, nullable=False),
    **BY_KEY,
)

outbox = Table(
    "outbox",
    metadata,
    Column("id", Text, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("ref", Text, nullable=False),
    Column("due_at", BigInteger, nullable=False),  # when the relay issues it, and issues it again if nobody reports back
    Column("issues", Integer, nullable=False, default=0),
    Column("reported", Integer, nullable=False, default=0),  # the last issue that somebody who had it in hand put back
    Index("ix_outbox_due_at", "due_at"),
    **BY_KEY,
)

alarm = Table(
    "alarm",
    metadata,
    Column("kind", Text, primary_key=True),
    Column("key", Text, primary_key=True),
    Column("detail", Text, nullable=False),
    Column("first_at", BigInteger, nullable=False),
    Column("last_at", BigInteger, nullable=False),
    Column("times", Integer, nullable=False, default=1),
    Column("page_id", Text),  # the page that tells of it, where there is a caller behind it: its own, or one that it joined
    Index("ix_alarm_last_at", "last_at"),
    Index("ix_alarm_page_id", "page_id"),
    **BY_KEY,
)

operator = Table(
    "operator",
    metadata,
    Column("name", Text, primary_key=True),
    Column("password_hash", Text, nullable=False),
    Column("role", Text, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    **BY_KEY,
)
