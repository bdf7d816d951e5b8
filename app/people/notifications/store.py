"""Notices, devices and choices in the database."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Boolean, Column, Index, LargeBinary, Row, Text, Uuid, delete
from sqlalchemy.dialects.postgresql import JSONB, insert

from app.infra.database import Work
from app.infra.tables import UtcDateTime, operator_table, scoped
from app.people.notifications.model import Address, Notice, NoticeKind, PushDevice, ToldNotice

push_device = operator_table(
    "push_device",
    Column("device_id", Uuid, primary_key=True),
    Column("subscriber_id", Uuid, nullable=False),
    Column("endpoint", Text, nullable=False),
    Column("p256dh", LargeBinary, nullable=False),
    Column("auth", LargeBinary, nullable=False),
    Column("server_key", Text, nullable=False),
    Column("language", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("since", UtcDateTime, nullable=False),
    Column("signed_in_id", Uuid),
    Column("ends_at", UtcDateTime),
)
_device = push_device.c
Index("uq_push_device", _device.operator_id, _device.subscriber_id, _device.endpoint, unique=True)
Index("ix_push_device_ends_at", _device.ends_at)

notice_choice = operator_table(
    "notice_choice",
    Column("driver_id", Uuid, primary_key=True),
    Column("kind", Text, primary_key=True),
    Column("wanted", Boolean, nullable=False),
)

notice = operator_table(
    "notice",
    Column("notice_id", Uuid, primary_key=True),
    Column("subscriber_id", Uuid, nullable=False),
    Column("key", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("facts", JSONB, nullable=False),
    Column("path", Text, nullable=False),
    Column("journey_id", Uuid),
    Column("by_mail", Boolean, nullable=False),
    Column("told_at", UtcDateTime, nullable=False),
)
_notice = notice.c
Index("uq_notice", _notice.operator_id, _notice.subscriber_id, _notice.key, unique=True)
Index("ix_notice_told_at", _notice.told_at)


async def add_notice(work: Work, told: ToldNotice) -> bool:
    """Store a notice; False when its subscriber was told it already."""
    said = told.notice
    rows = await work.execute(
        insert(notice)
        .values(
            operator_id=work.operator_id,
            notice_id=told.notice_id,
            subscriber_id=told.subscriber_id,
            key=said.key,
            kind=said.kind,
            facts=dict(said.facts),
            path=said.path,
            journey_id=said.journey_id,
            by_mail=said.by_mail,
            told_at=told.told_at,
        )
        .on_conflict_do_nothing()
        .returning(_notice.notice_id)
    )
    return rows.first() is not None


async def notice_with_id(work: Work, notice_id: UUID) -> ToldNotice | None:
    """Return a notice, or None."""
    query = scoped(notice, work).where(_notice.notice_id == notice_id)
    row = (await work.execute(query)).one_or_none()
    return None if row is None else _told(row)


async def save_device(work: Work, device: PushDevice) -> None:
    """Store a device, in the place of the one that has its endpoint."""
    at = device.address
    kept = {
        "p256dh": at.p256dh,
        "auth": at.auth,
        "server_key": at.server_key,
        "language": device.language,
        "name": device.name,
        "since": device.since,
        "signed_in_id": device.signed_in_id,
        "ends_at": device.ends_at,
    }
    await work.execute(
        insert(push_device)
        .values(
            operator_id=work.operator_id,
            device_id=device.device_id,
            subscriber_id=device.subscriber_id,
            endpoint=at.endpoint,
            **kept,
        )
        .on_conflict_do_update(
            index_elements=[_device.operator_id, _device.subscriber_id, _device.endpoint],
            set_=kept,
        )
    )


async def devices_of(work: Work, subscriber_id: UUID) -> list[PushDevice]:
    """Return the devices of a subscriber, the oldest first."""
    query = scoped(push_device, work).where(_device.subscriber_id == subscriber_id)
    rows = await work.execute(query.order_by(_device.since, _device.device_id))
    return [_found(row) for row in rows]


async def device_with_id(work: Work, device_id: UUID) -> PushDevice | None:
    """Return a device, or None."""
    query = scoped(push_device, work).where(_device.device_id == device_id)
    row = (await work.execute(query)).one_or_none()
    return None if row is None else _found(row)


async def delete_device(work: Work, subscriber_id: UUID, device_id: UUID) -> None:
    """Delete a device of a subscriber's."""
    whose = (_device.operator_id == work.operator_id, _device.subscriber_id == subscriber_id)
    await work.execute(delete(push_device).where(*whose, _device.device_id == device_id))


async def choices_of(work: Work, driver_id: UUID) -> dict[NoticeKind, bool]:
    """Return what a driver has chosen; what is not in it was never asked."""
    query = scoped(notice_choice, work).where(notice_choice.c.driver_id == driver_id)
    return {NoticeKind(row.kind): row.wanted for row in await work.execute(query)}


async def save_choices(work: Work, driver_id: UUID, choices: Mapping[NoticeKind, bool]) -> None:
    """Store what a driver chooses."""
    rows = [
        {"operator_id": work.operator_id, "driver_id": driver_id, "kind": kind, "wanted": wanted}
        for kind, wanted in choices.items()
    ]
    if rows:
        new = insert(notice_choice).values(rows)
        key = [notice_choice.c.operator_id, notice_choice.c.driver_id, notice_choice.c.kind]
        await work.execute(
            new.on_conflict_do_update(index_elements=key, set_={"wanted": new.excluded.wanted})
        )


async def forget(work: Work, subscriber_id: UUID) -> None:
    """Delete all that is known of a subscriber."""
    for table, column in (
        (push_device, _device.subscriber_id),
        (notice, _notice.subscriber_id),
        (notice_choice, notice_choice.c.driver_id),
    ):
        mine = (table.c.operator_id == work.operator_id, column == subscriber_id)
        await work.execute(delete(table).where(*mine))


async def forget_old(work: Work, *, told_before: datetime, ended_before: datetime) -> int:
    """Delete old notices, and devices whose journey is over, of any operator; return how many."""
    told = await work.execute(delete(notice).where(_notice.told_at < told_before))
    ended = await work.execute(delete(push_device).where(_device.ends_at < ended_before))
    return told.rowcount + ended.rowcount


def _told(row: Row[Any]) -> ToldNotice:
    said = Notice(
        kind=NoticeKind(row.kind),
        key=row.key,
        facts=row.facts,
        path=row.path,
        journey_id=row.journey_id,
        by_mail=row.by_mail,
    )
    return ToldNotice(row.notice_id, row.subscriber_id, said, row.told_at)


def _found(row: Row[Any]) -> PushDevice:
    address = Address(row.endpoint, row.p256dh, row.auth, row.server_key)
    return PushDevice(
        device_id=row.device_id,
        subscriber_id=row.subscriber_id,
        address=address,
        language=row.language,
        name=row.name,
        since=row.since,
        signed_in_id=row.signed_in_id,
        ends_at=row.ends_at,
    )
