"""Joins the parts that bring a patient and a doctor together."""

from dataclasses import dataclass

from ivr.callflows import Callflows
from ivr.connecting.connecting import Connecting
from ivr.connecting.ending import Ending
from ivr.connecting.legs import Legs
from ivr.connecting.offers import Offers
from ivr.connecting.searching import Search
from ivr.connecting.sweeping import Sweeping
from ivr.connecting.timers import Timers
from ivr.doctors.duty import Duty
from ivr.doctors.duty_changes import DutyChanges
from ivr.doctors.duty_clock import DutyClock
from ivr.doctors.duty_texts import DutyTexts
from ivr.model.ports import Clock
from ivr.store.database import Database
from ivr.store.vault import Vault
from ivr.texts.asking import Asking
from ivr.wiring.consults import Consults


@dataclass(frozen=True, slots=True)
class Connections:
    connecting: Connecting
    duty: Duty
    duty_clock: DutyClock
    search: Search
    sweeping: Sweeping
    timers: Timers


def connections_of(files: Callflows, asking: Asking, consults: Consults, database: Database, vault: Vault, clock: Clock) -> Connections:
    settings, bookings = consults.settings, consults.bookings
    offers = Offers(bookings.moves, settings)
    legs = Legs(bookings.moves, offers, settings)
    ending = Ending(bookings, legs, bookings.telling)
    connecting = Connecting(legs, offers, ending, settings)
    changes = DutyChanges(DutyTexts(asking, vault), files.lines.hours)
    search = Search(database, offers, clock)
    return Connections(
        connecting=connecting,
        duty=Duty(changes, frozenset(files.book.flows), connecting.disposed),
        duty_clock=DutyClock(database, changes, connecting.rescind, clock),
        search=search,
        sweeping=Sweeping(database, legs, search, clock),
        timers=Timers(database, bookings, consults.status, legs, ending, clock),
    )
