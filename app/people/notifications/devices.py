"""Which devices show notices: adding one, taking one away, forgetting a subscriber."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from app.infra.database import Work
from app.people.notifications import store
from app.people.notifications.errors import PushRefused, TooManyDevices
from app.people.notifications.model import MOST_DEVICES, Address, PushDevice
from app.people.notifications.services import PushServices

_POINT_BYTES: Final = 65
_UNCOMPRESSED: Final = 4
_AUTH_BYTES: Final = 16
_LONGEST_NAME: Final = 60


@dataclass(frozen=True, slots=True)
class Wanted:
    """
    A browser that wants notices in a *language*; *name* is what its driver knows it by.

    It is signed in by *signed_in_id*, or follows a journey until *ends_at*.
    """

    address: Address
    language: str
    name: str = ""
    signed_in_id: UUID | None = None
    ends_at: datetime | None = None


async def add_device(work: Work, subscriber_id: UUID, wanted: Wanted) -> PushDevice:
    """
    Step: let a browser show notices to a driver, or about a journey; twice is as once.

    The caller has had the address checked (`checked`). Raises TooManyDevices.
    """
    known = await store.devices_of(work, subscriber_id)
    same = (each for each in known if each.address.endpoint == wanted.address.endpoint)
    before = next(same, None)
    if before is None and len(known) >= MOST_DEVICES:
        raise TooManyDevices(f"at most {MOST_DEVICES} devices", limit=MOST_DEVICES)
    device = PushDevice(
        device_id=work.ids.uuid7(work.now) if before is None else before.device_id,
        subscriber_id=subscriber_id,
        address=wanted.address,
        language=wanted.language,
        name=wanted.name[:_LONGEST_NAME],
        since=work.now,
        signed_in_id=wanted.signed_in_id,
        ends_at=wanted.ends_at,
    )
    await store.save_device(work, device)
    return device


def checked(address: Address, services: PushServices, server_keys: tuple[str, ...]) -> Address:
    """Return *address* if a message can be sent to it and nowhere else. Raises PushRefused."""
    if not services.knows(address.endpoint):
        raise PushRefused("this is not the push service of a browser")
    if len(address.p256dh) != _POINT_BYTES or address.p256dh[0] != _UNCOMPRESSED:
        raise PushRefused("p256dh is not an uncompressed point of P-256")
    if len(address.auth) != _AUTH_BYTES:
        raise PushRefused("auth has not 16 bytes")
    if address.server_key not in server_keys:
        raise PushRefused("the browser was given another key than ours")
    return address


async def devices_of(work: Work, subscriber_id: UUID) -> list[PushDevice]:
    """Step: return the devices that show notices to a driver, or about a journey."""
    return await store.devices_of(work, subscriber_id)


async def device_to_reach(work: Work, device_id: UUID) -> PushDevice | None:
    """Step: return the device with this id, or None: it shows no notices any more."""
    return await store.device_with_id(work, device_id)


async def remove_device(work: Work, subscriber_id: UUID, device_id: UUID) -> int:
    """Step: let a device show no notices any more, twice is as once; return how many are left."""
    await store.delete_device(work, subscriber_id, device_id)
    return len(await store.devices_of(work, subscriber_id))
