"""Is this installation fit for patients? `python -m ivr check` prints the answer; production refuses to start on a fault."""

from collections.abc import Iterator
from urllib.parse import urlsplit

from pydantic import SecretStr

from ivr.callflows import Callflows, load_callflows
from ivr.consults.telling import EMERGENCY, PAY_LINK, PRIVACY, RECEIPT, REFUND
from ivr.flow.model import Do, RingPhone, Step
from ivr.flow.usage import reachable_flows
from ivr.lines import CallBack, Lines, OnDuty, OptOut
from ivr.model.errors import ConfigurationError, DatabaseAway
from ivr.model.values import CallerKind
from ivr.numbering import identify
from ivr.providers import PROVIDERS
from ivr.settings import Settings
from ivr.store import doctors
from ivr.store.database import open_database
from ivr.store.vault import Vault


def faults(settings: Settings) -> list[str]:
    """Everything that keeps this configuration out of production, each with its remedy; [] when fit."""
    try:
        files = load_callflows(settings)
    except ConfigurationError as error:
        return [*_setting_faults(settings), *str(error).splitlines()]
    found = [
        *_setting_faults(settings),
        *_line_faults(settings, files.lines),
        *_voice_faults(settings, files),
        *_text_faults(settings, files),
        *_consult_faults(settings, files),
    ]
    return found or [*_directory_faults(settings)]


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
    if not settings.trusted_proxies:
        yield (
            "TRUSTED_PROXIES: must say how many proxies stand in front, one at least, for TLS ends there; "
            "with 0 all visitors look alike, and a stranger's wrong passwords keep operators out"
        )
    yield from _missing_keys(settings)
    if not settings.redis_url:
        yield "REDIS_URL: must be set; workers wait for their jobs there"
    if settings.on_sqlite and not settings.database_disk_persistent:
        yield (
            "DATABASE_URL: an SQLite file on a disk that may vanish with the next deploy; use postgresql://, "
            "or say DATABASE_DISK_PERSISTENT=true"
        )
    yield from _development_faults(settings)
    if not settings.dlt_entity_id:
        yield "DLT_ENTITY_ID: must be set; operators refuse texts without it"
    for name in ("dlt_header", "app_android_id", "app_ios_id", "clinic_name"):
        if getattr(settings, name) == Settings.model_fields[name].default:
            yield f"{name.upper()}: is still the example's; set your own"
    yield from provider_faults(settings)
    yield from _dlt_faults(settings)


def _development_faults(settings: Settings) -> Iterator[str]:
    """What is for trying things only."""
    for name in ("plivo_api_url", "twilio_api_url", "razorpay_api_url", "sandbox_url"):
        if getattr(settings, name):
            yield f"{name.upper()}: points at a sandbox; unset it"
    if settings.always_open:
        yield "ALWAYS_OPEN: is for trying things; take it out, and write `hours` in lines.yaml"


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


def _line_faults(settings: Settings, lines: Lines) -> Iterator[str]:
    for line in lines:
        if line.example:
            yield f"lines.yaml: {line.published} ({line.name}) is an example; replace it with your own number"
        name = line.provider or settings.voice_provider
        landline = identify(line.number.e164, frozenset()).kind is CallerKind.LANDLINE
        if landline and name in PROVIDERS and not PROVIDERS[name].hooks.capabilities.in_country("IN").landline_voice:
            yield f"lines.yaml: {line.published}: {name} cannot carry an Indian landline number; name another provider"


def _voice_faults(settings: Settings, files: Callflows) -> Iterator[str]:
    """What a voice menu needs before patients hear it."""
    for language, word in files.words.unapproved:
        yield f"words/{language}.yaml: {word} is clinical advice; under `clinician`, write who approved it (name, council and number, date)"
    for line in files.lines:
        name = line.provider or settings.voice_provider
        if line.flow and not files.voicing.offered(name, line.flow, line.languages):
            remedy = "`python -m ivr flows check` lists what is missing"
            yield f"lines.yaml: {line.published}: no language of its flow can be heard on {name}; {remedy}"
    steps = _steps(files)
    if not settings.oncall_number and any(isinstance(step, RingPhone) for step in steps):
        yield "ONCALL_NUMBER: must be set, for a flow rings it when a caller asks for help"
    for number, phone in enumerate(settings.on_call, 1):
        if phone in files.lines.numbers:
            yield "ONCALL_NUMBER: is one of your own lines; name the phone of a person"
        elif identify(phone.e164, files.lines.numbers).kind not in (CallerKind.MOBILE, CallerKind.LANDLINE):
            yield f"ONCALL_NUMBER: number {number} of it is no Indian mobile or landline; alarms would not reach it"
    calls = any(isinstance(line.action, CallBack | OnDuty) for line in files.lines) or any(
        isinstance(step, Do) and step.effect in ("book_call", "ask_to_pay") for step in steps
    )
    if calls and not settings.autodialer_notice_ref:
        yield "AUTODIALER_NOTICE_REF: must be set before callers are called back: the operator must have been told (TCCCPR)"


def _steps(files: Callflows) -> list[Step]:
    """All that callers of our lines may come to."""
    starts = dict.fromkeys(line.flow for line in files.lines if line.flow)
    flows = dict.fromkeys(flow for start in starts for flow in reachable_flows(files.book, start))
    return [step for flow in flows for step in files.book.flows[flow].steps.values()]


def _consult_faults(settings: Settings, files: Callflows) -> Iterator[str]:
    """What it takes to be paid for a consult, in flows that sell one."""
    if any(isinstance(step, Do) and step.effect == "ask_to_pay" for step in _steps(files)):
        yield from _gateway_faults(settings)
        yield from _sales_faults(settings, files)


def _gateway_faults(settings: Settings) -> Iterator[str]:
    for name in ("razorpay_key_id", "razorpay_key_secret", "razorpay_webhook_secret"):
        value = getattr(settings, name)
        if not (value.get_secret_value() if isinstance(value, SecretStr) else value):
            yield f"{name.upper()}: must be set, for a flow sells consults"
    if settings.razorpay_key_id.startswith("rzp_test_"):
        yield "RAZORPAY_KEY_ID: is a test key, and no money moves with it; use the live one"


def _sales_faults(settings: Settings, files: Callflows) -> Iterator[str]:
    if not files.prices.offered:
        yield "prices.yaml: is missing, and a flow sells consults"
    if files.privacy is None or files.privacy.example:
        yield "privacy.yaml: is missing, or still the example; write your own notice, and take `example` out"
    for name in ("grievance_name", "grievance_email", "grievance_phone"):
        if not getattr(settings, name):
            yield f"{name.upper()}: must be set; the privacy notice names who answers complaints"
    for template in (PAY_LINK, RECEIPT, REFUND, EMERGENCY, PRIVACY):
        if template not in files.templates:
            yield f"texts.yaml: {template} is missing, and a flow sells consults"
    if not any(isinstance(line.action, OptOut) for line in files.lines):
        yield "lines.yaml: no line says `then: opt out`, and the privacy notice names one"


def _directory_faults(settings: Settings) -> Iterator[str]:
    """What only the database knows, looked at last. One that is away, or has no tables yet, says nothing: the spool keeps what comes."""
    database = open_database(settings.database_url)
    try:
        with database.read() as tx:
            invented = doctors.samples(tx)
    except DatabaseAway:
        invented = 0
    finally:
        database.close()
    if invented:
        yield f"doctors: {invented} of them are invented, and would be rung for patients; give production a database of its own"


def _text_faults(settings: Settings, files: Callflows) -> Iterator[str]:
    for name in files.templates.examples:
        yield f"texts.yaml: {name} still has example template ids; write those from your DLT portal"
    for wording in files.templates.describe():
        carried = any(name in wording.template_ids for name in settings.texting)
        if wording.newest and settings.texting and not carried:
            yield f"texts.yaml: {wording.template} {wording.language} has an id with none of {', '.join(settings.texting)} (TEXT_PROVIDER)"
