"""Baseline: a missed-call service as tutorials write it: SDK validator, SDK XML, an ORM, the job enqueued in the request."""

import os
from datetime import UTC, datetime

import redis
from flask import Flask, Response, abort, request
from plivo import plivoxml
from plivo.utils import validate_v3_signature
from rq import Queue
from sqlalchemy import ForeignKey, create_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, sessionmaker

app = Flask(__name__)
engine = create_engine(os.environ["TUTORIAL_DATABASE"])
queue = Queue("tutorial", connection=redis.Redis.from_url(os.environ["REDIS_URL"]))


class Base(DeclarativeBase):
    pass


class Call(Base):
    __tablename__ = "calls"
    id: Mapped[int] = mapped_column(primary_key=True)
    call_uuid: Mapped[str] = mapped_column(unique=True)
    from_number: Mapped[str]
    to_number: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(default=lambda: datetime.now(UTC))


class Message(Base):
    __tablename__ = "messages"
    id: Mapped[int] = mapped_column(primary_key=True)
    call_id: Mapped[int] = mapped_column(ForeignKey("calls.id"))
    to_number: Mapped[str]
    body: Mapped[str]
    status: Mapped[str] = mapped_column(default="queued")


NewSession = sessionmaker(engine)


def send_sms(message_id: int) -> None:
    """The job. No worker runs while the webhook is measured."""
    with Session(engine) as session:
        session.get(Message, message_id)


@app.post("/voice/plivo")
def ring() -> Response:
    form = request.form.to_dict()
    signature, nonce = request.headers["X-Plivo-Signature-V3"], request.headers["X-Plivo-Signature-V3-Nonce"]
    if not validate_v3_signature("POST", request.url, nonce, os.environ["PLIVO_AUTH_TOKEN"], signature, form):
        abort(403)
    with NewSession() as session:
        call = Call(call_uuid=form["CallUUID"], from_number=form["From"], to_number=form["To"])
        session.add(call)
        session.flush()
        message = Message(call_id=call.id, to_number=form["From"], body="You gave us a missed call. Here is our app: https://example.com/a")
        session.add(message)
        session.commit()
        queue.enqueue(send_sms, message.id)
    response = plivoxml.ResponseElement()
    response.add_hangup(reason="busy")
    return Response(response.to_string(), mimetype="text/xml")


def create_tables() -> None:
    """What tutorials have you run once by hand."""
    Base.metadata.create_all(engine)


if __name__ == "__main__":
    create_tables()
