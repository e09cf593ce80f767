"""Which job does what the outbox wishes for: kind → queue, function, and how many ids one job takes."""

from dataclasses import dataclass

from ivr.callbacks.dials import CALL_END, CALL_LOOK, CALL_PLACE
from ivr.connecting.legs import CALL_IN, CALL_OUT, CONSULT_LOOK, CONSULT_WARN
from ivr.connecting.moving import CALL_STOP
from ivr.connecting.offers import DOCTOR_NEWS
from ivr.consults.booking import CONSULT_NEWS, CONSULT_PAID, CONSULT_SEARCH, CONSULT_UNSERVED, REFUND_ASK
from ivr.consults.collecting import LINK_LOOK
from ivr.consults.daily import MONEY_DAY
from ivr.consults.desk import PAY_TEXT_CHECK
from ivr.consults.events import GATEWAY_EVENT
from ivr.consults.moves import CONSULT_CLOCK
from ivr.consults.paying import LINK_CLOSE, LINK_CREATE
from ivr.consults.refunding import REFUND_LOOK
from ivr.doctors.duty_changes import DUTY_CLOCK, DUTY_RESCIND
from ivr.reviewing import CALLS_REVIEW
from ivr.texts.booking import LOOK, SEND

JOB_TIMEOUT_S = 60
FAILURE_TTL_S = 3 * 24 * 60 * 60  # long enough for an operator to look; the truth is in the database


@dataclass(frozen=True, slots=True)
class Kind:
    queue: str
    function: str
    together: bool = False  # several ids in one job


KINDS: dict[str, Kind] = {
    CALL_PLACE: Kind("calls", "workers.calls.place", together=True),
    CALL_LOOK: Kind("calls", "workers.calls.look", together=True),
    CALL_IN: Kind("calls", "workers.calls.call_in", together=True),
    CALL_OUT: Kind("calls", "workers.calls.call_out", together=True),
    CALL_END: Kind("calls", "workers.calls.end", together=True),
    CALL_STOP: Kind("calls", "workers.calls.stop", together=True),
    CALLS_REVIEW: Kind("calls", "workers.calls.review", together=True),
    CONSULT_LOOK: Kind("calls", "workers.calls.look_at_talk", together=True),
    SEND: Kind("texts", "workers.texts.send", together=True),
    LOOK: Kind("texts", "workers.texts.look", together=True),
    GATEWAY_EVENT: Kind("chores", "workers.chores.event", together=True),
    LINK_CREATE: Kind("money", "workers.money.create_link", together=True),
    LINK_LOOK: Kind("money", "workers.money.look_at_link", together=True),
    LINK_CLOSE: Kind("money", "workers.money.close_link", together=True),
    REFUND_ASK: Kind("money", "workers.money.refund", together=True),
    REFUND_LOOK: Kind("money", "workers.money.look_at_refund", together=True),
    CONSULT_CLOCK: Kind("chores", "workers.chores.clock", together=True),
    CONSULT_SEARCH: Kind("chores", "workers.chores.search", together=True),
    CONSULT_WARN: Kind("chores", "workers.chores.warn", together=True),
    CONSULT_PAID: Kind("chores", "workers.chores.patient_news", together=True),
    DOCTOR_NEWS: Kind("chores", "workers.chores.doctor_news", together=True),
    DUTY_CLOCK: Kind("chores", "workers.chores.duty_clock", together=True),
    DUTY_RESCIND: Kind("chores", "workers.chores.take_back", together=True),
    CONSULT_NEWS: Kind("chores", "workers.chores.news", together=True),
    CONSULT_UNSERVED: Kind("chores", "workers.chores.unserved", together=True),
    MONEY_DAY: Kind("money", "workers.money.day", together=True),
    PAY_TEXT_CHECK: Kind("texts", "workers.texts.text_arrived", together=True),
}

QUEUES = tuple(dict.fromkeys(kind.queue for kind in KINDS.values()))


def kinds_of(queue: str) -> list[str]:
    return [name for name, kind in KINDS.items() if kind.queue == queue]
