"""Settings in, a ready application out."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import redis

from ivr.alarms.paging import Paging
from ivr.callbacks.dials import Dials
from ivr.callbacks.placing import Placing
from ivr.callbacks.reconcile import CallReconciliation
from ivr.callbacks.thoughts import SecondThoughts
from ivr.callbacks.wishes import CallBacks
from ivr.callflows import load_callflows
from ivr.calls import Calls
from ivr.cards.cards import Cards
from ivr.cards.films import Films
from ivr.cards.opening import Opening
from ivr.connecting.moving import Moving
from ivr.connecting.news import News
from ivr.cutoffs import CutOffs
from ivr.flow.model import Book
from ivr.lines import Lines
from ivr.links import Links
from ivr.menus.addresses import turn_url
from ivr.menus.conversation import Menus
from ivr.menus.effects import Effects
from ivr.menus.replying import Replying
from ivr.menus.voicing import Voicing
from ivr.model.clock import SystemClock
from ivr.model.errors import ConfigurationError
from ivr.model.events import CallArrived, CallCutOff, CallEnded, RoomNews, TextReceived, TextReported, TurnCame
from ivr.model.ports import CallPlacer, Clock, TextSender
from ivr.optouts import OptOuts
from ivr.pace import Pace
from ivr.pauses import Pauses
from ivr.providers import Hooks
from ivr.reviewing import Review
from ivr.settings import Settings
from ivr.store.database import Database, open_database
from ivr.store.spool import Spool, Spooled
from ivr.store.vault import Vault
from ivr.texts.asking import Asking
from ivr.texts.booking import Booking
from ivr.texts.carriers import Carriers
from ivr.texts.delivery import Delivery
from ivr.texts.reconcile import Reconciliation
from ivr.texts.reports import record_report
from ivr.texts.templates import Templates
from ivr.unanswered import Unanswered
from ivr.wiring.connecting import Connections, connections_of
from ivr.wiring.consults import Consults, Money, consults_of, money_of
from ivr.wiring.operating import Operating, operating_of
from ivr.wiring.providers import PLACERS, hooks_of, sender, timeout

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class App:
    """Everything a process may need; what costs a connection is made when first asked for."""

    settings: Settings
    clock: Clock
    vault: Vault
    database: Database
    lines: Lines
    templates: Templates
    hooks: Mapping[str, Hooks]  # of every provider with credentials
    book: Book
    voicing: Voicing
    calls: Calls
    menus: Menus
    call_backs: CallBacks
    consults: Consults
    connections: Connections
    links: Links
    opt_outs: OptOuts
    pauses: Pauses
    spool: Spool

    @cached_property
    def delivery(self) -> Delivery:
        return Delivery(self.database, self.vault, self._senders, self._carriers, self._booking, self.settings, self.clock)

    @cached_property
    def reconciliation(self) -> Reconciliation:
        return Reconciliation(self.database, self.vault, self._senders, self._carriers, self._booking, self.settings, self.clock)

    @cached_property
    def placing(self) -> Placing:
        thoughts = SecondThoughts(self.vault, self.lines, self.call_backs.capabilities, self.settings, self.book.flows)
        pace = Pace(self.redis)
        return Placing(self.database, self._placers, thoughts, self.call_backs.dials, pace, self.settings, self.clock)

    @cached_property
    def call_reconciliation(self) -> CallReconciliation:
        return CallReconciliation(self.database, self.vault, self._placers, self.call_backs.dials, self.settings, self.clock)

    @cached_property
    def review(self) -> Review:
        return Review(self.database, self._placers, self.calls, self.lines, self.settings, self.clock)

    @cached_property
    def money(self) -> Money:
        """What workers need for money."""
        return money_of(self.consults, self._senders, self._carriers, self.clock)

    @cached_property
    def paging(self) -> Paging:
        asking, flows = self.menus.effects.asking, self.book.flows
        return Paging(self.database, self.vault, self.lines, asking, self.call_backs, flows, self.settings, self.clock)

    @cached_property
    def operating(self) -> Operating:
        legs, asking = self.connections.connecting.legs, self.menus.effects.asking
        return operating_of(self.consults, legs, asking, self.call_backs, self.pauses, self.database, self.vault)

    @cached_property
    def cards(self) -> Cards:
        return Cards(self.database, self.consults.bookings.telling, self.settings, self.clock)

    @cached_property
    def card_opening(self) -> Opening:
        return Opening(self.cards, self.vault)

    @cached_property
    def films(self) -> Films:
        return Films(self.cards, self.vault)

    @cached_property
    def moving(self) -> Moving:
        legs, settings = self.connections.connecting.legs, self.settings
        return Moving(
            self.database,
            self._placers,
            legs,
            lambda provider, call_id, number: turn_url(settings, provider, call_id, number),
            self.calls.end,
            self.clock,
        )

    @cached_property
    def connection_news(self) -> News:
        return News(self.database, self.connections.duty, self.cards.opened_for, self.cards.ask_for_films, self.clock)

    @cached_property
    def _placers(self) -> Mapping[str, CallPlacer]:
        """Of every provider with credentials: a line may name any of them."""
        return {name: PLACERS[name](self.settings, timeout(self.settings)) for name in self.hooks}

    @cached_property
    def _senders(self) -> Mapping[str, TextSender]:
        """Of every provider with credentials: one that is not in use any more is still asked what it sent."""
        names = [*self.settings.texting, *(name for name in self.hooks if name not in self.settings.texting)]
        return {name: sender(name, self.settings) for name in names}

    @cached_property
    def _carriers(self) -> Carriers:
        return Carriers(self.templates, self.settings)

    @cached_property
    def _booking(self) -> Booking:
        return Booking(self._carriers, self.settings)

    @cached_property
    def redis(self) -> redis.Redis:
        if not self.settings.redis_url:
            raise ConfigurationError(
                "REDIS_URL: must name a Redis 6.2 or Valkey 7.2 server; `python -m ivr run` starts one for development"
            )
        try:
            return redis.Redis.from_url(self.settings.redis_url, socket_timeout=5, socket_connect_timeout=2)
        except ValueError:
            raise ConfigurationError("REDIS_URL: is no redis://, rediss:// or unix:// address; quote / and # in its password") from None

    def handle(self, event: Spooled, at: int, ref: str) -> None:
        """Take a spooled event to its use-case."""
        match event:
            case CallArrived():
                self.calls.arrive(event, at, live=False)
            case CallEnded():
                self.calls.end(event, at, ref or None)
            case CallCutOff():
                self.calls.cut_off(event, at)
            case RoomNews():
                consult_id, _, number = ref.partition("/")
                self.calls.in_room(event, consult_id, int(number), at)
            case TurnCame():
                call_id, _, number = ref.partition("/")
                self.menus.turn(event, call_id, int(number), at)
            case TextReported():
                record_report(self.database, ref, event, at)
            case TextReceived():
                self.opt_outs.received(event, at)


def build(settings: Settings, clock: Clock | None = None) -> App:
    """Read the files of `callflows/` and join the parts. ConfigurationError lists what is wrong; nothing is connected yet."""
    clock = clock or SystemClock()
    vault = Vault([key.get_secret_value() for key in settings.data_key], settings.phone_hash_key.get_secret_value())
    if not settings.secret_key.get_secret_value():
        raise ConfigurationError("SECRET_KEY: must be set; `python -m ivr keys` prints a fresh one")
    database = open_database(settings.database_url, settings.database_pool)
    files = load_callflows(settings)
    hooks = hooks_of(settings)
    call_backs = CallBacks(settings, Dials(settings), {name: each.capabilities for name, each in hooks.items()})
    asking = Asking(files.lines, files.templates, settings)
    consults = consults_of(files, asking, call_backs, database, vault, settings, clock)
    connections = connections_of(files, asking, consults, database, vault, clock)
    menus = Menus(
        database,
        files.lines,
        files.book,
        files.voicing,
        call_backs,
        Effects(asking, call_backs, consults.desk, connections.duty, connections.connecting, vault, files.lines, settings),
        Replying(files.voicing, settings, next(iter(settings.on_call), None)),
        settings,
    )
    pauses = Pauses(database)
    unanswered = Unanswered(asking, call_backs, consults.status, pauses)
    return App(
        settings=settings,
        clock=clock,
        vault=vault,
        database=database,
        lines=files.lines,
        templates=files.templates,
        hooks=hooks,
        book=files.book,
        voicing=files.voicing,
        calls=Calls(
            database,
            vault,
            files.lines,
            menus,
            call_backs,
            unanswered,
            connections.connecting,
            connections.duty,
            CutOffs(files.lines, menus, call_backs),
        ),
        menus=menus,
        call_backs=call_backs,
        consults=consults,
        connections=connections,
        links=Links(database, settings, clock),
        opt_outs=OptOuts(database, vault, files.lines, call_backs),
        pauses=pauses,
        spool=Spool(settings.var_dir / "spool", vault),
    )
