"""Consults, what was quoted for them, how they were paid, and where the money went. Money is integer paise."""

from sqlalchemy import BigInteger, CheckConstraint, Column, ForeignKey, Index, Integer, LargeBinary, Table, Text, UniqueConstraint, text

from ivr.store.schema.tables import BY_KEY, metadata

triage = Table(
    "triage",
    metadata,
    Column("id", Text, primary_key=True),
    Column("call_id", Text, ForeignKey("call.id"), nullable=False),
    Column("caller_id", Text, ForeignKey("caller.id")),
    Column("result", Text, nullable=False),
    Column("patient", Text, nullable=False),  # self, other
    Column("script", Text, nullable=False),  # fingerprints of the flow and of its words, and the language: what was asked
    Column("answers", Text, nullable=False),  # JSON
    Column("at", BigInteger, nullable=False),
    CheckConstraint("result IN ('clear', 'red', 'unclear')", name="ck_triage_result"),
    Index("ix_triage_call_id", "call_id"),
    **BY_KEY,
)

notice = Table(
    "notice",
    metadata,
    Column("call_id", Text, ForeignKey("call.id"), primary_key=True),
    Column("caller_id", Text, ForeignKey("caller.id")),
    Column("version", Text, nullable=False),
    Column("language", Text, nullable=False),
    Column("at", BigInteger, nullable=False),
    Index("ix_notice_caller_id", "caller_id"),
    **BY_KEY,
)

consult = Table(
    "consult",
    metadata,
    Column("id", Text, primary_key=True),
    Column("reference", Text, nullable=False, unique=True),  # eight digits, to be said and typed
    Column("caller_id", Text, ForeignKey("caller.id"), nullable=False),
    Column("call_id", Text, ForeignKey("call.id"), nullable=False),  # in which it was opened
    Column("line", Text, nullable=False),
    Column("language", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("why", Text),  # it ended, or its money goes back
    Column("triage_id", Text, ForeignKey("triage.id"), nullable=False),
    Column("screened_at", BigInteger, nullable=False),
    Column("patient", Text, nullable=False),  # self, other
    Column("speciality", Text, nullable=False),
    Column("tier", Text, nullable=False),
    Column("age", Integer),
    Column("pain_place", Text),
    Column("flags", Text, nullable=False),  # amber: for the doctor, comma list
    Column("pin_code", Text),
    Column("patient_name", LargeBinary),  # encrypted with DATA_KEY
    Column("opened_at", BigInteger, nullable=False),
    Column("paid_at", BigInteger),  # a doctor is promised from then on; of a follow-up that costs nothing, when it was asked or booked for
    Column("told_paid_at", BigInteger),  # the caller has heard that the money came
    Column("hold_until", BigInteger),  # a place is kept until then for somebody who is paying
    Column("clock_id", Text),  # the outbox row that ends this state; one that is not named here is void
    Column("resent", Integer, nullable=False, default=0),  # how often the caller had the link again
    Column("ended_at", BigInteger),
    Column("seeks_since", BigInteger),  # a doctor: what seniority counts from
    Column("pain_time", Text),  # for days, weeks, months
    Column("prefers", Text),  # the doctor of an earlier consult, rung first
    Column("follow_up_of", Text),  # the earlier consult
    Column("doctor_id", Text),  # who accepted
    Column("offer_id", Text),  # by which
    Column("room", Integer, nullable=False, default=0),  # counts rooms: who comes late to an earlier one meets nobody
    Column("together_since", BigInteger),  # both are in the room
    Column("together_ms", BigInteger, nullable=False, default=0),  # before that
    Column("warned_at", BigInteger),  # that the time is nearly over
    Column("lost", Text),  # who was cut off, patient or doctor, while we ring them again
    Column("redials", Integer, nullable=False, default=0),  # of the patient
    Column("doctor_redials", Integer, nullable=False, default=0, server_default="0"),
    Column("told_wait_s", Integer),  # the longest wait that was spoken of
    Column("told_wait_at", BigInteger),
    Column("any_language", Integer, nullable=False, default=0),  # 1: the caller agrees to a doctor who speaks Hindi or English only
    Column("slot_at", BigInteger),  # a call was booked for then
    Column("slots", Integer, nullable=False, default=0),  # how often
    Column("disposition", Text),  # done, needs_visit, emergency, not_suitable
    Column("disposed_at", BigInteger),
    Index("ix_consult_call_id", "call_id"),
    Index("ix_consult_caller_id_id", "caller_id", "id"),
    Index("ix_consult_doctor_id_id", "doctor_id", "id"),
    **BY_KEY,
)
_WAITS = text(
    "state IN ('triaged', 'quoted', 'awaiting_payment', 'paid', 'offering', 'connecting', 'talking', 'recovering', 'callback_booked')"
)
Index("ux_consult_caller_id", consult.c.caller_id, unique=True, sqlite_where=_WAITS, postgresql_where=_WAITS)
_SERVED = text("state IN ('paid', 'offering', 'connecting', 'talking', 'recovering', 'callback_booked')")
Index("ix_consult_state", consult.c.state, sqlite_where=_SERVED, postgresql_where=_SERVED)

quote = Table(
    "quote",
    metadata,
    Column("id", Text, primary_key=True),
    Column("consult_id", Text, ForeignKey("consult.id"), nullable=False, unique=True),
    Column("caller_id", Text, ForeignKey("caller.id"), nullable=False),
    Column("patient", Text, nullable=False, server_default="self"),  # self, other: each has a first consultation
    Column("state", Text, nullable=False),
    Column("first", Integer, nullable=False),  # 1: the price of a first consultation
    Column("paise", BigInteger, nullable=False),
    Column("components", Text, nullable=False),  # name and paise of each, JSON; they add up
    Column("rule", Text, nullable=False),  # the version of prices.yaml that it follows
    Column("code", Text, nullable=False),  # six digits to pay by from any phone
    Column("created_at", BigInteger, nullable=False),
    Column("expires_at", BigInteger, nullable=False),
    CheckConstraint("paise >= 0", name="ck_quote_paise"),
    CheckConstraint("state IN ('live', 'used', 'void')", name="ck_quote_state"),
    **BY_KEY,
)
_LIVE, _FIRST = text("state = 'live'"), text("first = 1 AND state IN ('live', 'used')")
Index("ux_quote_code", quote.c.code, unique=True, sqlite_where=_LIVE, postgresql_where=_LIVE)
Index("ux_quote_caller_id", quote.c.caller_id, quote.c.patient, unique=True, sqlite_where=_FIRST, postgresql_where=_FIRST)

pay_link = Table(
    "pay_link",
    metadata,
    Column("id", Text, primary_key=True),
    Column("reference", Text, nullable=False, unique=True),  # ours, written before the gateway is asked: it is asked once for each
    Column("consult_id", Text, ForeignKey("consult.id"), nullable=False),
    Column("gateway", Text, nullable=False),
    Column("paise", BigInteger, nullable=False),
    Column("state", Text, nullable=False),
    Column("gateway_link_id", Text, unique=True),
    Column("url", Text),
    Column("created_at", BigInteger, nullable=False),
    Column("expires_at", BigInteger, nullable=False),
    Column("poll_id", Text),  # the outbox row of the next look
    Column("looked_at", BigInteger),
    CheckConstraint("state IN ('wished', 'open', 'closing', 'paid', 'closed', 'failed')", name="ck_pay_link_state"),
    Index("ix_pay_link_consult_id", "consult_id"),
    **BY_KEY,
)

payment = Table(
    "payment",
    metadata,
    Column("id", Text, primary_key=True),
    Column("gateway", Text, nullable=False),
    Column("gateway_payment_id", Text, nullable=False),
    Column("pay_link_id", Text, ForeignKey("pay_link.id"), nullable=False),
    Column("consult_id", Text, ForeignKey("consult.id"), nullable=False),
    Column("paise", BigInteger, nullable=False),
    Column("state", Text, nullable=False),
    Column("why", Text),  # it goes back
    Column("captured_at", BigInteger, nullable=False),
    Column("moved_at", BigInteger, nullable=False),
    CheckConstraint("paise > 0", name="ck_payment_paise"),
    CheckConstraint("state IN ('held', 'earned', 'refund_due', 'requested', 'pending', 'refunded', 'manual')", name="ck_payment_state"),
    UniqueConstraint("gateway", "gateway_payment_id"),
    Index("ix_payment_state", "state"),
    **BY_KEY,
)
_KEPT = text("state IN ('held', 'earned')")
Index("ux_payment_consult_id", payment.c.consult_id, unique=True, sqlite_where=_KEPT, postgresql_where=_KEPT)
Index("ix_payment_consult_id", payment.c.consult_id)

refund = Table(
    "refund",
    metadata,
    Column("payment_id", Text, ForeignKey("payment.id"), primary_key=True),  # one for each payment, ever
    Column("key", Text, nullable=False, unique=True),
    Column("body", Text, nullable=False),  # sent byte for byte at every try
    Column("gateway_refund_id", Text, unique=True),
    Column("asks", Integer, nullable=False, default=0),
    Column("looks", Integer, nullable=False, default=0),
    Column("created_at", BigInteger, nullable=False),
    Column("ended_at", BigInteger),
    **BY_KEY,
)

entry = Table(
    "entry",
    metadata,
    Column("id", Text, primary_key=True),
    Column("at", BigInteger, nullable=False),
    Column("payment_id", Text, ForeignKey("payment.id"), nullable=False),
    Column("cause", Text, nullable=False),  # captured, earned, refund_due, refunded
    Column("debit", Text, nullable=False),  # the account that receives
    Column("credit", Text, nullable=False),  # the account that gives: a row with both sides cannot be out of balance
    Column("paise", BigInteger, nullable=False),
    CheckConstraint("paise > 0", name="ck_entry_paise"),
    CheckConstraint("debit <> credit", name="ck_entry_sides"),
    UniqueConstraint("payment_id", "cause", "debit", "credit"),
    **BY_KEY,
)

gateway_event = Table(
    "gateway_event",
    metadata,
    Column("id", Text, primary_key=True),  # the gateway's own id of the event: stored once
    Column("gateway", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("facts", Text, nullable=False),  # what it tells us, JSON
    Column("body", LargeBinary),  # without the payer's particulars, encrypted, for disputes; gone after thirty days
    Column("received_at", BigInteger, nullable=False),
    Column("came_to", Text),  # what it changed; NULL until it was looked at
    Index("ix_gateway_event_received_at", "received_at"),
    **BY_KEY,
)

receipt = Table(
    "receipt",
    metadata,
    Column("payment_id", Text, ForeignKey("payment.id"), primary_key=True),
    Column("year", Text, nullable=False),  # the financial year, like 2026-27
    Column("number", Integer, nullable=False),  # consecutive in it
    Column("token", Text, nullable=False),  # of the page
    Column("at", BigInteger, nullable=False),
    UniqueConstraint("year", "number"),
    **BY_KEY,
)

receipt_series = Table(
    "receipt_series",
    metadata,
    Column("year", Text, primary_key=True),
    Column("last", Integer, nullable=False),
    **BY_KEY,
)
