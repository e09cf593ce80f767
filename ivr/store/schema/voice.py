"""Voice menus and call backs."""

from sqlalchemy import BigInteger, CheckConstraint, Column, ForeignKey, Index, Integer, LargeBinary, Table, Text, text

from ivr.store.schema.tables import BY_KEY, metadata

turn = Table(
    "turn",
    metadata,
    Column("call_id", Text, primary_key=True),  # no foreign key: its check would lock, and so write, the call's row at every turn
    Column("number", Integer, primary_key=True),  # 0 answers the call, the next answers what came of it …
    Column("at", BigInteger, nullable=False),
    Column("heard", Text, nullable=False),  # what the caller did: JSON
    Column("facts", Text, nullable=False),  # what the flow asked about the world, and was told: JSON
    Column("passed", Text, nullable=False),  # the steps gone through: JSON
    Column("step", Text, nullable=False),  # where the caller stands now, "" when the flow is over
    Column("place", Text, nullable=False),  # the same in full: JSON
    Column("reply", Text, nullable=False),  # what the caller is answered: JSON
    **BY_KEY,
)

call_back = Table(
    "call_back",
    metadata,
    Column("id", Text, primary_key=True),
    Column("caller_id", Text, ForeignKey("caller.id")),  # NULL: dropped, for there was no number to call
    Column("line", Text, nullable=False),  # the number that the phone will show, E.164
    Column("flow", Text, nullable=False),
    Column("reason", Text, nullable=False),  # see `ivr.callbacks.plan`: nobody is called who did not ask for it (TCCCPR)
    Column("trigger_call_id", Text, ForeignKey("call.id")),
    Column("page_id", Text, ForeignKey("page.id")),  # instead of a trigger: a call to somebody who is on call
    Column("offer_id", Text),  # a call to a doctor, for a consult that this call opened
    Column("consent", Text),  # of a call booked by key: wording, language, key and time, JSON
    Column("state", Text, nullable=False),
    Column("why", Text),  # it was dropped, cancelled or given up
    Column("tries", Integer, nullable=False, default=0),  # calls that rang and are over
    Column("due_at", BigInteger, nullable=False),
    Column("wish_id", Text),  # the outbox row that makes the next call; one that is not named here is void
    Column("created_at", BigInteger, nullable=False),
    Column("ended_at", BigInteger),
    Index("ix_call_back_caller_id_id", "caller_id", "id"),
    CheckConstraint("(trigger_call_id IS NULL) <> (page_id IS NULL)", name="ck_call_back_trigger"),
    **BY_KEY,
)
_an_offer = call_back.c.offer_id.isnot(None)
Index("ix_call_back_offer_id", call_back.c.offer_id, sqlite_where=_an_offer, postgresql_where=_an_offer)
_PLANNED = text("state = 'planned' AND page_id IS NULL")
Index("ix_call_back_due_at", call_back.c.due_at, sqlite_where=_PLANNED, postgresql_where=_PLANNED)
_about_a_page = call_back.c.page_id.isnot(None)
Index("ix_call_back_page_id", call_back.c.page_id, sqlite_where=_about_a_page, postgresql_where=_about_a_page)

dial = Table(
    "dial",
    metadata,
    Column("id", Text, primary_key=True),
    Column("call_back_id", Text, ForeignKey("call_back.id"), nullable=False),
    Column("provider", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("started_at", BigInteger, nullable=False),
    Column("lease_until", BigInteger),  # without a word by then, somebody must ask: our worker, the provider, the clock
    Column("looks", Integer, nullable=False, default=0),
    Column("provider_call_id", Text),
    Column("code", Text),
    Column("ended_at", BigInteger),
    Index("ix_dial_call_back_id", "call_back_id"),
    **BY_KEY,
)
Index(
    "ix_dial_lease_until", dial.c.lease_until, sqlite_where=dial.c.lease_until.isnot(None), postgresql_where=dial.c.lease_until.isnot(None)
)

channel = Table(
    "channel",
    metadata,
    Column("id", Text, primary_key=True),  # of the call or the dial that holds it
    Column("provider", Text, nullable=False),
    Column("purpose", Text, nullable=False),
    Column("since", BigInteger, nullable=False),
    **BY_KEY,
)

voice_note = Table(
    "voice_note",
    metadata,
    Column("id", Text, primary_key=True),
    Column("call_id", Text, ForeignKey("call.id"), nullable=False),
    Column("ref", LargeBinary, nullable=False),  # where the provider keeps it, encrypted with DATA_KEY
    Column("seconds", Integer, nullable=False),
    Column("consent", Text, nullable=False),  # the wording that the caller agreed to, and in which language: JSON
    Column("at", BigInteger, nullable=False),
    Index("ix_voice_note_call_id", "call_id"),
    **BY_KEY,
)

grievance = Table(
    "grievance",
    metadata,
    Column("id", Text, primary_key=True),
    Column("reference", Text, nullable=False, unique=True),  # short enough to be read out and typed
    Column("caller_id", Text, ForeignKey("caller.id")),
    Column("call_id", Text, ForeignKey("call.id"), nullable=False),
    Column("state", Text, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("due_at", BigInteger, nullable=False),
    Column("answered_at", BigInteger),
    Column("answered_by", Text),  # the operator
    Column("answer", Text),  # what was done about it, in the operator's words
    Index("ix_grievance_due_at", "due_at"),
    **BY_KEY,
)
