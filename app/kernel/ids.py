"""Identifiers made before the first call that can fail: they are the idempotency keys."""

import secrets
from datetime import datetime
from typing import Protocol
from uuid import UUID

TOKEN_BYTES = 20
# Upper-case letters and digits that a person can read aloud: no 0/O, 1/I/L.
ID_TAG_ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
# OCPP 1.6, "CiString20Type": an idTag has at most 20 characters.
ID_TAG_LENGTH = 20


class Ids(Protocol):
    """A maker of identifiers and secrets."""

    def uuid7(self, at: datetime) -> UUID:
        """Return a new UUIDv7 whose time part is *at*."""
        ...

    def token(self) -> str:
        """Return a secret of 160 bits, safe in a URL."""
        ...

    def id_tag(self) -> str:
        """Return a one-time OCPP idTag of 20 characters (99 bits)."""
        ...


class RandomIds:
    """Identifiers from the machine's secure randomness."""

    def uuid7(self, at: datetime) -> UUID:
        """Return a new UUIDv7 whose time part is *at* (RFC 9562, section 5.7)."""
        return uuid7(at, secrets.token_bytes(10))

    def token(self) -> str:
        """Return a secret of 160 bits, safe in a URL."""
        return secrets.token_urlsafe(TOKEN_BYTES)

    def id_tag(self) -> str:
        """Return a one-time OCPP idTag of 20 characters (99 bits)."""
        return "".join(secrets.choice(ID_TAG_ALPHABET) for _ in range(ID_TAG_LENGTH))


def uuid7(at: datetime, randomness: bytes) -> UUID:
    """Return the UUIDv7 of the instant *at* and ten random bytes (RFC 9562, section 5.7)."""
    unix_ms = int(at.timestamp() * 1000)
    value = (unix_ms << 80) | int.from_bytes(randomness[:10], "big")
    value = (value & ~(0xF << 76)) | (0x7 << 76)
    return UUID(int=(value & ~(0x3 << 62)) | (0x2 << 62))
