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
    Integer,
    SmallInteger,
    Text,
    UniqueConstraint,
    Uuid,
    bindparam,
    func,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import insert

from app.infra.database import Work
from app.infra.ready import Ready
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
    Column("place", SmallInteger, nullable=False),
    Column("merchant", Text),
    Column("sealed_webhook_keys", Text),
    Column("live_prefix", Text),
    Column("share_account", Text),
    Column("failures", Integer, nullable=False, server_default="0"),
    Column("open_until", UtcDateTime),
    Column("down_since", UtcDateTime),
    Column("said", Text, nullable=False, server_default=""),
    UniqueConstraint("operator_id", "provider", "mode"),
    CheckConstraint("mode IN ('test', 'live')", name="mode"),
)


@dataclass(frozen=True, slots=True)
class AccountRow:
    """
    An account as it is stored, its secrets sealed; *refused_at* is the last refusal of it.

    New payments are taken on the *chosen* ones, the first *place* first. *failures* and what
    follows are of its health (`ports.Health`). *share_account* is where the provider gives the
    operator its share, None where it is paid out by transfer.
    """

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
    place: int
    merchant: str | None
    sealed_webhook_keys: str | None
    live_prefix: str | None
    failures: int = 0
    open_until: datetime | None = None
    down_since: datetime | None = None
    said: str = ""
    share_account: str | None = None


_BY_ID = Ready(
    select(provider_account).where(
        provider_account.c.operator_id == bindparam("of_operator"),
        provider_account.c.account_id == bindparam("of_account"),
    )
)


_CHOSEN = Ready(
    select(provider_account)
    .where(provider_account.c.operator_id == bindparam("of_operator"), provider_account.c.chosen)
    .order_by(provider_account.c.place)
)


async def find_account(work: Work, account_id: UUID) -> AccountRow | None:
    """Return the account with this id, or None."""
    asked = {"of_operator": work.operator_id, "of_account": account_id}
    row = await work.row(_BY_ID, asked)
    return None if row is None else AccountRow(**row._asdict())


async def find_chosen(work: Work) -> list[AccountRow]:
    """Return the accounts on which the operator takes new payments, the preferred one first."""
    rows = await work.rows(_CHOSEN, {"of_operator": work.operator_id})
    return [AccountRow(**row._asdict()) for row in rows]


async def find_all(work: Work) -> list[AccountRow]:
    """Return the accounts of every operator, those that left the operator's file too."""
    return [AccountRow(**row) for row in (await work.execute(select(provider_account))).mappings()]


async def find_by_token(work: Work, provider: str, token: str) -> AccountRow | None:
    """Return the account, of any operator, whose webhooks come to the address with *token*."""
    table = provider_account
    its = (table.c.webhook_token == token, table.c.provider == provider)
    return _row(await work.execute(select(table).where(*its)))


async def lock_accounts(work: Work) -> list[AccountRow]:
    """Return the operator's accounts, locked until the work ends."""
    found = await work.execute(scoped(provider_account, work).with_for_update())
    return [AccountRow(**row) for row in found.mappings()]


async def put_account(work: Work, account: AccountRow) -> None:
    """Insert or replace the account."""
    table = provider_account
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
