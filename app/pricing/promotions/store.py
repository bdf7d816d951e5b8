"""Tables of what was reserved for sessions, and of what is counted against the limits."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Index,
    Integer,
    LargeBinary,
    Row,
    Text,
    Uuid,
    bindparam,
    select,
    tuple_,
    update,
)
from sqlalchemy.dialects.postgresql import JSONB, insert

from app.infra.database import Work
from app.infra.ready import Ready
from app.infra.tables import UtcDateTime, operator_table, scoped
from app.kernel.money import Money
from app.pricing.promotions.model import (
    Campaign,
    Coupon,
    Grant,
    Reservation,
    ReservationState,
    Terms,
)
from app.pricing.promotions.rules import Tally

tally_table = operator_table(
    "promotion_tally",
    Column("campaign_id", Text, primary_key=True),
    Column("part", Text, primary_key=True),
    Column("uses", BigInteger, nullable=False),
    Column("minor", BigInteger, nullable=False),
    Column("watt_hours", BigInteger, nullable=False),
    CheckConstraint("uses >= 0 AND minor >= 0 AND watt_hours >= 0", name="not_below_zero"),
)
reservation_table = operator_table(
    "promotion_reservation",
    Column("reservation_id", Uuid, primary_key=True),
    Column("session_id", Uuid, nullable=False),
    Column("place", Integer, nullable=False),
    Column("campaign_id", Text, nullable=False),
    Column("campaign_version", Integer, nullable=False),
    Column("terms", JSONB, nullable=False),
    Column("coupon_id", Uuid),
    Column("is_shared", Boolean),
    Column("driver", Text, nullable=False),
    Column("day", Text, nullable=False),
    Column("most_minor", BigInteger, nullable=False),
    Column("watt_hours", BigInteger, nullable=False),
    Column("currency", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("took_minor", BigInteger),
    Column("took_watt_hours", BigInteger),
    Column("voucher_digest", LargeBinary),
    Column("handed_out_at", UtcDateTime),
    Column("reserved_at", UtcDateTime, nullable=False),
    Column("ended_at", UtcDateTime),
)
Index(None, reservation_table.c.operator_id, reservation_table.c.session_id)
Index(None, reservation_table.c.operator_id, reservation_table.c.campaign_id)
Index(None, reservation_table.c.operator_id, reservation_table.c.voucher_digest, unique=True)

_of_session = (
    select(reservation_table)
    .where(
        reservation_table.c.operator_id == bindparam("of_operator"),
        reservation_table.c.session_id == bindparam("of_session"),
    )
    .order_by(reservation_table.c.place)
)
_RESERVED = Ready(_of_session)
_RESERVED_LOCKED = Ready(_of_session.with_for_update())

Part = tuple[str, str]
"""A campaign and a part of it that is counted: "", "day:…", "driver:…" or "code:…"."""


async def tallies(work: Work, parts: Iterable[Part]) -> dict[Part, Tally]:
    """Return what was counted of *parts*, as it is now; those never counted are missing."""
    wanted = tuple_(tally_table.c.campaign_id, tally_table.c.part).in_(sorted(parts))
    return _tallies(await work.execute(scoped(tally_table, work).where(wanted)))


async def lock_tallies(work: Work, parts: Iterable[Part]) -> dict[Part, Tally]:
    """Return what was counted of *parts*; nobody else counts them until the work ends."""
    # In the order of their names, so that two of us never wait for each other.
    rows = [
        {"operator_id": work.operator_id, "campaign_id": campaign_id, "part": part}
        | {"uses": 0, "minor": 0, "watt_hours": 0}
        for campaign_id, part in sorted(set(parts))
    ]
    first = insert(tally_table).values(rows)
    locked = first.on_conflict_do_update(
        index_elements=["operator_id", "campaign_id", "part"], set_={"uses": tally_table.c.uses}
    ).returning(tally_table)
    return _tallies(await work.execute(locked))


async def save_tallies(work: Work, counted: Mapping[Part, Tally]) -> None:
    """Write tallies that this work has locked."""
    for (campaign_id, part), tally in sorted(counted.items()):
        await work.execute(
            update(tally_table)
            .where(
                tally_table.c.operator_id == work.operator_id,
                tally_table.c.campaign_id == campaign_id,
                tally_table.c.part == part,
            )
            .values(uses=tally.uses, minor=tally.minor, watt_hours=tally.watt_hours)
        )


async def add_reservations(work: Work, reservations: Sequence[Reservation]) -> None:
    """Write *reservations*, in the order in which they are taken off the price."""
    rows = [
        {
            "operator_id": work.operator_id,
            "reservation_id": each.reservation_id,
            "session_id": each.session_id,
            "place": place,
            "campaign_id": each.campaign.campaign_id,
            "campaign_version": each.campaign.version,
            "terms": msgspec.to_builtins(each.terms),
            "coupon_id": each.coupon.coupon_id if each.coupon else None,
            "is_shared": each.coupon.is_shared if each.coupon else None,
            "driver": each.driver,
            "day": each.day,
            "most_minor": each.grant.most.minor,
            "watt_hours": each.grant.watt_hours,
            "currency": each.grant.most.currency,
            "state": each.state,
            "reserved_at": work.now,
        }
        for place, each in enumerate(reservations)
    ]
    await work.execute(insert(reservation_table).values(rows))


async def reservations_of(work: Work, session_id: UUID, *, lock: bool = False) -> list[Reservation]:
    """Return what is, or was, reserved for a session, in its order; locked when *lock*."""
    asked = {"of_operator": work.operator_id, "of_session": session_id}
    rows = await work.rows(_RESERVED_LOCKED if lock else _RESERVED, asked)
    return [_reservation(row) for row in rows]


async def end_reservation(work: Work, ended: Reservation, voucher: bytes | None) -> None:
    """Write that a reservation was consumed or released, and the digest of its voucher."""
    await work.execute(
        update(reservation_table)
        .where(
            reservation_table.c.operator_id == work.operator_id,
            reservation_table.c.reservation_id == ended.reservation_id,
        )
        .values(
            state=ended.state,
            took_minor=ended.took.most.minor if ended.took else None,
            took_watt_hours=ended.took.watt_hours if ended.took else None,
            voucher_digest=voucher,
            ended_at=work.now,
        )
    )


async def lock_voucher(
    work: Work, digests: Sequence[bytes]
) -> tuple[Reservation, datetime | None] | None:
    """Return the reservation of a voucher, locked, and since when it is handed out; or None."""
    query = scoped(reservation_table, work).where(reservation_table.c.voucher_digest.in_(digests))
    row = (await work.execute(query.with_for_update())).first()
    return None if row is None else (_reservation(row), row.handed_out_at)


async def note_handed_out(work: Work, reservation_id: UUID) -> None:
    """Write that the gift of a reservation is handed out now."""
    await work.execute(
        update(reservation_table)
        .where(
            reservation_table.c.operator_id == work.operator_id,
            reservation_table.c.reservation_id == reservation_id,
        )
        .values(handed_out_at=work.now)
    )


async def forget_drivers(work: Work, before: datetime) -> None:
    """Erase whose reservations those were that ended *before*, of every operator."""
    columns = reservation_table.c
    old = (columns.ended_at < before) & (columns.driver != "")
    await work.execute(update(reservation_table).where(old).values(driver=""))


async def forget_driver_tallies(work: Work, campaigns: Sequence[tuple[UUID, str]]) -> None:
    """Delete what single drivers had of *campaigns*, named by operator and id."""
    columns = tally_table.c
    named = tuple_(columns.operator_id, columns.campaign_id).in_(campaigns)
    await work.execute(tally_table.delete().where(named, columns.part.startswith("driver:")))


async def counted_of(work: Work, campaign_id: str) -> dict[str, Tally]:
    """Return what was counted of a campaign, part by part."""
    query = scoped(tally_table, work).where(tally_table.c.campaign_id == campaign_id)
    return {part: tally for (_, part), tally in _tallies(await work.execute(query)).items()}


def _tallies(rows: Iterable[Row[Any]]) -> dict[Part, Tally]:
    return {(row.campaign_id, row.part): Tally(row.uses, row.minor, row.watt_hours) for row in rows}


def _reservation(row: Row[Any]) -> Reservation:
    coupon, took = None, None
    if row.coupon_id is not None:
        coupon = Coupon(row.coupon_id, row.campaign_id, row.is_shared)
    if row.took_minor is not None:
        took = Grant(Money(row.took_minor, row.currency), row.took_watt_hours)
    return Reservation(
        reservation_id=row.reservation_id,
        session_id=row.session_id,
        campaign=Campaign(row.campaign_id, row.campaign_version, msgspec.convert(row.terms, Terms)),
        grant=Grant(Money(row.most_minor, row.currency), row.watt_hours),
        coupon=coupon,
        driver=row.driver,
        day=row.day,
        state=ReservationState(row.state),
        took=took,
    )
