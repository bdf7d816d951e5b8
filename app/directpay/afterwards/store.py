"""Promises, and the operator's rule for them, in the database."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    Column,
    Index,
    Row,
    SmallInteger,
    Text,
    Uuid,
    delete,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import insert

from app.directpay.afterwards.model import OPEN, ChargeAfter, Promise, PromiseState
from app.infra.database import Work
from app.infra.tables import UtcDateTime, operator_table, scoped
from app.kernel.money import Money

_OPEN = "state IN ({})".format(", ".join(f"'{state}'" for state in OPEN))

charge_after = operator_table(
    "charge_after",
    Column("most_minor", BigInteger, nullable=False),
    Column("currency", Text, nullable=False),
)
promise = operator_table(
    "promise",
    Column("journey_id", Uuid, primary_key=True),
    Column("driver_id", Uuid, nullable=False),
    Column("means_id", Uuid, nullable=False),
    Column("account_id", Uuid, nullable=False),
    Column("customer", Text, nullable=False),
    Column("token", Text, nullable=False),
    Column("method", Text, nullable=False),
    Column("limit_minor", BigInteger, nullable=False),
    Column("currency", Text, nullable=False),
    Column("page", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("price_minor", BigInteger),
    Column("tries", SmallInteger, nullable=False),
    Column("again_at", UtcDateTime),
    # Nothing is lent to who has not paid, whoever presses twice at once.
    Index(
        "uq_promise_open",
        "operator_id",
        "driver_id",
        unique=True,
        postgresql_where=_OPEN,
    ),
    Index("ix_promise_again", "again_at", postgresql_where="again_at IS NOT NULL"),
)


async def find_rule(work: Work) -> ChargeAfter | None:
    """Return the operator's rule, or None: no session is charged afterwards."""
    row = (await work.execute(scoped(charge_after, work))).one_or_none()
    return None if row is None else ChargeAfter(Money(row.most_minor, row.currency))


async def put_rule(work: Work, rule: ChargeAfter | None) -> None:
    """Replace the operator's rule."""
    await work.execute(delete(charge_after).where(charge_after.c.operator_id == work.operator_id))
    if rule is not None:
        values = {"most_minor": rule.most.minor, "currency": rule.most.currency}
        await work.execute(insert(charge_after).values(operator_id=work.operator_id, **values))


async def add(work: Work, new: Promise) -> bool:
    """Insert a promise; tell False when its driver has one that is open."""
    added = (
        insert(promise)
        .values(
            operator_id=work.operator_id,
            journey_id=new.journey_id,
            driver_id=new.driver_id,
            means_id=new.means_id,
            account_id=new.account_id,
            customer=new.customer,
            token=new.token,
            method=new.method,
            limit_minor=new.limit.minor,
            currency=new.limit.currency,
            page=new.page,
            **_changing(new),
        )
        .on_conflict_do_nothing()
        .returning(promise.c.journey_id)
    )
    return (await work.execute(added)).first() is not None


async def save(work: Work, changed: Promise) -> None:
    """Write how a promise stands."""
    its = (
        promise.c.operator_id == work.operator_id,
        promise.c.journey_id == changed.journey_id,
    )
    await work.execute(update(promise).where(*its).values(_changing(changed)))


async def lock(work: Work, journey_id: UUID) -> Promise | None:
    """Return the promise of a journey, locked until the work ends, or None."""
    asked = scoped(promise, work).where(promise.c.journey_id == journey_id).with_for_update()
    return _promise((await work.execute(asked)).one_or_none())


async def find(work: Work, journey_id: UUID) -> Promise | None:
    """Return the promise of a journey, or None."""
    asked = scoped(promise, work).where(promise.c.journey_id == journey_id)
    return _promise((await work.execute(asked)).one_or_none())


async def open_of(work: Work, driver_id: UUID) -> Promise | None:
    """Return the promise of a driver that is not kept yet, or None."""
    its = (promise.c.driver_id == driver_id, promise.c.state.in_(OPEN))
    return _promise((await work.execute(scoped(promise, work).where(*its))).one_or_none())


@dataclass(frozen=True, slots=True)
class Due:
    """A promise whose means is to be charged again."""

    operator_id: UUID
    journey_id: UUID


async def due_again(work: Work, at: datetime, limit: int) -> Collection[Due]:
    """Return promises of all operators whose means is to be charged again by *at*."""
    asked = select(promise.c.operator_id, promise.c.journey_id).where(promise.c.again_at <= at)
    found = await work.execute(asked.order_by(promise.c.again_at).limit(limit))
    return [Due(**row) for row in found.mappings()]


def _changing(one: Promise) -> dict[str, Any]:
    return {
        "state": one.state,
        "price_minor": None if one.price is None else one.price.minor,
        "tries": one.tries,
        "again_at": one.again_at,
    }


def _promise(row: Row[Any] | None) -> Promise | None:
    if row is None:
        return None
    price = None if row.price_minor is None else Money(row.price_minor, row.currency)
    return Promise(
        journey_id=row.journey_id,
        driver_id=row.driver_id,
        means_id=row.means_id,
        account_id=row.account_id,
        customer=row.customer,
        token=row.token,
        method=row.method,
        limit=Money(row.limit_minor, row.currency),
        page=row.page,
        state=PromiseState(row.state),
        price=price,
        tries=row.tries,
        again_at=row.again_at,
    )
