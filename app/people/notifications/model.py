"""Notices, the devices that show them, and what drivers choose."""

from base64 import urlsafe_b64decode
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import Final, Self
from uuid import UUID

from app.people.notifications.errors import PushRefused

# What is said later than this helps nobody any more: the push services are told, too.
GOOD_FOR: Final = timedelta(hours=1)
# The phones, tablets and computers of one person.
MOST_DEVICES: Final = 10
_NOTHING: Final[Mapping[str, str]] = MappingProxyType({})


class NoticeKind(StrEnum):
    """
    What a notice is about.

    FINISHED: charging is over. HOLD: four fifths of the amount are used. FEE: a fee for standing
    starts soon. RECEIPT: it is ready. FREE: a charge point that was watched is free.
    """

    FINISHED = "finished"
    HOLD = "hold"
    FEE = "fee"
    RECEIPT = "receipt"
    FREE = "free"


# What nobody has to ask for: the receipt comes by mail to who wants it.
UNASKED: Final = frozenset(NoticeKind) - {NoticeKind.RECEIPT}


@dataclass(frozen=True, slots=True)
class Notice:
    """
    Something to tell, once for each *key*.

    *facts* are what its words are made of, *path* is what it opens, or the session of a
    *journey_id*. *by_mail* says that it may come by mail where there is no device.
    """

    kind: NoticeKind
    key: str
    facts: Mapping[str, str] = field(default_factory=lambda: _NOTHING)
    path: str = ""
    journey_id: UUID | None = None
    by_mail: bool = True


@dataclass(frozen=True, slots=True)
class ToldNotice:
    """A notice as it is kept: whom it is for (a driver, or a journey), and since when."""

    notice_id: UUID
    subscriber_id: UUID
    notice: Notice
    told_at: datetime

    def is_stale(self, at: datetime) -> bool:
        """Tell whether it is too late to show it."""
        return at - self.told_at > GOOD_FOR


@dataclass(frozen=True, slots=True)
class Address:
    """
    Where a browser can be reached: its push service's *endpoint*, and the keys of its messages.

    *p256dh* is a point of P-256, uncompressed, *auth* a secret of 16 bytes. *server_key* is the key
    of ours that the browser was given (RFC 8292). Source: W3C Push API; RFC 8291.
    """

    endpoint: str
    p256dh: bytes
    auth: bytes
    server_key: str

    @classmethod
    def of_texts(cls, endpoint: str, p256dh: str, auth: str, server_key: str) -> Self:
        """Return the address that the Push API writes. Raises PushRefused where it is no base64."""
        return cls(endpoint, _bytes(p256dh), _bytes(auth), server_key)


def _bytes(text: str) -> bytes:
    try:
        return urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except ValueError as error:
        raise PushRefused("a key is not URL-safe base64") from error


@dataclass(frozen=True, slots=True)
class PushDevice:
    """
    A browser that shows notices to a driver, or about one journey, in a *language*.

    A driver's shows them for as long as it is signed in (*signed_in_id*), a journey's until
    *ends_at*.
    """

    device_id: UUID
    subscriber_id: UUID
    address: Address
    language: str
    name: str
    since: datetime
    signed_in_id: UUID | None = None
    ends_at: datetime | None = None
