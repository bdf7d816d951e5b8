"""A driver's own notices: what is wanted, on which devices; and those of a journey's followers."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Final
from uuid import UUID

from app.directpay.desk import Desk, find
from app.directpay.letters.model import FOLLOWED
from app.directpay.notices.session import FEE_TASK
from app.people.identity.drivers.devices import is_signed_in
from app.people.notifications.choose import choices_of, choose
from app.people.notifications.devices import (
    Wanted,
    add_device,
    checked,
    devices_of,
    remove_device,
)
from app.people.notifications.errors import PushRefused
from app.people.notifications.model import Address, NoticeKind, PushDevice

# No session is longer than a day; the receipt follows it.
_FOLLOWS_FOR: Final = timedelta(days=2)


@dataclass(frozen=True, slots=True)
class OwnNotices:
    """Of each kind whether the driver wants it, and the devices that are still signed in."""

    choices: Mapping[NoticeKind, bool]
    devices: tuple[PushDevice, ...]


async def notices_of(driver_id: UUID, *, operator_id: UUID, desk: Desk) -> OwnNotices:
    """Return what a driver wants to be told, and where."""
    async with desk.database.work(operator_id) as work:
        devices = await devices_of(work, driver_id)
        shown = [
            each
            for each in devices
            if each.signed_in_id is None or await is_signed_in(work, driver_id, each.signed_in_id)
        ]
        return OwnNotices(await choices_of(work, driver_id), tuple(shown))


async def choose_notices(
    driver_id: UUID, choices: Mapping[NoticeKind, bool], *, operator_id: UUID, desk: Desk
) -> None:
    """Tell the driver of some kinds, and of others no more."""
    async with desk.database.work(operator_id) as work:
        await choose(work, driver_id, choices)


async def notify_here(
    driver_id: UUID, wanted: Wanted, *, operator_id: UUID, desk: Desk
) -> PushDevice:
    """Let a driver's device show notices. Raises PushRefused and TooManyDevices."""
    checked(wanted.address, desk.push_services, desk.push_keys.all_public)
    async with desk.database.work(operator_id) as work:
        return await add_device(work, driver_id, wanted)


async def notify_no_more(
    driver_id: UUID, device_id: UUID, *, operator_id: UUID, desk: Desk
) -> None:
    """Let a driver's device show no notices any more; twice is as once."""
    async with desk.database.work(operator_id) as work:
        await remove_device(work, driver_id, device_id)


async def follow_here(token: str, address: Address, language: str, *, desk: Desk) -> None:
    """
    Let a browser show notices about the session with this *token*, until it is over.

    Raises PushRefused, also for a session that is over, TooManyDevices and JourneyNotFound.
    """
    checked(address, desk.push_services, desk.push_keys.all_public)
    journey = await find(token, desk=desk)
    if journey.stage not in FOLLOWED:
        raise PushRefused("there is nothing to follow any more")
    async with desk.database.work(journey.operator_id) as work:
        wanted = Wanted(address, language, ends_at=work.now + _FOLLOWS_FOR)
        await add_device(work, journey.journey_id, wanted)
        work.defer(FEE_TASK, journey_id=journey.journey_id)
