"""Drivers, the codes with which they sign in, and the browsers and apps that are signed in."""

import hashlib
import hmac
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final, Self
from uuid import UUID

CODE_DIGITS: Final = 6
CODE_LASTS: Final = timedelta(minutes=10)
MOST_TRIES: Final = 5
# What one address is sent at most, whoever asks: nobody may fill a stranger's mailbox with our
# help. Together with MOST_TRIES it leaves 50 guesses a day among a million codes.
CODES_AN_HOUR: Final = 5
CODES_A_DAY: Final = 10
# How long a browser stays signed in that is not used, and how often its secret changes.
STAYS_FOR: Final = timedelta(days=90)
ROTATES_AFTER: Final = timedelta(days=1)
# Pages that a browser asked for at once still come with the secret before.
ROTATION_GRACE: Final = timedelta(minutes=1)
_PURPOSE: Final = b"sign-in code\0"
_FAMILY: Final = b"family\0"
# The length of a random token: so much of a secret stays the same when it changes.
_FAMILY_LENGTH: Final = 27
_NOBODY: Final = "@erased.invalid"


@dataclass(frozen=True, slots=True)
class Driver:
    """
    A person who charges at an operator; *email* is verified, *language* that of the pages.

    *groups* are those that the operator put the driver into, as tariff rules write them. *name* is
    what the driver wants to be called, "" for nothing.
    """

    driver_id: UUID
    operator_id: UUID
    email: str
    language: str
    since: datetime
    groups: tuple[str, ...] = ()
    name: str = ""

    @property
    def is_nobody(self) -> bool:
        """Tell whether the driver has left."""
        return self.email.endswith(_NOBODY)


@dataclass(frozen=True, slots=True)
class SignIn:
    """
    A code on its way to *email*, good for the one browser whose secret has this *digest*.

    The code itself is nowhere: it follows from the id and the keys of the installation.
    """

    sign_in_id: UUID
    digest: bytes
    email: str
    language: str
    asked_at: datetime
    tries: int = 0
    used_at: datetime | None = None

    def is_open(self, at: datetime) -> bool:
        """Tell whether a code may be tried at that instant."""
        return self.used_at is None and self.tries < MOST_TRIES and at < self.ends_at

    @property
    def ends_at(self) -> datetime:
        """Return when the code stops being good."""
        return self.asked_at + CODE_LASTS


class DeviceKind(StrEnum):
    """By what a driver is signed in: a browser has a cookie, an app a refresh token."""

    BROWSER = "browser"
    APP = "app"


@dataclass(frozen=True, slots=True)
class Device:
    """What signs in; *name* is what the driver knows it by, such as "Pixel 9" or "Firefox"."""

    kind: DeviceKind
    name: str


@dataclass(frozen=True, slots=True)
class SignedIn:
    """
    A browser or an app that is signed in, found by the *digest* of its secret or of an earlier one.

    All its secrets begin alike, and *family_digest* is of that beginning: whoever shows it has, or
    had, one of them. It is None for what signed in before there were families, until the secret
    changes. *rotated_at* is when the secret changed last, *ends_at* when it is signed out by
    itself. *operator_id* is whose driver it is.
    """

    browser_id: UUID
    operator_id: UUID
    driver_id: UUID
    digest: bytes
    kind: DeviceKind
    name: str
    since: datetime
    rotated_at: datetime
    ends_at: datetime
    former_digest: bytes | None = None
    revoked_at: datetime | None = None
    family_digest: bytes | None = None

    def is_good(self, at: datetime) -> bool:
        """Tell whether it is still signed in at that instant."""
        return self.revoked_at is None and at < self.ends_at

    def is_copied(self, presented: bytes, at: datetime) -> bool:
        """
        Tell whether the secret with this digest was replaced too long ago to be on its way.

        Two have it then, and nobody knows which of them is the thief.
        """
        if presented == self.digest:
            return False
        return presented != self.former_digest or at > self.rotated_at + ROTATION_GRACE

    def with_secret(self, secret: str, presented: bytes, at: datetime) -> Self:
        """
        Return it with another *secret* for the one that was *presented*: another three months.

        The one before, presented again because the answer was lost, stays the one before, and is
        good not a second longer for it.
        """
        is_again = presented == self.former_digest
        return replace(
            self,
            digest=digest_of(secret),
            former_digest=presented,
            family_digest=family_of(secret),
            rotated_at=self.rotated_at if is_again else at,
            ends_at=at + STAYS_FOR,
        )


def as_nobody(driver: Driver) -> Driver:
    """Return *driver* without what tells who it was (RFC 2606: nobody has such an address)."""
    return replace(driver, email=f"{driver.driver_id}{_NOBODY}", groups=(), name="")


def known_as(address: str) -> str:
    """Return by what a driver is known: one mailbox is one driver, however it is typed."""
    return address.lower()


def code_of(sign_in_id: UUID, key: bytes) -> str:
    """Return the six digits that are mailed for a sign-in."""
    mac = hmac.digest(key, _PURPOSE + sign_in_id.bytes, "sha256")
    return f"{int.from_bytes(mac) % 10**CODE_DIGITS:0{CODE_DIGITS}d}"


def is_code(typed: str, sign_in_id: UUID, keys: Iterable[bytes]) -> bool:
    """Tell, in a time that says nothing, whether *typed* is the code, spaces aside."""
    given = "".join(typed.split()).encode()
    right = [hmac.compare_digest(code_of(sign_in_id, key).encode(), given) for key in keys]
    return any(right)


def next_secret(secret: str, token: str) -> str:
    """Return the secret of the same family that follows *secret*, made with a new random token."""
    return secret[:_FAMILY_LENGTH] + token


def family_of(secret: str) -> bytes:
    """Return what is kept of the beginning that all secrets of one sign-in share."""
    return hashlib.sha256(_FAMILY + secret[:_FAMILY_LENGTH].encode()).digest()


def digest_of(secret: str) -> bytes:
    """Return what is kept of a browser's secret: SHA-256 is enough for 160 bits of chance."""
    return hashlib.sha256(secret.encode()).digest()
