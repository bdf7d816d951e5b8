"""Tell a driver something, or who follows a journey: on their devices, by mail else."""

from typing import Final
from uuid import UUID

from app.infra.database import Work
from app.people.notifications import store
from app.people.notifications.model import UNASKED, Notice, ToldNotice

PUSH_TASK: Final = "notices.push"
MAIL_TASK: Final = "notices.mail"


async def tell(work: Work, driver_id: UUID, notice: Notice) -> None:
    """
    Put a notice for a driver on its way with the caller's transaction: a step.

    It goes to each of the driver's devices, or by mail where there is none and the notice may. What
    the driver does not want goes nowhere. The same key twice is once.
    """
    choices = await store.choices_of(work, driver_id)
    if not choices.get(notice.kind, notice.kind in UNASKED):
        return
    devices = await store.devices_of(work, driver_id)
    if not devices and not notice.by_mail:
        return
    told = await _kept(work, driver_id, notice)
    if told is None:
        return
    for device in devices:
        work.defer(PUSH_TASK, notice_id=told, device_id=device.device_id)
    if not devices:
        work.defer(MAIL_TASK, notice_id=told)


async def tell_followers(work: Work, journey_id: UUID, notice: Notice) -> None:
    """Put a notice on its way to the devices that follow a journey without an account: a step."""
    devices = await store.devices_of(work, journey_id)
    told = await _kept(work, journey_id, notice) if devices else None
    if told is None:
        return
    for device in devices:
        work.defer(PUSH_TASK, notice_id=told, device_id=device.device_id)


async def told_notice(work: Work, notice_id: UUID) -> ToldNotice | None:
    """Step: return a notice that is on its way, or None: it is forgotten."""
    return await store.notice_with_id(work, notice_id)


async def _kept(work: Work, subscriber_id: UUID, notice: Notice) -> UUID | None:
    """Keep the notice; None: it was told already."""
    told = ToldNotice(work.ids.uuid7(work.now), subscriber_id, notice, work.now)
    return told.notice_id if await store.add_notice(work, told) else None
