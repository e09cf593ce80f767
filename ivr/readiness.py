"""Is this installation fit for patients? `python -m ivr check` prints the answer; production refuses to start on a fault."""

from collections.abc import Iterator
from urllib.parse import urlsplit

from ivr.lines import Lines, load_lines
from ivr.model.errors import ConfigurationError
from ivr.model.values import CallerKind
from ivr.numbering import identify
from ivr.providers import PROVIDERS
from ivr.settings import Settings
from ivr.store.database import open_database
from ivr.store.vault import Vault
from ivr.texts.templates import Templates, load_templates


def faults(settings: Settings) -> list[str]:
    """Everything that keeps this configuration out of production, each with its remedy; [] when fit."""
    try:
        templates = load_templates(settings.callflows_dir)
        lines = load_lines(settings.callflows_dir, templates)
    except ConfigurationError as error:
        return [*_setting_faults(settings), *str(error).splitlines()]
    return [*_setting_faults(settings), *_file_faults(settings, lines, templates)]


def require_ready(settings: Settings) -> None:
    """ConfigurationError with every fault when in production; development starts with anything that loads."""
    if settings.environment == "production" and (found := faults(settings)):
        raise ConfigurationError("production refuses to start:\n" + "\n".join(f"- {fault}" for fault in found))


def _first_use(settings: Settings) -> Iterator[str]:
    """What only shows when it is used."""
    try:
        open_database(settings.database_url)
        Vault([key.get_secret_value() for key in settings.data_key] or ["-"], settings.phone_hash_key.get_secret_value() or "-")
    except ConfigurationError as error:
        yield str(error)


def _setting_faults(settings: Settings) -> Iterator[str]:
    yield from _first_use(settings)
    if not settings.public_url.startswith("https://"):
        yield "PUBLIC_URL: must be the https:// address that providers call"
    elif (urlsplit(settings.public_url).hostname or "").replace(".", "").isdigit():
        yield "PUBLIC_URL: must be a host name; DLT refuses links to an IP address"
    yield from _missing_keys(settings)
    if not settings.redis_url:
        yield "REDIS_URL: must be set; workers wait for their jobs there"
    if settings.on_sqlite and not settings.database_disk_persistent:
        yield (
            "DATABASE_URL: an SQLite file on a disk that may vanish with the next deploy; use postgresql://, "
            "or say DATABASE_DISK_PERSISTENT=true"
        )
    for name in ("plivo_api_url", "twilio_api_url", "sandbox_url"):
        if getattr(settings, name):
            yield f"{name.upper()}: points at a sandbox; unset it"
    if not settings.dlt_entity_id:
        yield "DLT_ENTITY_ID: must be set; operators refuse texts without it"
    for name in ("dlt_header", "app_android_id", "app_ios_id"):
        if getattr(settings, name) == Settings.model_fields[name].default:
            yield f"{name.upper()}: is still the example's; set your own"
    yield from provider_faults(settings)
    yield from _dlt_faults(settings)


def _missing_keys(settings: Settings) -> Iterator[str]:
    for name in ("secret_key", "phone_hash_key"):
        if len(getattr(settings, name).get_secret_value()) < 32:
            yield f"{name.upper()}: must be at least 32 characters; `python -m ivr keys` prints fresh ones"
    if not settings.data_key:
        yield "DATA_KEY: must be set; `python -m ivr keys` prints a fresh one"


def provider_faults(settings: Settings) -> Iterator[str]:
    """Providers that do not exist, and those in use without an account. No process can work like that."""
    if settings.voice_provider not in PROVIDERS:
        yield f"VOICE_PROVIDER: {settings.voice_provider} is not known; write one of {', '.join(PROVIDERS)}"
    for name in settings.texting:
        if name not in PROVIDERS:
            yield f"TEXT_PROVIDER: {name} is not known; write some of {', '.join(PROVIDERS)}, or none"
    needed = {settings.voice_provider, *settings.texting}
    for name, account in (("plivo", "plivo_auth_id"), ("twilio", "twilio_account_sid")):
        if name in needed and not getattr(settings, account):
            yield f"{account.upper()}: must be set, because {name} is in use"
        if name in needed and not getattr(settings, f"{name}_auth_token"):
            yield f"{name.upper()}_AUTH_TOKEN: must be set, because {name} is in use"


def _dlt_faults(settings: Settings) -> Iterator[str]:
    if "twilio" in settings.texting and not settings.twilio_in_dlt_registered:
        yield (
            "TWILIO_IN_DLT_REGISTERED: Twilio sends to India over a foreign route that refuses our links, "
            "until your header and templates are registered with it; then say true"
        )


def _file_faults(settings: Settings, lines: Lines, templates: Templates) -> Iterator[str]:
    for line in lines:
        if line.example:
            yield f"lines.yaml: {line.published} ({line.name}) is an example; replace it with your own number"
        name = line.provider or settings.voice_provider
        landline = identify(line.number.e164, frozenset()).kind is CallerKind.LANDLINE
        if landline and name in PROVIDERS and not PROVIDERS[name].hooks.capabilities.in_country("IN").landline_voice:
            yield f"lines.yaml: {line.published}: {name} cannot carry an Indian landline number; name another provider"
    for name in templates.examples:
        yield f"texts.yaml: {name} still has example template ids; write those from your DLT portal"
    for wording in templates.describe():
        carried = any(name in wording.template_ids for name in settings.texting)
        if wording.newest and settings.texting and not carried:
            yield f"texts.yaml: {wording.template} {wording.language} has an id with none of {', '.join(settings.texting)} (TEXT_PROVIDER)"
