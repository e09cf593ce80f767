"""Phone numbers at rest: encrypted with `DATA_KEY`, found by a hash keyed with `PHONE_HASH_KEY`."""

from base64 import urlsafe_b64decode
from collections.abc import Sequence
from hashlib import sha256
from hmac import digest
from os import urandom

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from ivr.model.errors import ConfigurationError
from ivr.model.values import Phone

_NONCE = 12  # NIST SP 800-38D: 96 random bits, good for 2^32 messages under one key


class Vault:
    """Seals and opens what must not lie in the clear (AES-256-GCM). The first key encrypts, all decrypt."""

    def __init__(self, data_keys: Sequence[str], hash_key: str) -> None:
        if not data_keys or not hash_key:
            raise ConfigurationError("DATA_KEY and PHONE_HASH_KEY: must be set; `python -m ivr keys` prints fresh ones")
        try:
            self._ciphers = [_cipher(key) for key in data_keys]
        except ValueError:
            raise ConfigurationError("DATA_KEY: each key must be 32 bytes in URL-safe base64; `python -m ivr keys` prints one") from None
        self._hash_key = hash_key.encode()

    def hash(self, phone: Phone) -> str:
        """64 hex digits, the same for the same number and key."""
        return digest(self._hash_key, phone.e164.encode(), sha256).hex()

    def seal(self, plain: bytes) -> bytes:
        nonce = urandom(_NONCE)
        return nonce + self._ciphers[0].encrypt(nonce, plain, None)

    def open(self, sealed: bytes) -> bytes:
        """ConfigurationError when no key of `DATA_KEY` fits."""
        for cipher in self._ciphers:
            try:
                return cipher.decrypt(sealed[:_NONCE], sealed[_NONCE:], None)
            except (InvalidTag, ValueError):
                continue
        raise ConfigurationError("DATA_KEY: none of the keys opens what is stored; add the former key to the list")

    def phone(self, sealed: bytes) -> Phone:
        return Phone(self.open(sealed).decode())


def _cipher(key: str) -> AESGCM:
    """ValueError unless the key is 32 bytes in URL-safe base64."""
    raw = urlsafe_b64decode(key)
    if len(raw) != 32:
        raise ValueError("not 32 bytes")
    return AESGCM(raw)
