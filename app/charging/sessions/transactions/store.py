"""Transactions and orphaned reports in the database."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import (
    Boolean,
    Column,
    ColumnElement,
    Index,
    Numeric,
    Row,
    Text,
    Uuid,
    and_,
    delete,
    func,
    or_,
    select,
    update,
)
from sqlalchemy import Sequence as NumberSequence
from sqlalchemy.dialects.postgresql import JSONB, insert

from app.charging.chargers.model import Evse
from app.charging.sessions.model import SampleReport, Session, StartReport, StopReport
from app.charging.sessions.store import sessions
from app.charging.sessions.transactions.model import Transaction, Verdict, place_of
from app.infra.database import Work
from app.infra.tables import UtcDateTime, metadata, operator_table, scoped

_KINDS: Mapping[str, type[SampleReport | StopReport]] = {
    kind.__name__: kind for kind in (SampleReport, StopReport)
}
# OCPP 1.6: transactionId is a 32-bit integer; -1 and 0 mean none to some charge points.
transaction_ids = NumberSequence(
    "ocpp_transaction_id", start=1, maxvalue=2**31 - 1, metadata=metadata
)

transactions = operator_table(
    "ocpp_transaction",
    Column("identity", Text, primary_key=True),
    Column("transaction_id", Text, primary_key=True),
    Column("ours", Boolean, nullable=False),
    Column("place", Text, nullable=False),
    Column("id_tag", Text),
    Column("at", UtcDateTime),
    Column("meter_start_wh", Numeric(18, 3)),
    Column("received_at", UtcDateTime, nullable=False),
    Column("verdict", Text, nullable=False),
    Column("session_id", Uuid),
    Column("stop_at", UtcDateTime),
    Column("stop_received_at", UtcDateTime),
    Column("meter_stop_wh", Numeric(18, 3)),
    Column("stop_reason", Text),
)
_t = transactions.c
Index(
    "uq_ocpp_transaction_start",
    *(_t.operator_id, _t.identity, _t.place, _t.id_tag, _t.at, _t.meter_start_wh),
    unique=True,
    postgresql_where=_t.ours,
    postgresql_nulls_not_distinct=True,
)

orphans = operator_table(
    "orphan_report",
    Column("orphan_id", Uuid, primary_key=True),
    Column("identity", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("transaction_id", Text),
    Column("body", JSONB, nullable=False),
    Column("received_at", UtcDateTime, nullable=False),
)


async def of_start(work: Work, report: StartReport) -> Transaction | None:
    """Return the transaction that this very start led to before, or None."""
    found = await work.execute(scoped(transactions, work).where(_same_start(report)))
    row = found.one_or_none()
    return None if row is None else _transaction(row)


async def add(
    work: Work, report: StartReport, verdict: Verdict, session: Session | None
) -> Transaction:
    """Insert the transaction with its number and return it, or the one that a twin inserted."""
    number = report.station_transaction_id or str(
        (await work.execute(select(transaction_ids.next_value()))).scalar_one()
    )
    values = {
        "verdict": verdict,
        "session_id": None if session is None else session.session_id,
        "id_tag": report.id_tag,
        "at": report.at,
        "meter_start_wh": report.meter_start_wh,
        "received_at": report.received_at,
    }
    statement = insert(transactions).values(
        operator_id=work.operator_id,
        identity=report.identity,
        transaction_id=number,
        ours=report.station_transaction_id is None,
        place=place_of(report.evse_no, report.connector_no),
        **values,
    )
    if report.station_transaction_id is None:
        statement = statement.on_conflict_do_nothing()
    else:
        # 2.x: a transaction that began without a token is bound by a later event.
        statement = statement.on_conflict_do_update(
            index_elements=["operator_id", "identity", "transaction_id"],
            set_=values,
            where=_t.session_id.is_(None),
        )
    await work.execute(statement)
    found = await work.execute(scoped(transactions, work).where(_same_start(report)))
    return _transaction(found.one())


async def rename(work: Work, known: Transaction) -> str:
    """Make a transaction's id free for another one of the same charge point; return its new id."""
    name = f"{known.transaction_id}~{work.ids.uuid7(work.now)}"
    its = and_(
        _t.operator_id == work.operator_id,
        _t.identity == known.identity,
        _t.transaction_id == known.transaction_id,
    )
    await work.execute(update(transactions).where(its).values(transaction_id=name))
    return name


async def any_running(work: Work, evse: Evse, since: datetime) -> bool:
    """Tell whether a transaction began at *evse* after *since* whose stop has not come."""
    here = or_(_t.place.like(f"{evse.evse_no}/%"), _t.place == f"-/{evse.ocpp16_connector_id}")
    query = scoped(transactions, work, _t.transaction_id).where(
        _t.identity == evse.identity, here, _t.stop_received_at.is_(None), _t.received_at >= since
    )
    return (await work.execute(query.limit(1))).first() is not None


async def record_stop(work: Work, report: StopReport) -> bool:
    """Keep the first stop of a known transaction with it; False when the transaction is unknown."""
    its = and_(
        _t.operator_id == work.operator_id,
        _t.identity == report.identity,
        _t.transaction_id == (report.transaction_id or ""),
    )
    done = await work.execute(
        update(transactions)
        .where(its)
        .values(
            stop_at=func.coalesce(_t.stop_at, report.at),
            stop_received_at=func.coalesce(_t.stop_received_at, report.received_at),
            meter_stop_wh=func.coalesce(_t.meter_stop_wh, report.meter_stop_wh),
            stop_reason=func.coalesce(_t.stop_reason, report.reason),
        )
    )
    return done.rowcount > 0


async def forget_transactions(work: Work, before: datetime) -> None:
    """Delete the transactions of all operators that began *before*, but for running sessions'."""
    running = select(sessions.c.session_id).where(
        sessions.c.operator_id == _t.operator_id,
        sessions.c.session_id == _t.session_id,
        sessions.c.ended_at.is_(None),
    )
    await work.execute(delete(transactions).where(_t.received_at < before, ~running.exists()))


async def forget_orphans(work: Work, before: datetime) -> None:
    """Delete the orphaned reports of all operators that came *before*."""
    await work.execute(delete(orphans).where(orphans.c.received_at < before))


async def add_orphans(work: Work, reports: Sequence[SampleReport | StopReport]) -> None:
    """Keep reports that belong to no session."""
    rows = [
        {
            "operator_id": work.operator_id,
            "orphan_id": work.ids.uuid7(work.now),
            "identity": report.identity,
            "kind": type(report).__name__,
            "transaction_id": report.transaction_id,
            "body": msgspec.to_builtins(report),
            "received_at": work.now,
        }
        for report in reports
    ]
    await work.execute(orphans.insert(), rows)


async def take_orphans(
    work: Work, session: Session, transaction: Transaction
) -> list[SampleReport | StopReport]:
    """Return, and no longer keep as orphans, what came of a transaction before its start."""
    o = orphans.c
    of_tag = and_(o.kind == StopReport.__name__, o.body["id_tag"].astext == session.id_tag)
    found = await work.execute(
        delete(orphans)
        .where(o.operator_id == work.operator_id, o.identity == session.identity)
        .where(o.received_at >= session.created_at)
        .where(or_(o.transaction_id == transaction.transaction_id, of_tag))
        .returning(o.kind, o.body, o.orphan_id)
    )
    rows = sorted(found, key=lambda row: str(row.orphan_id))
    return [msgspec.convert(row.body, _KINDS[row.kind]) for row in rows]


def _transaction(row: Row[Any]) -> Transaction:
    verdict = Verdict(row.verdict)
    is_over = row.stop_received_at is not None
    return Transaction(row.identity, row.transaction_id, verdict, row.session_id, is_over)


def _same_start(report: StartReport) -> ColumnElement[bool]:
    if report.station_transaction_id is not None:
        return and_(
            _t.identity == report.identity, _t.transaction_id == report.station_transaction_id
        )
    return and_(
        _t.ours,
        _t.identity == report.identity,
        _t.place == place_of(report.evse_no, report.connector_no),
        _t.id_tag.is_not_distinct_from(report.id_tag),
        _t.at.is_not_distinct_from(report.at),
        _t.meter_start_wh.is_not_distinct_from(report.meter_start_wh),
    )
