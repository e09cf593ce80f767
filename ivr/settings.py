"""Every setting: one field, one environment variable, one sentence."""

from pathlib import Path
from typing import Any, Literal, Self

from pydantic import Field, SecretStr, ValidationError, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from ivr.model.errors import ConfigurationError
from ivr.model.values import Phone
from ivr.settings_kinds import Address, Header, Host, Names, Phones, RisingSeconds, SecretPairs, Secrets

ROOT = Path(__file__).resolve().parent.parent


class Settings(BaseSettings):
    """Read once from the environment. A comma list of secrets: the first signs and calls out, all verify."""

    model_config = SettingsConfigDict(extra="ignore", frozen=True, env_ignore_empty=True)

    public_url: Host = Field(
        "http://127.0.0.1:8000", description="The address providers and callers reach us at; signatures are checked against it."
    )
    environment: Literal["development", "production"] = Field(
        "development", description="`production` refuses to start while anything is missing."
    )
    secret_key: SecretStr = Field(SecretStr(""), description="Signs console sessions and the report addresses given to providers.")
    secret_key_fallbacks: Secrets = Field((), description="Former `SECRET_KEY`s that still verify (comma list).")
    data_key: Secrets = Field(
        (), description="Keys that encrypt phone numbers at rest: 32 bytes in base64 (comma list; the first encrypts)."
    )
    phone_hash_key: SecretStr = Field(
        SecretStr(""), description="Keys the hash by which a caller is found; changing it forgets who rang before."
    )
    database_url: str = Field("sqlite:///var/ivr.db", description="`sqlite:///path` (one machine) or `postgresql://…` (many).")
    database_disk_persistent: bool = Field(
        False, description="Say `true` when the SQLite file is on a disk that survives a redeploy; production refuses otherwise."
    )
    redis_url: str = Field("", description="Redis 6.2 or Valkey 7.2 and later; in development an own Valkey is started when empty.")
    callflows_dir: Path = Field(
        ROOT / "callflows", description="The folder with lines, texts, flows, words and recordings; another one runs another clinic."
    )
    var_dir: Path = Field(Path("var"), description="Where this machine keeps its spool and, in development, its data and keys.")
    voice_provider: str = Field("plivo", description="The provider of lines that name none: `plivo` or `twilio`.")
    text_provider: Names = Field(("plivo",), description="Who sends texts, in order of preference (comma list); `none` sends no texts.")
    plivo_auth_id: str = Field("", description="Plivo account id, 20 characters from `MA`.")
    plivo_auth_token: Secrets = Field((), description="Plivo auth tokens (comma list).")
    plivo_api_url: Address = Field("", description="Another address for Plivo's API: the sandbox. Refused in production.")
    twilio_account_sid: str = Field("", description="Twilio account id, `AC` and 32 hex digits.")
    twilio_auth_token: Secrets = Field((), description="Twilio auth tokens (comma list).")
    twilio_webhook_keys: SecretPairs = Field(
        (), description="Twilio shared webhook keys as `key:secret` (comma list), for SHA-256 signatures."
    )
    twilio_api_url: Address = Field("", description="Another address for Twilio's API: the sandbox. Refused in production.")
    twilio_in_dlt_registered: bool = Field(False, description="`true` once Twilio has registered your header and templates for India.")
    fallback_url: Address = Field(
        "", description="The folder, on another host, where the files of `python -m ivr fallback` are served; calls that we place name it."
    )
    sandbox_url: Address = Field("", description="Where the sandbox answers; the console links to it. Refused in production.")
    dlt_entity_id: str = Field("", description="Your principal entity id on the DLT portal.")
    dlt_header: Header = Field("SANDHI", description="Your six-letter DLT header: the sender of texts and the first part of links.")
    app_android_id: str = Field("com.example.clinic", description="Package name of the app in the Play Store.")
    app_ios_id: str = Field("id0000000000", description="The app's id in the App Store, like `id1234567890`.")
    app_link_window_minutes: int = Field(
        10, ge=0, description="A caller who rings the same line again within this window gets no second link."
    )
    app_links_per_day: int = Field(2, ge=1, description="App links per caller in 24 hours, over all lines.")
    text_trigger_hours: int = Field(24, ge=1, le=168, description="A text not sent this long after the call that asked for it is dropped.")
    link_days: int = Field(365, ge=1, description="How long a link in a text opens.")
    film_days: int = Field(
        1095, ge=1095, description="How long films, doctors' notes and prescriptions are kept; the law says three years at least."
    )
    voices: Names = Field(
        (
            "plivo/en=Polly.Aditi en-IN",
            "plivo/hi=Polly.Aditi hi-IN",
            "twilio/en=Polly.Aditi en-IN",
            "twilio/hi=Polly.Aditi hi-IN",
            "twilio/kn=Google.kn-IN-Standard-A kn-IN",
        ),
        description="Who reads words aloud: `provider/language=voice tag` (comma list). A language without a voice needs recordings.",
    )
    oncall_number: Phones = Field(
        (),
        description="Phones of those on call (comma list): the first rings, in opening hours, for a caller who asks for help; "
        "alarms go to one after the other, until somebody takes them.",
    )
    grievance_days: int = Field(15, ge=1, le=30, description="Days within which a complaint is answered; the law says a month at most.")
    call_backs_per_day: int = Field(5, ge=1, le=50, description="Calls that one caller can ask for in 24 hours, by missed call or by key.")
    call_limit_minutes: int = Field(60, ge=1, le=240, description="The longest that a call we place may last.")
    clinic_name: str = Field("Sandhi Clinic", description="The clinic's name, as the privacy notice, pay pages and receipts say it.")
    grievance_name: str = Field("", description="Who answers complaints (a person, as the law wants it); the privacy notice names them.")
    grievance_email: str = Field("", description="Their e-mail address.")
    grievance_phone: str = Field("", description="Their telephone number, as it is published.")
    razorpay_key_id: str = Field(
        "", description="Razorpay key id, `rzp_live_…` or `rzp_test_…`. To stop selling, say `OPEN_CONSULTS_MAX=0`: refunds need the keys."
    )
    razorpay_key_secret: SecretStr = Field(SecretStr(""), description="The secret of that key.")
    razorpay_webhook_secret: Secrets = Field((), description="Razorpay webhook secrets (comma list: all verify, for rotation).")
    razorpay_api_url: Address = Field("", description="Another address for Razorpay's API: the sandbox. Refused in production.")
    open_consults_max: int = Field(
        3, ge=0, le=10_000, description="Consults that may be owed a doctor at once; a caller beyond it is offered a call instead, free."
    )
    always_open: bool = Field(
        False, description="Leave `hours` of lines.yaml out of account, to try things at night. Refused in production."
    )
    serve_by_minutes: int = Field(30, ge=1, le=240, description="A paid consult without a doctor by then is refunded by itself.")
    delivered_seconds: int = Field(
        120,
        ge=30,
        le=900,
        description="Patient and doctor together for so long make a consult that is earned, unless the doctor says otherwise.",
    )
    line_wait_seconds: int = Field(
        180, ge=30, le=900, description="A paid caller waits on the line for a doctor no longer; then a call at a time, or the money back."
    )
    standby_paise: int = Field(
        5000, ge=1, le=100_000, description="What a doctor is credited who accepted, and whose patient was not to be had."
    )
    autodialer_notice_ref: str = Field(
        "", description="Reference of your notice to the operator that recorded calls are placed; production calls nobody back without it."
    )
    plivo_channels: int = Field(50, ge=1, le=10_000, description="Calls that Plivo lets your account have at once (50 in India).")
    twilio_channels: int = Field(50, ge=1, le=10_000, description="Calls that you want Twilio to carry at once.")
    channels_reserved: int = Field(
        10, ge=0, le=10_000, description="Of each provider's channels, how many are kept free for people who ring us and for paid calls."
    )
    plivo_calls_per_second: float = Field(
        2.0, gt=0, le=100, description="Calls a second that Plivo lets you place (in India: channels / 25)."
    )
    twilio_calls_per_second: float = Field(1.0, gt=0, le=100, description="Calls a second that Twilio lets you place.")
    provider_connect_seconds: float = Field(3.05, gt=0, description="How long connecting to a provider may take.")
    provider_read_seconds: float = Field(8.0, gt=0, description="How long a provider may take to answer.")
    attempt_lease_seconds: float = Field(
        30.0, gt=0, description="After this long without a word from the worker, an attempt's outcome is unknown."
    )
    reconcile_seconds: RisingSeconds = Field(
        "15,60", description="When, after an unknown outcome, the provider's list is searched; absent every time means it was not sent."
    )
    reissue_seconds: float = Field(60.0, gt=0, description="A job that has not reported back is issued again after this long.")
    texts_per_job: int = Field(50, ge=1, le=200, description="Texts handed to one job, sent side by side.")
    relay_lag_alarm_seconds: int = Field(30, ge=1, description="`/readyz` turns red when something has been due for longer than this.")
    database_pool: int = Field(16, ge=1, description="PostgreSQL connections per process.")
    web_workers: int = Field(2, ge=1, description="Web processes on PostgreSQL; SQLite always has one.")
    web_threads: int = Field(32, ge=1, description="Request threads per web process.")
    web_one_core: bool = Field(True, description="Keep each web process on a core of its own (Linux).")
    port: int = Field(8000, ge=1, le=65535, description="Where the web process listens.")
    trusted_proxies: int = Field(
        0,
        ge=0,
        le=9,
        description="How many proxies stand in front, each adding the visitor's address to `X-Forwarded-For`; with 0 it is not believed.",
    )

    @model_validator(mode="after")
    def _lease_outlives_the_call(self) -> Self:
        if self.attempt_lease_seconds <= self.provider_connect_seconds + self.provider_read_seconds:
            raise ValueError("ATTEMPT_LEASE_SECONDS: must be longer than PROVIDER_CONNECT_SECONDS and PROVIDER_READ_SECONDS together")
        return self

    @model_validator(mode="after")
    def _some_channels_are_left(self) -> Self:
        if self.channels_reserved >= min(self.plivo_channels, self.twilio_channels):
            raise ValueError("CHANNELS_RESERVED: must be less than PLIVO_CHANNELS and TWILIO_CHANNELS, or nobody is called back")
        return self

    def channels(self, provider: str) -> int:
        """How many calls `provider` carries at once."""
        return int(getattr(self, f"{provider}_channels"))

    def calls_per_second(self, provider: str) -> float:
        return float(getattr(self, f"{provider}_calls_per_second"))

    @property
    def calling_back(self) -> bool:
        """Recorded calls need a notice to the operator first (TCCCPR, second amendment of 12 February 2025)."""
        return self.environment != "production" or bool(self.autodialer_notice_ref)

    @property
    def selling(self) -> bool:
        """Whether there is a gateway to pay by."""
        return bool(self.razorpay_key_id and self.razorpay_key_secret.get_secret_value() and self.razorpay_webhook_secret)

    @property
    def on_call(self) -> tuple[Phone, ...]:
        """Whom an alarm is brought to, in this order."""
        return tuple(map(Phone, self.oncall_number))

    @property
    def looks_after_ms(self) -> tuple[int, ...]:
        return tuple(int(float(part) * 1000) for part in self.reconcile_seconds.split(","))

    @property
    def on_sqlite(self) -> bool:
        return self.database_url.startswith("sqlite")

    @property
    def texting(self) -> tuple[str, ...]:
        """The text providers in order; empty when texting is switched off with `none`."""
        return tuple(name for name in self.text_provider if name != "none")


def load_settings(**overrides: Any) -> Settings:
    """Settings from the environment; ConfigurationError lists every fault by variable name, never a value."""
    try:
        return Settings(**overrides)
    except ValidationError as error:
        faults = (
            f"{'.'.join(str(p) for p in fault['loc']).upper()}: {fault['msg'].removeprefix('Value error, ')}" for fault in error.errors()
        )
        raise ConfigurationError("\n".join(faults)) from None


def settings_table() -> str:
    """Every setting as a Markdown table, for the README."""
    rows = []
    for name, field in Settings.model_fields.items():
        default = field.default
        shown = "" if default in ((), "") or isinstance(default, SecretStr) else f"`{_plain(default)}`"
        rows.append(f"| `{name.upper()}` | {shown} | {field.description} |")
    return "\n".join(["| variable | default | what it is |", "|---|---|---|", *rows])


def _plain(default: Any) -> str:
    if isinstance(default, Path):
        return str(default.relative_to(ROOT)) if default.is_relative_to(ROOT) else str(default)
    if isinstance(default, bool):
        return str(default).lower()
    return ",".join(default) if isinstance(default, tuple) else str(default)
