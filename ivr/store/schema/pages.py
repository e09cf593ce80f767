"""Pages: alarms on their way to a person."""

from sqlalchemy import BigInteger, CheckConstraint, Column, ForeignKey, Index, Integer, Table, Text, text

from ivr.store.schema.tables import BY_KEY, metadata

page = Table(
    "page",
    metadata,
    Column("id", Text, primary_key=True),
    Column("reference", Text, nullable=False, unique=True),  # in the SMS, and to be typed
    Column("kind", Text, nullable=False),  # of the alarm
    Column("key", Text, nullable=False),  # of the alarm, where each is a page of its own; "" for all of the kind
    Column("call_id", Text, ForeignKey("call.id")),  # whose caller the person on call may be joined with
    Column("state", Text, nullable=False),
    Column("steps", Integer, nullable=False),  # of its plan that were taken
    Column("raised_at", BigInteger, nullable=False),  # for the first SMS: not before the clinic opens, where that counts
    Column("due_at", BigInteger),  # the next step; NULL when there is none
    Column("told_at", BigInteger),  # when the console is to say that nobody has taken it; NULL when it does, or needs not
    Column("taken_at", BigInteger),
    Column("taken_by", Text),  # the place in ONCALL_NUMBER (1, 2 …), or `command`
    CheckConstraint("state IN ('raised', 'texted', 'calling', 'taken', 'untaken')", name="ck_page_state"),
    Index("ix_page_kind_key_id", "kind", "key", "id"),
    **BY_KEY,
)
_OPEN = text("state IN ('raised', 'texted', 'calling')")
Index("ux_page_kind_key", page.c.kind, page.c.key, unique=True, sqlite_where=_OPEN, postgresql_where=_OPEN)
Index("ix_page_due_at", page.c.due_at, sqlite_where=page.c.due_at.isnot(None), postgresql_where=page.c.due_at.isnot(None))
