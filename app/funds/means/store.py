"""The means that drivers keep, in the database; no token, card or account number is there."""

from typing import Any
from uuid import UUID

from sqlalchemy import Column, Index, Row, Text, Uuid, update
from sqlalchemy.dialects.postgresql import insert

from app.funds.means.model import KeptMeans, MeansState, Removal
from app.infra.database import Work
from app.infra.tables import UtcDateTime, operator_table, scoped

kept_means = operator_table(
    "kept_means",
    Column("means_id", Uuid, primary_key=True),
    Column("driver_id", Uuid, nullable=False),
    Column("account_id", Uuid, nullable=False),
    Column("customer", Text, nullable=False),
    Column("method", Text, nullable=False),
    Column("words", Text, nullable=False),
    Column("locale", Text, nullable=False),
    Column("agreed_at", UtcDateTime, nullable=False),
    Column("state", Text, nullable=False),
    Column("instrument", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("removed_at", UtcDateTime),
    Column("removed_why", Text),
    Index("ix_kept_means_driver", "operator_id", "driver_id"),
)


async def add(work: Work, new: KeptMeans) -> None:
    """Insert a means that is to be kept."""
    values = {
        "operator_id": work.operator_id,
        "means_id": new.means_id,
        "driver_id": new.driver_id,
        "account_id": new.account_id,
        "customer": new.customer,
        "words": new.words,
        "locale": new.locale,
        "agreed_at": new.agreed_at,
        **_changing(new),
    }
    await work.execute(insert(kept_means).values(values))


async def save(work: Work, changed: KeptMeans) -> None:
    """Write how a means stands, and what it is called."""
    its = (
        kept_means.c.operator_id == work.operator_id,
        kept_means.c.means_id == changed.means_id,
    )
    await work.execute(update(kept_means).where(*its).values(_changing(changed)))


async def lock(work: Work, means_id: UUID) -> KeptMeans | None:
    """Return a means, locked until the work ends, or None."""
    asked = scoped(kept_means, work).where(kept_means.c.means_id == means_id).with_for_update()
    row = (await work.execute(asked)).one_or_none()
    return None if row is None else _means(row)


async def find(work: Work, means_id: UUID) -> KeptMeans | None:
    """Return a means, or None."""
    asked = scoped(kept_means, work).where(kept_means.c.means_id == means_id)
    row = (await work.execute(asked)).one_or_none()
    return None if row is None else _means(row)


async def of_driver(work: Work, driver_id: UUID) -> list[KeptMeans]:
    """Return what a driver keeps now, the newest first."""
    its = (kept_means.c.driver_id == driver_id, kept_means.c.state == MeansState.KEPT)
    asked = scoped(kept_means, work).where(*its)
    newest = asked.order_by(kept_means.c.agreed_at.desc(), kept_means.c.means_id.desc())
    return [_means(row) for row in await work.execute(newest)]


def _changing(one: KeptMeans) -> dict[str, Any]:
    return {
        "method": one.method,
        "state": one.state,
        "instrument": one.instrument,
        "name": one.name,
        "removed_at": one.removed_at,
        "removed_why": one.removed_why,
    }


def _means(row: Row[Any]) -> KeptMeans:
    return KeptMeans(
        means_id=row.means_id,
        driver_id=row.driver_id,
        account_id=row.account_id,
        customer=row.customer,
        method=row.method,
        words=row.words,
        locale=row.locale,
        agreed_at=row.agreed_at,
        state=MeansState(row.state),
        instrument=row.instrument,
        name=row.name,
        removed_at=row.removed_at,
        removed_why=None if row.removed_why is None else Removal(row.removed_why),
    )
