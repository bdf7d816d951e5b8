"""Tables of campaigns and of their coupons."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import (
    Boolean,
    Column,
    ColumnElement,
    Index,
    Integer,
    LargeBinary,
    Row,
    Text,
    UniqueConstraint,
    Uuid,
    bindparam,
    func,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import JSONB, insert

from app.infra.database import Work
from app.infra.ready import Ready
from app.infra.tables import UtcDateTime, operator_table, scoped
from app.pricing.promotions.model import Campaign, Coupon, Terms

campaign_table = operator_table(
    "promotion_campaign",
    Column("campaign_id", Text, primary_key=True),
    Column("version", Integer, nullable=False),
    Column("terms", JSONB, nullable=False),
    Column("automatic", Boolean, nullable=False),
    Column("changed_at", UtcDateTime, nullable=False),
    Column("ended_at", UtcDateTime),
)
coupon_table = operator_table(
    "promotion_coupon",
    Column("coupon_id", Uuid, primary_key=True),
    Column("campaign_id", Text, nullable=False),
    Column("batch_id", Uuid, nullable=False),
    Column("number", Integer, nullable=False),
    Column("digest", LargeBinary, nullable=False),
    Column("is_shared", Boolean, nullable=False),
    Column("made_at", UtcDateTime, nullable=False),
    Column("blocked_at", UtcDateTime),
    UniqueConstraint("operator_id", "digest"),
)
Index(None, coupon_table.c.operator_id, coupon_table.c.campaign_id)


async def campaign(work: Work, campaign_id: str) -> Campaign | None:
    """Return the campaign with this id, ended or not, or None."""
    query = scoped(campaign_table, work).where(campaign_table.c.campaign_id == campaign_id)
    row = (await work.execute(query)).first()
    return None if row is None else _campaign(row)


async def campaigns(work: Work, *, ended: bool = False) -> list[Campaign]:
    """Return campaigns by id: those that have not ended, or all of them with *ended*."""
    query = scoped(campaign_table, work).order_by(campaign_table.c.campaign_id)
    if not ended:
        query = query.where(campaign_table.c.ended_at.is_(None))
    return [_campaign(row) for row in await work.execute(query)]


# Every look at a socket asks for them.
_FOR_ALL = Ready(
    select(campaign_table)
    .where(campaign_table.c.operator_id == bindparam("of_operator"))
    .where(campaign_table.c.ended_at.is_(None), campaign_table.c.automatic)
    .order_by(campaign_table.c.campaign_id)
)


async def campaigns_for_all(work: Work) -> list[Campaign]:
    """Return the campaigns that need no code and have not ended, by id."""
    rows = await work.rows(_FOR_ALL, {"of_operator": work.operator_id})
    return [_campaign(row) for row in rows]


async def ended_campaigns(work: Work, before: datetime) -> list[tuple[UUID, str]]:
    """Return the campaigns of every operator that ended *before*, by operator and id."""
    columns = campaign_table.c
    query = select(columns.operator_id, columns.campaign_id).where(columns.ended_at < before)
    return [(row.operator_id, row.campaign_id) for row in await work.execute(query)]


async def save_campaign(work: Work, saved: Campaign) -> None:
    """Write a campaign's newest version; it runs again if it had ended."""
    values = {
        "version": saved.version,
        "terms": msgspec.to_builtins(saved.terms),
        "automatic": saved.terms.automatic,
        "changed_at": work.now,
        "ended_at": saved.ended_at,
    }
    statement = insert(campaign_table).values(
        operator_id=work.operator_id, campaign_id=saved.campaign_id, **values
    )
    await work.execute(
        statement.on_conflict_do_update(index_elements=["operator_id", "campaign_id"], set_=values)
    )


@dataclass(frozen=True, slots=True)
class NewCoupon:
    """A coupon to be written: its place in a batch, and the digest of its code."""

    coupon: Coupon
    batch_id: UUID
    number: int
    digest: bytes
    is_blocked: bool = False


async def add_coupons(work: Work, coupons: Sequence[NewCoupon]) -> list[UUID]:
    """Write *coupons*; return the ids of those whose code was not known already."""
    rows = [_values(work, each) for each in coupons]
    statement = insert(coupon_table).values(rows).on_conflict_do_nothing()
    return list((await work.execute(statement.returning(coupon_table.c.coupon_id))).scalars())


async def find_coupon(work: Work, digests: Sequence[bytes]) -> Coupon | None:
    """Return the coupon with one of these digests, unless it is blocked, or None."""
    query = scoped(coupon_table, work).where(
        coupon_table.c.digest.in_(digests), coupon_table.c.blocked_at.is_(None)
    )
    row = (await work.execute(query)).first()
    return None if row is None else _coupon(row)


async def share_coupon(work: Work, new: NewCoupon) -> bool:
    """Write the code for everybody of a campaign, again if it was blocked; False if another's."""
    written = insert(coupon_table).values(_values(work, new))
    again = written.on_conflict_do_update(
        index_elements=["operator_id", "digest"],
        set_={"blocked_at": None},
        where=(coupon_table.c.campaign_id == new.coupon.campaign_id) & coupon_table.c.is_shared,
    )
    done = await work.execute(again.returning(coupon_table.c.coupon_id))
    return done.first() is not None


async def coupons_of(work: Work, campaign_id: str) -> list[NewCoupon]:
    """Return a campaign's coupons, blocked ones too, in the order of their making."""
    columns = coupon_table.c
    query = scoped(coupon_table, work).where(columns.campaign_id == campaign_id)
    rows = await work.execute(query.order_by(columns.made_at, columns.batch_id, columns.number))
    return [
        NewCoupon(
            _coupon(row), row.batch_id, row.number, row.digest, is_blocked=bool(row.blocked_at)
        )
        for row in rows
    ]


async def batch(work: Work, batch_id: UUID) -> dict[str, int]:
    """Return how many coupons of which campaign a batch has."""
    columns = coupon_table.c
    query = (
        scoped(coupon_table, work, columns.campaign_id, func.count().label("codes"))
        .where(columns.batch_id == batch_id)
        .group_by(columns.campaign_id)
    )
    return {row.campaign_id: row.codes for row in await work.execute(query)}


async def count_codes(work: Work) -> dict[str, int]:
    """Return how many coupons each campaign has that are not blocked."""
    columns = coupon_table.c
    query = (
        scoped(coupon_table, work, columns.campaign_id, func.count().label("codes"))
        .where(columns.blocked_at.is_(None))
        .group_by(columns.campaign_id)
    )
    return {row.campaign_id: row.codes for row in await work.execute(query)}


async def block(work: Work, campaign_id: str, digests: Sequence[bytes]) -> bool:
    """Block a campaign's coupon with one of these digests; tell whether there is one."""
    return await _block(work, campaign_id, coupon_table.c.digest.in_(digests))


async def block_shared(work: Work, campaign_id: str) -> bool:
    """Block the code for everybody that a campaign has; tell whether it had one."""
    return await _block(work, campaign_id, coupon_table.c.is_shared)


async def _block(work: Work, campaign_id: str, which: ColumnElement[bool]) -> bool:
    done = await work.execute(
        update(coupon_table)
        .where(
            coupon_table.c.operator_id == work.operator_id,
            coupon_table.c.campaign_id == campaign_id,
            coupon_table.c.blocked_at.is_(None),
            which,
        )
        .values(blocked_at=work.now)
    )
    return done.rowcount > 0


def _values(work: Work, new: NewCoupon) -> dict[str, Any]:
    return {
        "operator_id": work.operator_id,
        "coupon_id": new.coupon.coupon_id,
        "campaign_id": new.coupon.campaign_id,
        "batch_id": new.batch_id,
        "number": new.number,
        "digest": new.digest,
        "is_shared": new.coupon.is_shared,
        "made_at": work.now,
    }


def _campaign(row: Row[Any]) -> Campaign:
    terms = msgspec.convert(row.terms, Terms)
    return Campaign(row.campaign_id, row.version, terms, row.ended_at)


def _coupon(row: Row[Any]) -> Coupon:
    return Coupon(row.coupon_id, row.campaign_id, row.is_shared)
