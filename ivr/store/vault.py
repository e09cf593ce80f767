"""Phone numbers at rest: encrypted with `DATA_KEY`, found by a hash keyed with `PHONE_HASH_KEY`."""

from collections.abc import Sequence
from hashlib import sha256
from hmac import digest

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from ivr.model.errors import ConfigurationError
from ivr.model.values import Phone


class Vault:
    """Seals and opens what must not lie in the clear. The first key encrypts, all decrypt."""

    def __init__(self, data_keys: Sequence[str], hash_key: str) -> None:
        if not data_keys or not hash_key:
            raise ConfigurationError("DATA_KEY and PHONE_HASH_KEY: must be set; `python -m ivr keys` prints fresh ones")
        try:
            self._fernet = MultiFernet([Fernet(key) for key in data_keys])
        except ValueError:
            raise ConfigurationError("DATA_KEY: each key must be 32 bytes in URL-safe base64; `python -m ivr keys` prints one") from None
        self._hash_key = hash_key.encode()

    def hash(self, phone: Phone) -> str:
        """64 hex digits, the same for the same number and key."""
        return digest(self._hash_key, phone.e164.encode(), sha256).hex()

    def seal(self, plain: bytes) -> bytes:
        return self._fernet.encrypt(plain)

    def open(self, sealed: bytes) -> bytes:
        """ConfigurationError when no key of `DATA_KEY` fits."""
        try:
            return self._fernet.decrypt(bytes(sealed))
        except InvalidToken:
            raise ConfigurationError("DATA_KEY: none of the keys opens what is stored; add the former key to the list") from None

    def phone(self, sealed: bytes) -> Phone:
        return Phone(self.open(sealed).decode())
