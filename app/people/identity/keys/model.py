"""
API keys: a prefix by which one is found and spoken of, and a secret of which only a digest is kept.

A key reads `dpk_<prefix>_<secret>`, so that a scanner for leaked secrets knows one when it sees it.
"""

import hashlib
import hmac
import re
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

_KEY = re.compile(r"dpk_([0-9a-z]{12})_([0-9A-Za-z_-]{20,64})")
_PREFIX_LENGTH = 12


class Scope(StrEnum):
    """What a key may do."""

    PRICES_READ = "prices:read"
    PRICES_WRITE = "prices:write"
    COUPONS_READ = "coupons:read"
    COUPONS_WRITE = "coupons:write"
    REFUNDS_READ = "refunds:read"
    REFUNDS_WRITE = "refunds:write"
    REFUNDS_APPROVE = "refunds:approve"
    WALLETS_READ = "wallets:read"
    WALLETS_WRITE = "wallets:write"
    TERMINALS_READ = "terminals:read"
    TERMINALS_WRITE = "terminals:write"
    DRIVERS_READ = "drivers:read"
    DRIVERS_WRITE = "drivers:write"
    PAYMENTS_READ = "payments:read"
    TOKENS_READ = "tokens:read"
    TOKENS_WRITE = "tokens:write"
    STATIONS_READ = "stations:read"
    STATIONS_WRITE = "stations:write"
    STICKERS_READ = "stickers:read"
    STICKERS_WRITE = "stickers:write"
    BRAND_READ = "brand:read"
    BRAND_WRITE = "brand:write"

    @property
    def changes(self) -> bool:
        """Tell whether a key with it may change something."""
        return not self.endswith(":read")


@dataclass(frozen=True, slots=True)
class ApiKey:
    """
    A key as it is kept.

    *prefix* identifies it in commands and logs, *name* says whose it is; *expires_at*,
    *revoked_at* and *last_used_at* are None when that is not so.
    """

    key_id: UUID
    operator_id: UUID
    prefix: str
    name: str
    digest: bytes
    scopes: frozenset[Scope]
    created_at: datetime
    expires_at: datetime | None = None
    revoked_at: datetime | None = None
    last_used_at: datetime | None = None

    def is_of(self, text: str) -> bool:
        """Tell, in a time that says nothing, whether *text* is this key."""
        return hmac.compare_digest(self.digest, digest_of(text))

    def holds(self, at: datetime) -> bool:
        """Tell whether the key is good at that instant: neither revoked nor expired."""
        is_revoked = self.revoked_at is not None and self.revoked_at <= at
        return not is_revoked and (self.expires_at is None or at < self.expires_at)


def key_text(prefix_source: str, secret: str) -> str:
    """Return the text of a new key, of an upper-case random text and a secret of 160 bits."""
    return f"dpk_{prefix_source[:_PREFIX_LENGTH].lower()}_{secret}"


def prefix_of(text: str) -> str | None:
    """Return the prefix of a key's *text*, or None when it is no key at all."""
    matched = _KEY.fullmatch(text)
    return None if matched is None else matched[1]


def digest_of(text: str) -> bytes:
    """Return what is kept of a key: SHA-256 is enough for a secret that nobody can guess."""
    return hashlib.sha256(text.encode()).digest()
