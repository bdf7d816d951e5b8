"""Passkeys, and the ceremonies in which they are made and shown (WebAuthn, level 3)."""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from app.people.identity.drivers.model import Device

CEREMONY_LASTS: Final = timedelta(minutes=5)
# More than anybody has devices; what is offered to an authenticator stays a short list.
MOST_PASSKEYS: Final = 20
LONGEST_NAME: Final = 60
_CHALLENGE: Final = b"passkey challenge\0"


@dataclass(frozen=True, slots=True)
class RelyingParty:
    """
    For whom a passkey is good: the name *rp_id*, and the *origins* that may speak for it.

    *name* is what the authenticator shows. A passkey of one name is none of another: browsers and
    authenticators see to that, which is why nobody can be talked into using one elsewhere.
    """

    rp_id: str
    name: str
    origins: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Passkey:
    """
    A driver's passkey: the public half of a pair of which the other never leaves the authenticator.

    *sign_count* is what the authenticator counted last; it stays 0 with those that do not count,
    because they are the same on several devices. *used_at* is None before the first sign-in.
    """

    passkey_id: UUID
    operator_id: UUID
    driver_id: UUID
    credential_id: bytes
    public_key: bytes
    sign_count: int
    rp_id: str
    name: str
    since: datetime
    used_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Ceremony:
    """
    A question to an authenticator, good once and for the one device whose secret has this *digest*.

    *driver_id* is who adds a passkey, None where somebody signs in with one. The challenge itself
    is nowhere: it follows from the secret, which only the device has.
    """

    ceremony_id: UUID
    digest: bytes
    rp_id: str
    asked_at: datetime
    driver_id: UUID | None = None
    used_at: datetime | None = None

    def is_open(self, at: datetime) -> bool:
        """Tell whether an answer may come at that instant."""
        return self.used_at is None and at < self.asked_at + CEREMONY_LASTS


@dataclass(frozen=True, slots=True)
class Question:
    """What an authenticator signs, and for whom."""

    challenge: bytes
    party: RelyingParty


@dataclass(frozen=True, slots=True)
class Begun:
    """The device keeps the *secret*, and hands the *options* (JSON) to the authenticator."""

    secret: str
    options: str


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back on the *device* that has the *secret*: the *credential*, as JSON."""

    secret: str
    credential: str
    device: Device


@dataclass(frozen=True, slots=True)
class NewKey:
    """What an authenticator has made: its name for it, the public key (COSE), its counter."""

    credential_id: bytes
    public_key: bytes
    sign_count: int


def challenge_of(secret: str) -> bytes:
    """Return the challenge of a ceremony: nobody who hears it learns the *secret*."""
    return hashlib.sha256(_CHALLENGE + secret.encode()).digest()
