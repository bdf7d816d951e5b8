"""Seals provider secrets for the database: AES-256-GCM, bound to their row, with key rotation."""

import hashlib
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as Base64Error
from collections.abc import Sequence

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from app.funds.payments.errors import SecretUnreadable

_KEY_BYTES = 32
_NONCE_BYTES = 12
_NAME_LENGTH = 8


class Vault:
    """
    Seals with the first of its keys and opens with any, so a key is replaced by putting one before.

    A sealed secret reads `name.base64`, where *name* is a digest of the key, so that it is known
    which key is missing. It opens only for the *row* that it was sealed for.
    """

    def __init__(self, keys: Sequence[str]) -> None:
        """Take *keys* of 32 bytes in URL-safe base64; raise ValueError for what is not one."""
        if not keys:
            msg = "a vault needs at least one key"
            raise ValueError(msg)
        raw = [_key(key) for key in keys]
        self._ciphers = {_name(key): AESGCM(key) for key in raw}
        self._first = _name(raw[0])

    @staticmethod
    def new_key() -> str:
        """Return a new key from the machine's secure randomness."""
        return urlsafe_b64encode(secrets.token_bytes(_KEY_BYTES)).decode()

    def seal(self, secret: str, *, row: str) -> str:
        """Return *secret* sealed with the first key, for this *row* only."""
        nonce = secrets.token_bytes(_NONCE_BYTES)
        sealed = self._ciphers[self._first].encrypt(nonce, secret.encode(), row.encode())
        return f"{self._first}.{urlsafe_b64encode(nonce + sealed).decode()}"

    def open(self, sealed: str, *, row: str) -> str:
        """Return the secret. Raises SecretUnreadable when the key or the row is another one."""
        name, _, body = sealed.partition(".")
        cipher = self._ciphers.get(name)
        if cipher is None:
            msg = "the master key that sealed this secret is not among DIRECTPAY_KEYS"
            raise SecretUnreadable(msg, key=name)
        try:
            raw = urlsafe_b64decode(body)
            return cipher.decrypt(raw[:_NONCE_BYTES], raw[_NONCE_BYTES:], row.encode()).decode()
        except (InvalidTag, Base64Error, ValueError) as error:
            msg = "it was changed, or sealed for another row"
            raise SecretUnreadable(msg, key=name) from error

    def has_key_of(self, sealed: str) -> bool:
        """Tell whether the key that *sealed* was sealed with is here."""
        return sealed.partition(".")[0] in self._ciphers

    def is_current(self, sealed: str) -> bool:
        """Tell whether *sealed* was sealed with the first key; if not, seal it again."""
        return sealed.partition(".")[0] == self._first


def _key(text: str) -> bytes:
    try:
        raw = urlsafe_b64decode(text)
    except (Base64Error, ValueError) as error:
        msg = "a vault key is 32 bytes in URL-safe base64"
        raise ValueError(msg) from error
    if len(raw) != _KEY_BYTES:
        msg = f"a vault key has {_KEY_BYTES} bytes, not {len(raw)}"
        raise ValueError(msg)
    return raw


def _name(key: bytes) -> str:
    return hashlib.sha256(b"directpay vault" + key).hexdigest()[:_NAME_LENGTH]
