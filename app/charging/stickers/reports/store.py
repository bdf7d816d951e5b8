"""Reports in the database."""

from collections.abc import Sequence
from dataclasses import asdict, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Column, Index, Integer, Row, Text, Uuid, delete, func, tuple_, update
from sqlalchemy.dialects.postgresql import insert

from app.charging.stickers.reports.model import Behind, Report, Wrong
from app.infra.database import Work
from app.infra.tables import UtcDateTime, operator_table, scoped

reports = operator_table(
    "sticker_report",
    Column("report_id", Uuid, primary_key=True),
    Column("evse_uid", Text, nullable=False),
    Column("number", Integer, nullable=False),
    Column("reason", Text, nullable=False),
    Column("note", Text, nullable=False),
    Column("reported_at", UtcDateTime, nullable=False),
    Column("closed_at", UtcDateTime),
    Column("closed_by", Text),
    Column("outcome", Text),
)
_r = reports.c
Index("ix_sticker_report_evse", _r.operator_id, _r.evse_uid, _r.reported_at)


async def add(work: Work, report: Report) -> None:
    """Insert a report."""
    await work.execute(insert(reports).values(operator_id=work.operator_id, **asdict(report)))


async def number_since(work: Work, evse_uid: str, since: datetime) -> int:
    """Return how many reports an EVSE has had *since*."""
    query = scoped(reports, work, func.count())
    found = await work.execute(query.where(_r.evse_uid == evse_uid, _r.reported_at > since))
    return int(found.scalar_one())


async def by_id(work: Work, report_id: UUID) -> Report | None:
    """Return a report, or None."""
    row = (await work.execute(scoped(reports, work).where(_r.report_id == report_id))).one_or_none()
    return None if row is None else _report(row)


async def still_open(work: Work, after: Behind | None, limit: int | None) -> Sequence[Report]:
    """
    Return the operator's open reports, the oldest first.

    At most *limit*, those *after* the instant and the id of one.
    """
    query = scoped(reports, work).where(_r.closed_at.is_(None)).limit(limit)
    if after is not None:
        query = query.where(tuple_(_r.reported_at, _r.report_id) > after)
    return [
        _report(row) for row in await work.execute(query.order_by(_r.reported_at, _r.report_id))
    ]


async def close(work: Work, report_id: UUID, by: str, outcome: str) -> bool:
    """Close a report; False when none of the operator's that is open has this id."""
    mine = (_r.operator_id == work.operator_id, _r.report_id == report_id, _r.closed_at.is_(None))
    values = {"closed_at": work.now, "closed_by": by, "outcome": outcome}
    return (await work.execute(update(reports).where(*mine).values(**values))).rowcount > 0


async def forget(work: Work, before: datetime) -> None:
    """Delete what was closed *before*, of all operators."""
    await work.execute(delete(reports).where(_r.closed_at < before))


def _report(row: Row[Any]) -> Report:
    report = Report(**{name: getattr(row, name) for name in Report.__dataclass_fields__})
    return replace(report, reason=Wrong(report.reason))
