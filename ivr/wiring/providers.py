"""The adapters of providers and of the gateway: each made only by the processes that use it."""

from collections.abc import Callable

from ivr.model.errors import ConfigurationError
from ivr.model.ports import CallPlacer, TextSender
from ivr.payments.razorpay_events import RazorpayHooks
from ivr.providers import Hooks
from ivr.providers.plivo import Plivo
from ivr.providers.twilio import Twilio
from ivr.settings import Settings


def hooks_of(settings: Settings) -> dict[str, Hooks]:
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


def sender(name: str, settings: Settings) -> TextSender:
    if name not in _SENDERS:
        raise ConfigurationError(f"TEXT_PROVIDER: {name} is not a provider; known are {', '.join(_SENDERS)} and none")
    try:
        return _SENDERS[name](settings, timeout(settings))
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


PLACERS: dict[str, Callable[[Settings, tuple[float, float]], CallPlacer]] = {"plivo": _plivo_calls, "twilio": _twilio_calls}


def timeout(settings: Settings) -> tuple[float, float]:
    return settings.provider_connect_seconds, settings.provider_read_seconds


def gateway_hooks(settings: Settings) -> RazorpayHooks | None:
    """The web side of the gateway; None while it has no secret to verify by."""
    secrets = [secret.get_secret_value() for secret in settings.razorpay_webhook_secret]
    return RazorpayHooks(secrets) if secrets else None
