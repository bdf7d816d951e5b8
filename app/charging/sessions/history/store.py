"""Transactions as they were reported, read from the database."""

from dataclasses import fields
from typing import Any
from uuid import UUID

from sqlalchemy import Row, select, tuple_

from app.charging.sessions.history.model import Page, TransactionRecord
from app.charging.sessions.metering.store import samples
from app.charging.sessions.model import MeterSample
from app.charging.sessions.transactions.store import transactions
from app.infra.database import Work
from app.infra.tables import scoped

_t, _s = transactions.c, samples.c
_FIELDS = tuple(field.name for field in fields(TransactionRecord))
_SAMPLE = MeterSample.__struct_fields__


async def transactions_of(work: Work, identity: str, page: Page) -> list[TransactionRecord]:
    """Return the transactions of a charge point, the latest first."""
    query = scoped(transactions, work).where(_t.identity == identity)
    if page.after is not None:
        query = query.where(tuple_(_t.received_at, _t.transaction_id) < tuple_(*page.after))
    if page.running is not None:
        is_running = _t.stop_received_at.is_(None)
        query = query.where(is_running if page.running else ~is_running)
    query = query.order_by(_t.received_at.desc(), _t.transaction_id.desc()).limit(page.most)
    return [_record(row) for row in await work.execute(query)]


async def transaction(work: Work, identity: str, transaction_id: str) -> TransactionRecord | None:
    """Return one transaction, or None."""
    its = (_t.identity == identity, _t.transaction_id == transaction_id)
    row = (await work.execute(scoped(transactions, work).where(*its))).one_or_none()
    return None if row is None else _record(row)


async def samples_of(work: Work, session_id: UUID) -> list[MeterSample]:
    """Return the samples of a session in the order in which they came."""
    query = select(samples).where(_s.operator_id == work.operator_id, _s.session_id == session_id)
    rows = await work.execute(query.order_by(_s.received_at, _s.taken_at, _s.fingerprint))
    return [MeterSample(**{name: getattr(row, name) for name in _SAMPLE}) for row in rows]


def _record(row: Row[Any]) -> TransactionRecord:
    return TransactionRecord(**{name: getattr(row, name) for name in _FIELDS})
