"""Joins the parts of paid consults: those of the web and of menus, and those of the jobs."""

from collections.abc import Mapping
from dataclasses import dataclass

from ivr.callbacks.wishes import CallBacks
from ivr.callflows import Callflows
from ivr.consults.arrivals import Arrivals
from ivr.consults.booking import Bookings
from ivr.consults.capacity import Capacity
from ivr.consults.collecting import Collecting
from ivr.consults.daily import Daily
from ivr.consults.desk import Desk
from ivr.consults.events import GatewayEvents, GatewayInbox
from ivr.consults.moves import Moves
from ivr.consults.papers import Papers
from ivr.consults.paying import Paying
from ivr.consults.refunding import Refunding
from ivr.consults.status import Status
from ivr.consults.telling import Telling
from ivr.model.errors import ConfigurationError
from ivr.model.gateway import GatewayHooks
from ivr.model.ports import Clock, TextSender
from ivr.payments.reconcile import Reconciling
from ivr.privacy import PrivacyNotice
from ivr.settings import Settings
from ivr.store.database import Database
from ivr.store.vault import Vault
from ivr.texts.asking import Asking
from ivr.texts.carriers import Carriers
from ivr.wiring.providers import gateway_hooks, timeout


@dataclass(frozen=True, slots=True)
class Consults:
    """What webhooks and pages need. `hooks` and `inbox` are None without a gateway."""

    bookings: Bookings
    desk: Desk
    status: Status
    paying: Paying
    papers: Papers
    privacy: PrivacyNotice | None
    hooks: GatewayHooks | None
    inbox: GatewayInbox | None
    settings: Settings


@dataclass(frozen=True, slots=True)
class Money:
    """What the jobs of `money` and `chores` need."""

    events: GatewayEvents
    collecting: Collecting
    refunding: Refunding
    arrivals: Arrivals
    reconciling: Reconciling
    daily: Daily


def consults_of(
    files: Callflows, asking: Asking, call_backs: CallBacks, database: Database, vault: Vault, settings: Settings, clock: Clock
) -> Consults:
    capacity = Capacity(settings, files.lines.hours)
    telling = Telling(asking, files.lines, vault)
    bookings = Bookings(Moves(settings), capacity, telling)
    hooks = gateway_hooks(settings)
    desk = Desk(files.prices, files.privacy, capacity, bookings, telling, settings)
    status = Status(desk, call_backs)
    return Consults(
        bookings=bookings,
        desk=desk,
        status=status,
        paying=Paying(database, vault, capacity, bookings, call_backs, settings, clock),
        papers=Papers(database, settings),
        privacy=files.privacy,
        hooks=hooks,
        inbox=GatewayInbox(database, vault, hooks, clock) if hooks is not None else None,
        settings=settings,
    )


def money_of(consults: Consults, senders: Mapping[str, TextSender], carriers: Carriers, clock: Clock) -> Money:
    """ConfigurationError without a gateway: what is owed to callers cannot be moved then."""
    settings, paying = consults.settings, consults.paying
    if consults.hooks is None or not settings.selling:
        raise ConfigurationError(
            "RAZORPAY_KEY_ID, RAZORPAY_KEY_SECRET and RAZORPAY_WEBHOOK_SECRET: must be set for the workers `money` and `chores`; "
            "without them no consult is sold"
        )
    from ivr.payments.razorpay import Razorpay  # only workers call the gateway

    gateway = Razorpay(
        settings.razorpay_key_id, settings.razorpay_key_secret.get_secret_value(), settings.razorpay_api_url or None, timeout(settings)
    )
    database, vault, bookings = paying.database, paying.vault, consults.bookings
    refunding = Refunding(database, gateway, bookings, clock)
    events = GatewayEvents(database, vault, consults.hooks, bookings, refunding, clock)
    reconciling = Reconciling(database, gateway, gateway.name)
    return Money(
        events=events,
        collecting=Collecting(database, gateway, bookings, settings, clock),
        refunding=refunding,
        reconciling=reconciling,
        daily=Daily(database, reconciling, events, clock),
        arrivals=Arrivals(database, vault, senders, carriers, consults.desk, clock),
    )
