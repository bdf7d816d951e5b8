"""The lines of settlements in the database."""

from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Column, Index, Row, Text, Uuid, select, update
from sqlalchemy.dialects.postgresql import insert

from app.funds.payments.providers.settlements import Movement, SettlementLine
from app.funds.reconciliation.model import Claim, LineState, SeenLine
from app.infra.database import Work
from app.infra.tables import UtcDateTime, operator_table, scoped
from app.kernel.money import Money

table = operator_table(
    "settlement_line",
    Column("line_id", Uuid, primary_key=True),
    Column("account_id", Uuid, nullable=False),
    Column("key", Text, nullable=False),
    Column("movement", Text, nullable=False),
    Column("said", Text, nullable=False),
    Column("provider_ref", Text),
    Column("part_ref", Text),
    Column("reference", Text),
    Column("gross_minor", BigInteger, nullable=False),
    Column("fee_minor", BigInteger, nullable=False),
    Column("net_minor", BigInteger, nullable=False),
    Column("currency", Text, nullable=False),
    Column("at", UtcDateTime),
    Column("seen_at", UtcDateTime, nullable=False),
    Column("state", Text, nullable=False),
    Column("payment_id", Uuid),
    Column("part", Text),
    Index(
        "uq_settlement_line_part",
        "operator_id",
        "payment_id",
        "part",
        unique=True,
        postgresql_where="payment_id IS NOT NULL",
    ),
    Index("ix_settlement_line_suspense", "operator_id", postgresql_where="state = 'suspense'"),
)


async def known(work: Work, line_ids: Collection[UUID]) -> set[UUID]:
    """Return which of these lines were taken over before."""
    query = scoped(table, work, table.c.line_id).where(table.c.line_id.in_(line_ids))
    return set((await work.execute(query)).scalars())


async def claimed(work: Work, payment_id: UUID) -> set[str]:
    """Return the parts of a payment that lines have claimed."""
    query = scoped(table, work, table.c.part).where(table.c.payment_id == payment_id)
    return set((await work.execute(query)).scalars())


async def add(work: Work, lines: Sequence[SeenLine]) -> None:
    """Keep new lines."""
    rows = [{**_values(work, one), "seen_at": work.now} for one in lines]
    await work.execute(insert(table).values(rows).on_conflict_do_nothing())


async def explain(work: Work, line_id: UUID, claim: Claim) -> None:
    """Note what a line in suspense turned out to be."""
    mine = (table.c.operator_id == work.operator_id, table.c.line_id == line_id)
    found = {"state": LineState.MATCHED, "payment_id": claim.payment_id, "part": claim.part}
    await work.execute(update(table).where(*mine).values(found))


async def in_suspense(work: Work, limit: int) -> list[SeenLine]:
    """Return lines that wait to be explained, oldest first."""
    query = scoped(table, work).where(table.c.state == LineState.SUSPENSE)
    rows = await work.execute(query.order_by(table.c.seen_at, table.c.line_id).limit(limit))
    return [_seen(row) for row in rows]


async def operators_in_suspense(work: Work) -> list[UUID]:
    """Return the operators that have lines in suspense; *work* is of all."""
    query = select(table.c.operator_id).where(table.c.state == LineState.SUSPENSE).distinct()
    return list((await work.execute(query)).scalars())


def _values(work: Work, one: SeenLine) -> dict[str, Any]:
    line, claim = one.line, one.claim
    return {
        "operator_id": work.operator_id,
        "line_id": one.line_id,
        "account_id": one.account_id,
        "key": line.key,
        "movement": line.movement,
        "said": line.said,
        "provider_ref": line.provider_ref,
        "part_ref": line.part_ref,
        "reference": line.reference,
        "gross_minor": line.gross.minor,
        "fee_minor": line.fee.minor,
        "net_minor": line.net.minor,
        "currency": line.gross.currency,
        "at": line.at,
        "state": one.state,
        "payment_id": None if claim is None else claim.payment_id,
        "part": None if claim is None else claim.part,
    }


def _seen(row: Row[Any]) -> SeenLine:
    line = SettlementLine(
        key=row.key,
        movement=Movement(row.movement),
        said=row.said,
        provider_ref=row.provider_ref,
        part_ref=row.part_ref,
        reference=row.reference,
        gross=Money(row.gross_minor, row.currency),
        fee=Money(row.fee_minor, row.currency),
        net=Money(row.net_minor, row.currency),
        at=row.at,
    )
    claim = None if row.payment_id is None else Claim(row.payment_id, row.part)
    return SeenLine(row.account_id, line, LineState(row.state), claim)
