"""What terminals told of settlements, kept until the price of the session is decided."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Final, NamedTuple
from uuid import UUID

from sqlalchemy import Column, Index, Numeric, Text, Uuid, update
from sqlalchemy.dialects.postgresql import insert

from app.directpay.integrated.model import Settlement, Spot
from app.funds.payments.outside.answer import SettlementStatus
from app.infra.database import Work
from app.infra.tables import UtcDateTime, operator_table, scoped

settlements = operator_table(
    "terminal_settlement",
    Column("settlement_id", Uuid, primary_key=True),
    Column("identity", Text, nullable=False),
    Column("psp_ref", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("amount", Numeric(18, 6), nullable=False),
    Column("detail", Text, nullable=False),
    Column("transaction_id", Text),
    Column("receipt_id", Text),
    Column("receipt_url", Text),
    Column("settled_at", UtcDateTime),
    Column("told_at", UtcDateTime, nullable=False),
    Column("applied_at", UtcDateTime),
    # How the driver knows the card again, where only the settlement says it.
    Column("instrument", Text),
)
_c = settlements.c
Index(
    "uq_terminal_settlement",
    *(_c.operator_id, _c.identity, _c.psp_ref, _c.status, _c.amount),
    unique=True,
)


# What a terminal without OCPP 2.1 tells before: by which reference it will settle.
_AUTHORISED: Final = "authorised"


class Waiting(NamedTuple):
    """A settlement that waits: *amount* is in the payment's currency."""

    status: SettlementStatus
    amount: Decimal
    detail: str
    instrument: str | None


async def add_settlement(work: Work, told: Settlement) -> None:
    """Keep what was told; the same again changes nothing."""
    statement = insert(settlements).values(
        operator_id=work.operator_id,
        settlement_id=work.ids.uuid7(work.now),
        identity=told.identity,
        psp_ref=told.psp_ref,
        status=told.status,
        amount=told.amount,
        detail=told.detail,
        transaction_id=told.transaction_id,
        receipt_id=told.receipt_id,
        receipt_url=told.receipt_url,
        settled_at=told.settled_at,
        told_at=work.now,
        instrument=told.instrument,
    )
    await work.execute(statement.on_conflict_do_nothing())


async def add_authorised(work: Work, spot: Spot, reference: str, limit: Decimal) -> None:
    """Keep by which *reference* a terminal calls the transaction of *spot* from now on."""
    statement = insert(settlements).values(
        operator_id=work.operator_id,
        settlement_id=work.ids.uuid7(work.now),
        identity=spot.identity,
        psp_ref=reference,
        status=_AUTHORISED,
        amount=limit,
        detail="",
        transaction_id=spot.transaction_id,
        told_at=work.now,
        applied_at=work.now,
    )
    await work.execute(statement.on_conflict_do_nothing())


async def transaction_of(work: Work, identity: str, reference: str) -> str | None:
    """Return the transaction that a terminal called so last, or None."""
    its = (_c.identity == identity, _c.psp_ref == reference, _c.status == _AUTHORISED)
    query = scoped(settlements, work, _c.transaction_id).where(*its)
    found = await work.execute(query.order_by(_c.told_at.desc()).limit(1))
    return found.scalar_one_or_none()


async def take_waiting(work: Work, identity: str, psp_ref: str) -> list[Waiting]:
    """Return what was not applied yet, in order; mark it applied."""
    mine = (_c.operator_id == work.operator_id, _c.identity == identity, _c.psp_ref == psp_ref)
    waiting = (*mine, _c.applied_at.is_(None))
    query = scoped(settlements, work).where(*waiting).order_by(_c.told_at, _c.settlement_id)
    rows = (await work.execute(query.with_for_update())).all()
    await _mark(work, [row.settlement_id for row in rows])
    return [
        Waiting(SettlementStatus(row.status), row.amount, row.detail, row.instrument)
        for row in rows
    ]


async def _mark(work: Work, ids: Sequence[UUID]) -> None:
    if ids:
        mine = (_c.operator_id == work.operator_id, _c.settlement_id.in_(ids))
        await work.execute(update(settlements).where(*mine).values(applied_at=work.now))
