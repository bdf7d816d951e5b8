"""The table of provider accounts."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    CursorResult,
    Index,
    Integer,
    Text,
    UniqueConstraint,
    Uuid,
    func,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import insert

from app.infra.database import Work
from app.infra.tables import UtcDateTime, operator_table, scoped

provider_account = operator_table(
    "provider_account",
    Column("account_id", Uuid, primary_key=True),
    Column("provider", Text, nullable=False),
    Column("mode", Text, nullable=False),
    Column("sealed_secret", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("webhook_token", Text, nullable=False, unique=True),
    Column("chosen", Boolean, nullable=False),
    Column("changed_at", UtcDateTime, nullable=False),
    Column("refused_at", UtcDateTime),
    UniqueConstraint("operator_id", "provider", "mode"),
    CheckConstraint("mode IN ('test', 'live')", name="mode"),
    # An operator takes new payments on one account at a time.
    Index(
        "uq_provider_account_chosen",
        "operator_id",
        unique=True,
        postgresql_where="chosen",
    ),
)


@dataclass(frozen=True, slots=True)
class AccountRow:
    """An account as it is stored, its secret sealed; *refused_at* is the last refusal of it."""

    operator_id: UUID
    account_id: UUID
    provider: str
    mode: str
    sealed_secret: str
    version: int
    webhook_token: str
    chosen: bool
    changed_at: datetime
    refused_at: datetime | None


async def find_account(work: Work, account_id: UUID) -> AccountRow | None:
    """Return the account with this id, or None."""
    table = provider_account
    found = await work.execute(scoped(table, work).where(table.c.account_id == account_id))
    return _row(found)


async def find_chosen(work: Work) -> AccountRow | None:
    """Return the account on which the operator takes new payments, or None."""
    table = provider_account
    return _row(await work.execute(scoped(table, work).where(table.c.chosen)))


async def lock_accounts(work: Work) -> list[AccountRow]:
    """Return the operator's accounts, locked until the work ends."""
    found = await work.execute(scoped(provider_account, work).with_for_update())
    return [AccountRow(**row) for row in found.mappings()]


async def put_account(work: Work, account: AccountRow) -> None:
    """Insert or replace the account, and take the choice from the others when it is chosen."""
    table = provider_account
    if account.chosen:
        others = (table.c.operator_id == work.operator_id) & (
            table.c.account_id != account.account_id
        )
        await work.execute(update(table).where(others).values(chosen=False))
    values = {column.name: getattr(account, column.name) for column in table.columns}
    added = insert(table).values(values)
    await work.execute(
        added.on_conflict_do_update(index_elements=["operator_id", "account_id"], set_=values)
    )


async def set_refused(work: Work, account_id: UUID, refused_at: datetime | None) -> None:
    """Remember when the provider last refused the account's secret, or that it no longer does."""
    table = provider_account
    mine = (table.c.operator_id == work.operator_id) & (table.c.account_id == account_id)
    await work.execute(update(table).where(mine).values(refused_at=refused_at))


async def refused_accounts(work: Work) -> list[UUID]:
    """Return the chosen accounts, of every operator, whose secret was refused last."""
    table = provider_account
    refused = select(table.c.account_id).where(table.c.chosen, table.c.refused_at.is_not(None))
    return list((await work.execute(refused)).scalars())


async def sealed_secrets(work: Work) -> list[str]:
    """Return a sealed secret of a chosen account, of any operator, for each key that sealed one."""
    table = provider_account
    key = func.split_part(table.c.sealed_secret, ".", 1)
    each = select(func.min(table.c.sealed_secret)).where(table.c.chosen).group_by(key)
    return list((await work.execute(each)).scalars())


def _row(found: CursorResult[Any]) -> AccountRow | None:
    row = found.mappings().one_or_none()
    return None if row is None else AccountRow(**row)
