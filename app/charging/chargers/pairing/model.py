"""Pairing codes, and the attempts of charge points that nobody knows."""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

CODE_HOLDS: Final = timedelta(days=7)
# Whose attempts are that show no code of anybody: the installation's own.
NOBODY: Final = UUID(int=0)


@dataclass(frozen=True, slots=True)
class PairingCode:
    """A code by which one charge point becomes the operator's, once, until *expires_at*."""

    code_id: UUID
    made_by: str
    made_at: datetime
    expires_at: datetime
    used_by: str | None


@dataclass(frozen=True, slots=True)
class Knock:
    """What an unknown charge point showed: where it came from, and the versions it offers."""

    identity: str
    password: bytes | None
    address: str | None
    versions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Attempt:
    """
    A charge point that knocked and is not known.

    *has_code* tells that it showed a pairing code of the operator, so that it can be claimed.
    """

    identity: str
    address: str | None
    versions: tuple[str, ...]
    first_at: datetime
    last_at: datetime
    times: int
    has_code: bool


def code_digest(code: bytes) -> bytes:
    """Return what is kept of a code: SHA-256 is enough for what nobody can guess (99 bits)."""
    return hashlib.sha256(code).digest()
