"""Connecting a patient with a doctor: offers, the legs of both, what happened in which order, and what the doctor sees of the patient."""

from sqlalchemy import BigInteger, CheckConstraint, Column, ForeignKey, Index, Integer, LargeBinary, Table, Text, text

from ivr.store.schema.tables import BY_KEY, metadata

offer = Table(
    "offer",
    metadata,
    Column("id", Text, primary_key=True),
    Column("consult_id", Text, ForeignKey("consult.id"), nullable=False),
    Column("doctor_id", Text, ForeignKey("doctor.id"), nullable=False),
    Column("fence", BigInteger, nullable=False),
    Column("state", Text, nullable=False),
    Column("why", Text, nullable=False),  # the score and its parts, the rung of the ladder: JSON
    Column("call_back_id", Text, ForeignKey("call_back.id"), nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("answered_at", BigInteger),
    Column("accepted_at", BigInteger),
    Column("lease_until", BigInteger, nullable=False),
    Column("cancelled_at", BigInteger),  # nobody wants it any more: no dial after it, and one that rings is hung up
    Column("ended_at", BigInteger),
    Index("ix_offer_consult_id", "consult_id"),
    Index("ix_offer_doctor_id_id", "doctor_id", "id"),
    **BY_KEY,
)
_LIVE, _TAKEN = text("state IN ('ringing', 'answered', 'accepted')"), text("state = 'accepted'")
Index("ux_offer_doctor_id", offer.c.doctor_id, unique=True, sqlite_where=_LIVE, postgresql_where=_LIVE)
Index("ux_offer_consult_id", offer.c.consult_id, unique=True, sqlite_where=_TAKEN, postgresql_where=_TAKEN)

leg = Table(
    "leg",
    metadata,
    Column("call_id", Text, ForeignKey("call.id"), primary_key=True),
    Column("consult_id", Text, ForeignKey("consult.id"), nullable=False),
    Column("role", Text, nullable=False),
    Column("offer_id", Text, ForeignKey("offer.id")),  # of a doctor's
    Column("waits_at", BigInteger),  # in the hold loop since, and to be moved from it
    Column("joins_at", BigInteger),  # sent into the room
    Column("room", Integer),  # which one
    Column("entered_at", BigInteger),  # the room, for the last time
    Column("left_at", BigInteger),
    Column("ended_at", BigInteger),
    CheckConstraint("role IN ('patient', 'doctor')", name="ck_leg_role"),
    Index("ix_leg_consult_id", "consult_id"),
    **BY_KEY,
)

_UNDER_WAY = leg.c.ended_at.is_(None)
Index("ix_leg_ended_at", leg.c.ended_at, sqlite_where=_UNDER_WAY, postgresql_where=_UNDER_WAY)

consult_event = Table(
    "consult_event",
    metadata,
    Column("id", Text, primary_key=True),
    Column("consult_id", Text, ForeignKey("consult.id"), nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("name", Text, nullable=False),
    Column("detail", Text, nullable=False),  # JSON
    Index("ix_consult_event_consult_id", "consult_id"),
    **BY_KEY,
)

film = Table(
    "film",
    metadata,
    Column("id", Text, primary_key=True),
    Column("consult_id", Text, ForeignKey("consult.id"), nullable=False),
    Column("kind", Text, nullable=False),
    Column("media_type", Text, nullable=False),
    Column("content", LargeBinary, nullable=False),  # encrypted with DATA_KEY, without metadata
    Column("at", BigInteger, nullable=False),
    CheckConstraint("kind IN ('film', 'prescription')", name="ck_film_kind"),
    Index("ix_film_consult_id", "consult_id"),
    **BY_KEY,
)

card = Table(
    "card",
    metadata,
    Column("consult_id", Text, ForeignKey("consult.id"), primary_key=True),
    Column("doctor_id", Text, ForeignKey("doctor.id"), nullable=False),
    Column("note", LargeBinary),  # the doctor's, encrypted with DATA_KEY
    Column("promised_at", BigInteger),  # a prescription
    Column("attested_at", BigInteger),  # nothing on it that a first audio consult does not allow
    Column("sent_at", BigInteger),
    Column("wrong_pins", Integer, nullable=False, default=0),
    Column("opened_at", BigInteger),
    **BY_KEY,
)
_OWED = text("promised_at IS NOT NULL AND sent_at IS NULL")
Index("ix_card_promised_at", card.c.promised_at, sqlite_where=_OWED, postgresql_where=_OWED)
