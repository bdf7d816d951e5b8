"""How accounts fare, in the rows of the accounts; each change is one statement."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import Update, exists, func, select, update
from sqlalchemy.dialects.postgresql import aggregate_order_by

from app.funds.payments.accounts.store import provider_account
from app.funds.payments.model import SECURED, UNRESOLVED, PaymentStatus
from app.funds.payments.store import operation, payment
from app.infra.database import Work
from app.infra.tables import scoped
from app.kernel.money import Money

_LONGEST_WORD: Final = 200
_table = provider_account


@dataclass(frozen=True, slots=True)
class Ailing:
    """An account whose fuse is blown, or that was told to wait, and may be tried again."""

    operator_id: UUID
    account_id: UUID


async def claim_try(work: Work, account_id: UUID, until: datetime) -> bool:
    """Step: tell whether the caller is the one who may try; the others wait *until* then."""
    cooled = _table.c.open_until <= work.now
    tried = _of(work, account_id).where(cooled).values(open_until=until)
    claimed = await work.execute(tried.returning(_table.c.account_id))
    return claimed.scalar_one_or_none() is not None


async def open_until(work: Work, account_id: UUID) -> datetime | None:
    """Step: return until when nobody may call, or None."""
    asked = scoped(_table, work, _table.c.open_until).where(_table.c.account_id == account_id)
    return (await work.execute(asked)).scalar_one_or_none()


async def count_silence(work: Work, account_id: UUID, said: str) -> int:
    """Step: count a call without a usable answer; return how many there were in a row."""
    more = {"failures": _table.c.failures + 1, "said": said[:_LONGEST_WORD]}
    counted = _of(work, account_id).values(more).returning(_table.c.failures)
    return (await work.execute(counted)).scalar_one_or_none() or 0


async def set_down(work: Work, account_id: UUID, until: datetime) -> None:
    """Step: let nobody call *until* then, and no payment begin until a call was answered."""
    since = func.coalesce(_table.c.down_since, work.now)
    await work.execute(_of(work, account_id).values(open_until=until, down_since=since))


async def set_pause(work: Work, account_id: UUID, until: datetime, said: str) -> None:
    """Step: let nobody call *until* then."""
    later = func.greatest(_table.c.open_until, until)
    values = {"open_until": later, "said": said[:_LONGEST_WORD]}
    await work.execute(_of(work, account_id).values(values))


async def set_well(work: Work, account_id: UUID) -> None:
    """Step: forget what was wrong."""
    well = {"failures": 0, "open_until": None, "down_since": None, "said": ""}
    await work.execute(_of(work, account_id).values(well))


async def hurry(work: Work, account_id: UUID) -> None:
    """Step: let the account's payments be looked at now whose orders wait for their next try."""
    mine = (payment.c.operator_id == work.operator_id) & (payment.c.account_id == account_id)
    late = payment.c.check_at > work.now
    waits = exists().where(
        operation.c.operator_id == payment.c.operator_id,
        operation.c.payment_id == payment.c.payment_id,
        operation.c.state.in_([state.value for state in UNRESOLVED]),
    )
    await work.execute(update(payment).where(mine, late, waits).values(check_at=work.now))


async def to_be_tried(work: Work) -> Sequence[Ailing]:
    """Step: return the accounts in use, of every operator, that may be tried again."""
    asked = select(_table.c.operator_id, _table.c.account_id).where(
        _table.c.chosen, _table.c.open_until <= work.now
    )
    return [Ailing(**row) for row in (await work.execute(asked)).mappings()]


@dataclass(frozen=True, slots=True)
class Refusals:
    """How many payments of an account were *refused* and *paid*, and the last that was refused."""

    operator_id: UUID
    provider: str
    refused: int
    paid: int
    payment_id: UUID
    amount: Money


async def refusals(work: Work, since: datetime, least: int) -> list[Refusals]:
    """Step: return the accounts, of every operator, with *least* refusals *since* then."""
    its = (payment.c.operator_id == _table.c.operator_id) & (
        payment.c.account_id == _table.c.account_id
    )
    failed = payment.c.status == PaymentStatus.FAILED.value
    refused = func.count().filter(failed)
    last = func.array_agg(aggregate_order_by(payment.c.payment_id, payment.c.opened_at.desc()))
    amount = func.array_agg(aggregate_order_by(payment.c.amount_minor, payment.c.opened_at.desc()))
    asked = (
        select(
            _table.c.operator_id,
            _table.c.provider,
            payment.c.currency,
            refused.label("refused"),
            func.count()
            .filter(payment.c.status.in_([each.value for each in SECURED]))
            .label("paid"),
            last.filter(failed)[1].label("payment_id"),
            amount.filter(failed)[1].label("amount_minor"),
        )
        .join_from(payment, _table, its)
        .where(payment.c.opened_at > since)
        .group_by(_table.c.operator_id, _table.c.account_id, _table.c.provider, payment.c.currency)
        .having(refused >= least)
    )
    return [
        Refusals(
            row.operator_id,
            row.provider,
            row.refused,
            row.paid,
            row.payment_id,
            Money(row.amount_minor, row.currency),
        )
        for row in await work.execute(asked)
    ]


async def count_down(work: Work) -> int:
    """Step: return how many accounts in use, of every operator, take no payments now."""
    asked = select(func.count()).where(_table.c.chosen, _table.c.down_since.is_not(None))
    return int((await work.execute(asked)).scalar_one())


def _of(work: Work, account_id: UUID) -> Update:
    mine = (_table.c.operator_id == work.operator_id) & (_table.c.account_id == account_id)
    return update(_table).where(mine)
