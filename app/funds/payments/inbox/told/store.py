"""The tables of signed notices, and of those whose signature nobody knows (yet)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid5

from sqlalchemy import Column, Index, Integer, LargeBinary, Text, Uuid, delete, func, select
from sqlalchemy.dialects.postgresql import insert

from app.funds.payments.accounts.store import provider_account
from app.funds.payments.ports import Notice, ProviderAccount
from app.funds.payments.store import payment
from app.infra.database import Work
from app.infra.tables import UtcDateTime, operator_table

# Who knows the address could send any number of items that nobody signed.
MOST_DOUBTFUL = 1000

provider_notice = operator_table(
    "provider_notice",
    Column("account_id", Uuid, primary_key=True),
    Column("key", Text, primary_key=True),
    Column("payment_id", Uuid),
    Column("reference", Text, nullable=False),
    Column("original_ref", Text),
    Column("body", LargeBinary, nullable=False),
    Column("received_at", UtcDateTime, nullable=False),
    Index(
        "ix_provider_notice_payment_id",
        "operator_id",
        "payment_id",
        postgresql_where="payment_id IS NOT NULL",
    ),
    Index("ix_provider_notice_received_at", "received_at"),
)

doubtful_notice = operator_table(
    "doubtful_notice",
    Column("account_id", Uuid, primary_key=True),
    Column("notice_id", Uuid, primary_key=True),
    Column("body", LargeBinary, nullable=False),
    Column("received_at", UtcDateTime, nullable=False),
    Column("tried_version", Integer, nullable=False),
)


@dataclass(frozen=True, slots=True)
class Retry:
    """An account whose keys changed after notices came that they did not sign."""

    operator_id: UUID
    account_id: UUID


async def find_told_payment(work: Work, account: ProviderAccount, notice: Notice) -> UUID | None:
    """Return the payment that *notice* is about: by our reference, else by the provider's."""
    mine = (
        payment.c.operator_id == account.operator_id,
        payment.c.account_id == account.account_id,
    )
    for column, value in (
        (payment.c.reference, notice.reference),
        (payment.c.orders_ref, notice.original_ref),
    ):
        if value:
            asked = select(payment.c.payment_id).where(*mine, column == value).limit(1)
            found: UUID | None = (await work.execute(asked)).scalar_one_or_none()
            if found is not None:
                return found
    return None


async def put_notice(
    work: Work, account: ProviderAccount, notice: Notice, payment_id: UUID | None
) -> bool:
    """Store *notice* and tell whether it is new; repeating it changes nothing."""
    values = {
        "operator_id": account.operator_id,
        "account_id": account.account_id,
        "key": notice.key,
        "payment_id": payment_id,
        "reference": notice.reference,
        "original_ref": notice.original_ref,
        "body": notice.body,
        "received_at": work.now,
    }
    added = insert(provider_notice).values(values).on_conflict_do_nothing()
    stored = await work.execute(added.returning(provider_notice.c.key))
    return stored.one_or_none() is not None


async def notices_of(work: Work, payment_id: UUID) -> list[Notice]:
    """Return all that was told of a payment, the first first."""
    table = provider_notice
    asked = (
        select(table.c.key, table.c.reference, table.c.original_ref, table.c.body)
        .where(table.c.operator_id == work.operator_id, table.c.payment_id == payment_id)
        .order_by(table.c.received_at, table.c.key)
    )
    return [Notice(**row) for row in (await work.execute(asked)).mappings()]


async def unmatched_notices(work: Work, account_id: UUID, since: datetime) -> list[Notice]:
    """Return what an account was told *since* then that is about no payment of ours."""
    table = provider_notice
    asked = (
        select(table.c.key, table.c.reference, table.c.original_ref, table.c.body)
        .where(table.c.operator_id == work.operator_id, table.c.account_id == account_id)
        .where(table.c.payment_id.is_(None), table.c.received_at >= since)
        .order_by(table.c.received_at, table.c.key)
    )
    return [Notice(**row) for row in (await work.execute(asked)).mappings()]


async def forget_notices(work: Work, *, unmatched: datetime, matched: datetime) -> None:
    """Delete what was told before these instants; what is about a payment at work stays."""
    table = provider_notice
    at_work = select(payment.c.payment_id).where(
        payment.c.operator_id == table.c.operator_id,
        payment.c.payment_id == table.c.payment_id,
        payment.c.check_at.is_not(None),
    )
    old = (table.c.received_at < matched) & ~at_work.exists()
    nobodys = table.c.payment_id.is_(None) & (table.c.received_at < unmatched)
    await work.execute(delete(table).where(nobodys | old))
    await work.execute(delete(doubtful_notice).where(doubtful_notice.c.received_at < unmatched))


async def put_doubtful(work: Work, account: ProviderAccount, bodies: Sequence[bytes]) -> None:
    """Keep items whose signature the account's keys do not know, up to MOST_DOUBTFUL."""
    table = doubtful_notice
    mine = (table.c.operator_id == account.operator_id, table.c.account_id == account.account_id)
    count = (await work.execute(select(func.count()).where(*mine))).scalar_one()
    for body in bodies[: max(0, MOST_DOUBTFUL - count)]:
        values = {
            "operator_id": account.operator_id,
            "account_id": account.account_id,
            "notice_id": uuid5(account.account_id, body.hex()),
            "body": body,
            "received_at": work.now,
            "tried_version": account.version,
        }
        added = insert(table).values(values)
        await work.execute(
            added.on_conflict_do_update(
                index_elements=["operator_id", "account_id", "notice_id"],
                set_={"tried_version": account.version},
            )
        )


async def take_doubtful(work: Work, account: ProviderAccount) -> list[bytes]:
    """Remove the items that older keys of *account* did not sign, and return them, oldest first."""
    table = doubtful_notice
    taken = (
        delete(table)
        .where(
            table.c.operator_id == account.operator_id,
            table.c.account_id == account.account_id,
            table.c.tried_version < account.version,
        )
        .returning(table.c.received_at, table.c.body)
    )
    rows = (await work.execute(taken)).all()
    return [row.body for row in sorted(rows, key=lambda row: row.received_at)]


async def retries(work: Work, limit: int) -> list[Retry]:
    """Return accounts, of every operator, whose doubtful notices can be judged again."""
    table = doubtful_notice
    its = (table.c.operator_id == provider_account.c.operator_id) & (
        table.c.account_id == provider_account.c.account_id
    )
    asked = (
        select(table.c.operator_id, table.c.account_id)
        .join_from(table, provider_account, its)
        .where(table.c.tried_version < provider_account.c.version)
        .distinct()
        .limit(limit)
    )
    return [Retry(**row) for row in (await work.execute(asked)).mappings()]
