"""Calls to charge points in the database."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Column, Index, Row, Text, Uuid, delete, update
from sqlalchemy.dialects.postgresql import insert

from app.charging.chargers.calls.model import Call, CallError, CallOutcome, Reply
from app.infra.database import Work
from app.infra.tables import UtcDateTime, operator_table, scoped

calls = operator_table(
    "charge_point_call",
    Column("call_id", Uuid, primary_key=True),
    Column("identity", Text, nullable=False),
    Column("action", Text, nullable=False),
    Column("payload", Text, nullable=False),
    Column("asked_by", Text, nullable=False),
    Column("asked_at", UtcDateTime, nullable=False),
    Column("key", Text),
    Column("outcome", Text, nullable=False),
    Column("answer", Text),
    Column("error_code", Text),
    Column("error_description", Text),
    Column("error_details", Text),
    Column("detail", Text, nullable=False, server_default=""),
    Column("answered_at", UtcDateTime),
)
_c = calls.c
Index("ix_charge_point_call_identity", _c.operator_id, _c.identity, _c.call_id)
Index(
    "uq_charge_point_call_key",
    *(_c.operator_id, _c.key),
    unique=True,
    postgresql_where=_c.key.is_not(None),
)


async def open_call(work: Work, call: Call, key: str | None) -> Call:
    """Insert *call* and return it; the one that has this *key* already is returned instead."""
    statement = insert(calls).values(**_row(work, call), key=key).on_conflict_do_nothing()
    done = await work.execute(statement)
    if done.rowcount:
        return call
    found = await work.execute(scoped(calls, work).where(_c.key == key))
    return _call(found.one())


async def add(work: Work, done: Sequence[Call]) -> None:
    """Insert calls that are over."""
    if done:
        await work.execute(insert(calls).values([_row(work, call) for call in done]))


async def finish(work: Work, call_id: UUID, reply: Reply) -> None:
    """Keep what came of a call."""
    mine = (_c.operator_id == work.operator_id, _c.call_id == call_id)
    values = _reply_row(reply) | {"answered_at": work.now}
    await work.execute(update(calls).where(*mine).values(values))


async def of_station(work: Work, identity: str, *, before: UUID | None, most: int) -> list[Call]:
    """Return the calls to a charge point made before the one called *before*, latest first."""
    query = scoped(calls, work).where(_c.identity == identity)
    if before is not None:
        query = query.where(_c.call_id < before)
    query = query.order_by(_c.call_id.desc()).limit(most)
    return [_call(row) for row in await work.execute(query)]


async def forget(work: Work, before: datetime) -> None:
    """Delete the calls of all operators that were made *before*."""
    await work.execute(delete(calls).where(_c.asked_at < before))


def _row(work: Work, call: Call) -> dict[str, Any]:
    names = ("call_id", "identity", "action", "payload", "asked_by", "asked_at", "answered_at")
    values = {name: getattr(call, name) for name in names}
    return values | _reply_row(call.reply) | {"operator_id": work.operator_id}


def _reply_row(reply: Reply) -> dict[str, Any]:
    error = reply.error
    return {
        "outcome": reply.outcome,
        "answer": reply.answer,
        "error_code": None if error is None else error.code,
        "error_description": None if error is None else error.description,
        "error_details": None if error is None else error.details,
        "detail": reply.detail,
    }


def _call(row: Row[Any]) -> Call:
    error = None
    if row.error_code is not None:
        error = CallError(row.error_code, row.error_description, row.error_details)
    reply = Reply(CallOutcome(row.outcome), row.answer, error, row.detail)
    return Call(
        call_id=row.call_id,
        identity=row.identity,
        action=row.action,
        payload=row.payload,
        asked_by=row.asked_by,
        asked_at=row.asked_at,
        reply=reply,
        answered_at=row.answered_at,
    )
