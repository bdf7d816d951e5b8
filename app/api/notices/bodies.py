"""What an app sends and gets back about notices."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Final
from uuid import UUID

from msgspec import Meta, Struct

from app.api.bodies import Locale
from app.directpay.notices.own import OwnNotices
from app.people.notifications.model import Address, NoticeKind, PushDevice

_TEXT: Final = "^[A-Za-z0-9_-]+=*$"
Endpoint = Annotated[str, Meta(min_length=1, max_length=2048)]
Key = Annotated[str, Meta(min_length=1, max_length=100, pattern=_TEXT)]


class Choice(Struct, frozen=True, forbid_unknown_fields=True):
    """Whether the driver wants to be told what is of this *kind*."""

    kind: NoticeKind
    wanted: bool


class Choices(Struct, frozen=True, forbid_unknown_fields=True):
    """What the driver wants to be told; a kind that is not named stays as it was."""

    choices: Annotated[tuple[Choice, ...], Meta(max_length=20)]


class NoticeDevice(Struct, frozen=True):
    """A device that shows notices; *current* is the one that asks."""

    id: UUID
    name: str
    current: bool
    since: datetime


class Notifications(Struct, frozen=True):
    """
    What the driver is told, and on which devices; by mail where there is none.

    *server_key* is the `applicationServerKey` to subscribe with (VAPID, RFC 8292).
    """

    choices: tuple[Choice, ...]
    devices: tuple[NoticeDevice, ...]
    server_key: str


class PushKeys(Struct, frozen=True, forbid_unknown_fields=True):
    """The keys of a subscription, as `PushSubscription.toJSON()` writes them."""

    p256dh: Key
    auth: Key


class NewNoticeDevice(Struct, frozen=True, forbid_unknown_fields=True):
    """A subscription of the Push API, made with *server_key*; notices come in *locale*."""

    endpoint: Endpoint
    keys: PushKeys
    server_key: Key
    name: Annotated[str, Meta(max_length=60)] = ""
    locale: Locale = "en"


def notifications(own: OwnNotices, server_key: str, current: UUID | None) -> Notifications:
    """Return what an app is told of *own* notices; it is signed in as *current*."""
    return Notifications(
        choices=choices_view(own.choices).choices,
        devices=tuple(device_view(each, current) for each in own.devices),
        server_key=server_key,
    )


def address_of(device: NewNoticeDevice) -> Address:
    """Return where notices for a device go. Raises PushRefused."""
    keys = device.keys
    return Address.of_texts(device.endpoint, keys.p256dh, keys.auth, device.server_key)


def choices_view(choices: Mapping[NoticeKind, bool]) -> Choices:
    """Return what a driver has chosen, of all kinds."""
    return Choices(tuple(Choice(kind, choices[kind]) for kind in NoticeKind))


def device_view(device: PushDevice, current: UUID | None) -> NoticeDevice:
    """Return what an app is told of a device."""
    is_current = current is not None and device.signed_in_id == current
    return NoticeDevice(device.device_id, device.name, is_current, device.since)
