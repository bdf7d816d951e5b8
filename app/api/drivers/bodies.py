"""What an app sends and gets back about who is signed in."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from msgspec import Meta, Struct

from app.api.bodies import Locale
from app.people.identity.drivers.model import Driver, SignedIn

Operator = Annotated[str, Meta(pattern="^[a-z0-9-]{2,40}$")]
Secret = Annotated[str, Meta(min_length=1, max_length=128)]
Name = Annotated[str, Meta(min_length=1, max_length=60)]


class CodeWanted(Struct, frozen=True, forbid_unknown_fields=True):
    """
    The mail address to which a code goes.

    *operator* is the operator's name in its addresses, *locale* the language of the mail.
    """

    operator: Operator
    email: Annotated[str, Meta(min_length=3, max_length=254)]
    locale: Locale = "en"


class CodeSent(Struct, frozen=True):
    """The code is on its way; *sign_in* belongs to it and stays on the device that asked."""

    sign_in: str


class CodeTyped(Struct, frozen=True, forbid_unknown_fields=True):
    """
    The code of the mail, with the *sign_in* for which it was sent.

    *device* is what the driver will know the app by in the list of devices.
    """

    operator: Operator
    sign_in: Secret
    code: Annotated[str, Meta(min_length=1, max_length=20)]
    device: Name


class RefreshOrder(Struct, frozen=True, forbid_unknown_fields=True):
    """The refresh token that the app was given last."""

    refresh_token: Secret


class Tokens(Struct, frozen=True):
    """
    By what the app is known from now on.

    *access_token* goes with every call for *expires_in* seconds. *refresh_token* is good once: keep
    the one that comes with the next answer.
    """

    access_token: str
    token_type: str
    expires_in: int
    refresh_token: str


class DriverView(Struct, frozen=True):
    """Who is signed in."""

    id: UUID
    email: str
    locale: str
    since: datetime


class DeviceView(Struct, frozen=True):
    """
    A browser or an app by which the driver is signed in.

    *current* is the one that asks. *used_at* is when it was last given a new secret: an app every
    quarter of an hour while it is used, a browser once a day.
    """

    id: UUID
    kind: str
    name: str
    current: bool
    since: datetime
    used_at: datetime


class Devices(Struct, frozen=True):
    """All of them, what was used last first."""

    devices: tuple[DeviceView, ...]


def driver_view(driver: Driver) -> DriverView:
    """Return *driver* as the driver may see it."""
    return DriverView(driver.driver_id, driver.email, driver.language, driver.since)


def device_view(device: SignedIn, current: UUID) -> DeviceView:
    """Return *device* as its driver may see it."""
    return DeviceView(
        id=device.browser_id,
        kind=device.kind,
        name=device.name,
        current=device.browser_id == current,
        since=device.since,
        used_at=device.rotated_at,
    )
