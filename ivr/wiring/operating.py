"""Joins the parts of what operators do by hand."""

from dataclasses import dataclass

from ivr.callbacks.wishes import CallBacks
from ivr.connecting.legs import Legs
from ivr.operating.alarms import Taking
from ivr.operating.callers import Keeping
from ivr.operating.calls import Ending
from ivr.operating.consults import Giving
from ivr.operating.switches import Switching
from ivr.operating.texts import Resending
from ivr.pauses import Pauses
from ivr.store.database import Database
from ivr.store.vault import Vault
from ivr.texts.asking import Asking
from ivr.wiring.consults import Consults


@dataclass(frozen=True, slots=True)
class Operating:
    callers: Keeping
    calls: Ending
    consults: Giving
    texts: Resending
    switches: Switching
    alarms: Taking


def operating_of(
    consults: Consults, legs: Legs, asking: Asking, call_backs: CallBacks, pauses: Pauses, database: Database, vault: Vault
) -> Operating:
    return Operating(
        callers=Keeping(database, vault, call_backs),
        calls=Ending(database),
        consults=Giving(database, consults.bookings, legs),
        texts=Resending(database, vault, asking, consults.desk),
        switches=Switching(database, pauses),
        alarms=Taking(database),
    )
