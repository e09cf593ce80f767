"""The only place that joins concrete parts: settings in, a ready application out."""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property

import redis

from ivr.calls import Calls
from ivr.lines import Lines, load_lines
from ivr.links import Links
from ivr.model.clock import SystemClock
from ivr.model.errors import ConfigurationError
from ivr.model.events import CallArrived, CallEnded, TextReceived, TextReported
from ivr.model.ports import Clock, TextSender
from ivr.optouts import OptOuts
from ivr.providers import Hooks
from ivr.providers.plivo import Plivo
from ivr.providers.twilio import Twilio
from ivr.settings import Settings
from ivr.store.database import Database, open_database
from ivr.store.spool import Spool, Spooled
from ivr.store.vault import Vault
from ivr.texts.booking import Booking
from ivr.texts.carriers import Carriers
from ivr.texts.delivery import Delivery
from ivr.texts.reconcile import Reconciliation
from ivr.texts.reports import record_report
from ivr.texts.templates import Templates, load_templates

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
    calls: Calls
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
                self.calls.arrive(event, at)
            case CallEnded():
                self.calls.end(event, at)
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
    templates = load_templates(settings.callflows_dir)
    lines = load_lines(settings.callflows_dir, templates)
    return App(
        settings=settings,
        clock=clock,
        vault=vault,
        database=database,
        lines=lines,
        templates=templates,
        hooks=_hooks(settings),
        calls=Calls(database, vault, lines, templates, settings),
        links=Links(database, settings, clock),
        opt_outs=OptOuts(database, vault, lines),
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
        return _SENDERS[name](settings, (settings.provider_connect_seconds, settings.provider_read_seconds))
    except IndexError:
        raise ConfigurationError(f"{name.upper()}_AUTH_TOKEN: must be set, because TEXT_PROVIDER names {name}") from None
