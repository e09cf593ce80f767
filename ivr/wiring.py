"""The only place that joins concrete parts: settings in, a ready application out."""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property

import redis

from ivr.callbacks.dials import Dials
from ivr.callbacks.placing import Placing
from ivr.callbacks.reconcile import CallReconciliation
from ivr.callbacks.thoughts import SecondThoughts
from ivr.callbacks.wishes import CallBacks
from ivr.callflows import load_callflows
from ivr.calls import Calls
from ivr.flow.model import Book
from ivr.lines import Lines
from ivr.links import Links
from ivr.menus.conversation import Menus
from ivr.menus.effects import Effects
from ivr.menus.replying import Replying
from ivr.menus.voicing import Voicing
from ivr.model.clock import SystemClock
from ivr.model.errors import ConfigurationError
from ivr.model.events import CallArrived, CallEnded, TextReceived, TextReported, TurnCame
from ivr.model.ports import CallPlacer, Clock, TextSender
from ivr.model.values import Phone
from ivr.optouts import OptOuts
from ivr.pace import Pace
from ivr.providers import Hooks
from ivr.providers.plivo import Plivo
from ivr.providers.twilio import Twilio
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
    links: Links
    opt_outs: OptOuts
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
    def _placers(self) -> Mapping[str, CallPlacer]:
        """Of every provider with credentials: a line may name any of them."""
        return {name: _PLACERS[name](self.settings, _timeout(self.settings)) for name in self.hooks}

    @cached_property
    def _senders(self) -> Mapping[str, TextSender]:
        """Of every provider with credentials: one that is not in use any more is still asked what it sent."""
        names = [*self.settings.texting, *(name for name in self.hooks if name not in self.settings.texting)]
        return {name: _sender(name, self.settings) for name in names}

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
    hooks = _hooks(settings)
    call_backs = CallBacks(settings, Dials(settings), {name: each.capabilities for name, each in hooks.items()})
    asking = Asking(files.lines, files.templates, settings)
    menus = Menus(
        database,
        files.lines,
        files.book,
        files.voicing,
        call_backs,
        Effects(asking, call_backs, vault, files.lines, settings),
        Replying(files.voicing, settings, Phone(settings.oncall_number) if settings.oncall_number else None),
        settings,
    )
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
        calls=Calls(database, vault, files.lines, asking, menus, call_backs),
        menus=menus,
        call_backs=call_backs,
        links=Links(database, settings, clock),
        opt_outs=OptOuts(database, vault, files.lines, call_backs),
        spool=Spool(settings.var_dir / "spool", vault),
    )


def _hooks(settings: Settings) -> dict[str, Hooks]:
    """The web side of every provider that has credentials: a line answers whichever of them calls it."""
    hooks: dict[str, Hooks] = {}
    if settings.plivo_auth_id and settings.plivo_auth_token:
        hooks["plivo"] = Plivo(settings.plivo_auth_id, tuple(token.get_secret_value() for token in settings.plivo_auth_token))
    if settings.twilio_account_sid and settings.twilio_auth_token:
        keys = dict(pair.get_secret_value().split(":", 1) for pair in settings.twilio_webhook_keys)
        hooks["twilio"] = Twilio(settings.twilio_account_sid, tuple(token.get_secret_value() for token in settings.twilio_auth_token), keys)
    return hooks


def _plivo(settings: Settings, timeout: tuple[float, float]) -> TextSender:
    from ivr.providers.plivo_texts import PlivoTexts  # web processes never send: the SDK is 26 MiB and a quarter second

    return PlivoTexts(settings.plivo_auth_id, settings.plivo_auth_token[0].get_secret_value(), settings.plivo_api_url or None, timeout)


def _twilio(settings: Settings, timeout: tuple[float, float]) -> TextSender:
    from ivr.providers.twilio_texts import TwilioTexts

    return TwilioTexts(
        settings.twilio_account_sid, settings.twilio_auth_token[0].get_secret_value(), settings.twilio_api_url or None, timeout
    )


_SENDERS: dict[str, Callable[[Settings, tuple[float, float]], TextSender]] = {"plivo": _plivo, "twilio": _twilio}


def _sender(name: str, settings: Settings) -> TextSender:
    if name not in _SENDERS:
        raise ConfigurationError(f"TEXT_PROVIDER: {name} is not a provider; known are {', '.join(_SENDERS)} and none")
    try:
        return _SENDERS[name](settings, _timeout(settings))
    except IndexError:
        raise ConfigurationError(f"{name.upper()}_AUTH_TOKEN: must be set, because TEXT_PROVIDER names {name}") from None


def _plivo_calls(settings: Settings, timeout: tuple[float, float]) -> CallPlacer:
    from ivr.providers.plivo_calls import PlivoCalls

    return PlivoCalls(settings.plivo_auth_id, settings.plivo_auth_token[0].get_secret_value(), settings.plivo_api_url or None, timeout)


def _twilio_calls(settings: Settings, timeout: tuple[float, float]) -> CallPlacer:
    from ivr.providers.twilio_calls import TwilioCalls

    return TwilioCalls(
        settings.twilio_account_sid, settings.twilio_auth_token[0].get_secret_value(), settings.twilio_api_url or None, timeout
    )


_PLACERS: dict[str, Callable[[Settings, tuple[float, float]], CallPlacer]] = {"plivo": _plivo_calls, "twilio": _twilio_calls}


def _timeout(settings: Settings) -> tuple[float, float]:
    return settings.provider_connect_seconds, settings.provider_read_seconds
