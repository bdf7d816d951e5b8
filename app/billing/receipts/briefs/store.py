"""Documents in brief, taken out of them by the database."""

from collections.abc import Collection
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import Row, Uuid, bindparam, column, text
from sqlalchemy.dialects.postgresql import ARRAY

from app.billing.receipts.briefs.model import Brief
from app.infra.database import Work
from app.infra.ready import Ready
from app.kernel.money import Money

# A document is unpacked once for all that is taken out of it.
_BRIEFS = Ready(
    text(
        """
        SELECT session_id, number, place ->> 'name', place -> 'address' ->> 'city',
               place ->> 'evse_id', place ->> 'time_zone', supply ->> 'energy_kwh',
               supply ->> 'ended_at', settlement -> 'charged' ->> 'minor',
               settlement -> 'charged' ->> 'currency'
        FROM receipt,
             jsonb_to_record(document) AS part(place jsonb, supply jsonb, settlement jsonb)
        WHERE operator_id = :of_operator AND session_id = ANY(:of_sessions)
          AND kind <> 'credit_note'
        ORDER BY issued_at
        """
    )
    .bindparams(bindparam("of_operator", type_=Uuid), bindparam("of_sessions", type_=ARRAY(Uuid)))
    .columns(
        *(column(name) for name in ("session_id", "number", "location", "city", "evse_id")),
        *(column(name) for name in ("time_zone", "energy_kwh", "ended_at", "minor", "currency")),
    )
)


async def briefs_of(work: Work, session_ids: Collection[UUID]) -> list[Brief]:
    """Return what lists show of the receipts and invoices of sessions, what is valid last."""
    asked = {"of_operator": work.operator_id, "of_sessions": list(session_ids)}
    return [_brief(row) for row in await work.rows(_BRIEFS, asked)]


def _brief(row: Row[Any]) -> Brief:
    return Brief(
        session_id=row.session_id,
        number=row.number,
        location=row.location,
        city=row.city,
        evse_id=row.evse_id,
        time_zone=row.time_zone,
        energy_kwh=Decimal(row.energy_kwh),
        ended_at=datetime.fromisoformat(row.ended_at),
        charged=Money(int(row.minor), row.currency),
    )
