"""Meter samples in the database."""

from collections.abc import Sequence
from datetime import datetime
from hashlib import blake2b
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    Column,
    Index,
    Interval,
    Numeric,
    Text,
    TextualSelect,
    Uuid,
    and_,
    bindparam,
    delete,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, insert

from app.charging.sessions.metering.trust import (
    CLOCK_TOLERANCE,
    LARGEST_BATTERY_WH,
    POWER_FACTOR,
    SLACK_SECONDS,
    SLACK_WH,
)
from app.charging.sessions.model import MeterSample, SampleReport, Session, SessionState
from app.charging.sessions.store import session_of, sessions
from app.infra.database import Work
from app.infra.ready import Ready
from app.infra.tables import UtcDateTime, operator_table, scoped

samples = operator_table(
    "meter_sample",
    Column("session_id", Uuid, primary_key=True),
    Column("taken_at", UtcDateTime, primary_key=True),
    Column("fingerprint", BigInteger, primary_key=True),
    Column("received_at", UtcDateTime, nullable=False),
    Column("energy_wh", Numeric(18, 3)),
    Column("power_w", Numeric(18, 3)),
    Column("soc", Numeric(6, 3)),
    Column("context", Text, nullable=False),
    Column("signed", Text),
    # Rows come in the order of this time, so a few pages tell where the old ones are.
    Index("ix_meter_sample_received_at", "received_at", postgresql_using="brin"),
)

_SAMPLE = ("taken_at", "received_at", "energy_wh", "power_w", "soc", "context", "signed")

# One statement, so that the busiest path costs one round trip: it inserts what is new and moves the
# session's register to the highest value that the EVSE can have delivered since its start and since
# the last register that was believed (the same rule as `trust.believable_energy_wh`).
_MEASURE = """
WITH target AS (
    SELECT session_id, meter_start_wh, register_wh, register_at, started_at,
           clock_offset, max_power_kw * :factor * 1000 / 3600 AS wh_per_second
    FROM session
    WHERE operator_id = :operator AND state = :active AND {which}
), incoming AS (
    SELECT target.*, new.*, CASE
        WHEN new.taken_at + clock_offset BETWEEN started_at - :tolerance
                                             AND new.received_at + :tolerance
        THEN least(greatest(new.taken_at + clock_offset, started_at), new.received_at)
        WHEN new.taken_at BETWEEN started_at - :tolerance AND new.received_at + :tolerance
        THEN least(greatest(new.taken_at, started_at), new.received_at)
        ELSE new.received_at END AS at
    FROM target, unnest(:taken_at, :fingerprint, :received_at, :energy_wh, :power_w, :soc,
                        :context, :signed)
        AS new(taken_at, fingerprint, received_at, energy_wh, power_w, soc, context, signed)
), inserted AS (
    INSERT INTO meter_sample (operator_id, session_id, taken_at, fingerprint, received_at,
                              energy_wh, power_w, soc, context, signed)
    SELECT :operator, session_id, taken_at, fingerprint, received_at,
           energy_wh, power_w, soc, context, signed
    FROM incoming
    ON CONFLICT DO NOTHING
    RETURNING taken_at, fingerprint
), fresh AS (
    SELECT incoming.*,
           energy_wh >= greatest(coalesce(register_wh, energy_wh), 0)
           AND energy_wh - coalesce(register_wh, energy_wh) <= :slack_wh + wh_per_second
               * (:slack_seconds + greatest(extract(epoch FROM at - register_at), 0))
           AND energy_wh - coalesce(meter_start_wh, energy_wh) <= :slack_wh + wh_per_second
               * (:slack_seconds + greatest(extract(epoch FROM at - started_at), 0)) AS plausible
    FROM incoming JOIN inserted USING (taken_at, fingerprint)
), news AS (
    SELECT session_id, max(at) AS at, max(received_at) AS heard_at,
           min(energy_wh) FILTER (WHERE plausible) AS first,
           max(energy_wh) FILTER (WHERE plausible) AS register,
           max(at) FILTER (WHERE plausible) AS register_at,
           (array_agg(power_w ORDER BY at DESC) FILTER (WHERE power_w IS NOT NULL))[1] AS power
    FROM fresh GROUP BY session_id
)
UPDATE session SET
    meter_start_wh = coalesce(session.meter_start_wh, news.first),
    register_wh = greatest(session.register_wh, news.register),
    register_at = greatest(session.register_at, news.register_at),
    power_w = CASE WHEN session.last_sample_at > news.at THEN session.power_w
                   ELSE coalesce(news.power, session.power_w) END,
    last_sample_at = greatest(session.last_sample_at, news.at),
    heard_at = greatest(session.heard_at, news.heard_at)
FROM news
WHERE session.operator_id = :operator AND session.session_id = news.session_id
  AND session.state = :active
RETURNING session.*
"""


def _measuring(which: str) -> TextualSelect:
    arrays = {name: ARRAY(samples.c[name].type) for name in (*_SAMPLE, "fingerprint")}
    return (
        text(_MEASURE.replace("{which}", which))
        .bindparams(
            bindparam("operator", type_=Uuid),
            bindparam("active", SessionState.ACTIVE, type_=Text),
            bindparam("tolerance", CLOCK_TOLERANCE, type_=Interval),
            bindparam("factor", POWER_FACTOR, type_=Numeric),
            bindparam("slack_wh", SLACK_WH + LARGEST_BATTERY_WH, type_=Numeric),
            bindparam("slack_seconds", SLACK_SECONDS, type_=Numeric),
            *(bindparam(name, type_=kind) for name, kind in arrays.items()),
        )
        .columns(*sessions.c)
    )


_BY_TRANSACTION = Ready(_measuring("identity = :identity AND transaction_id = :transaction"))
_BY_SESSION = Ready(
    _measuring("session_id = :session").bindparams(bindparam("session", type_=Uuid))
)


async def measure_transaction(work: Work, report: SampleReport) -> Session | None:
    """
    Insert the samples of a running transaction and move its session forward, in one statement.

    Returns the session after it; None when no session runs this transaction, or nothing was new.
    """
    which = {"identity": report.identity, "transaction": report.transaction_id}
    return await _measure(work, _BY_TRANSACTION, which, report.samples)


async def measure_session(
    work: Work, session_id: UUID, new: Sequence[MeterSample]
) -> Session | None:
    """Insert the samples of a running session as `measure_transaction` does."""
    return await _measure(work, _BY_SESSION, {"session": session_id}, new)


async def add_samples(work: Work, session_id: UUID, new: Sequence[MeterSample]) -> int:
    """Insert those of *new* that are not known yet; return how many."""
    if not new:
        return 0
    key = {"operator_id": work.operator_id, "session_id": session_id}
    rows = [_row(sample) | key for sample in new]
    done = await work.execute(insert(samples).values(rows).on_conflict_do_nothing())
    return done.rowcount


async def forget_samples(work: Work, before: datetime) -> None:
    """Delete the unsigned samples of all operators that came, and whose session ended, *before*."""
    its = and_(
        sessions.c.operator_id == samples.c.operator_id,
        sessions.c.session_id == samples.c.session_id,
    )
    await work.execute(
        delete(samples)
        .where(its, sessions.c.ended_at < before)
        .where(samples.c.received_at < before, samples.c.signed.is_(None))
    )


async def samples_of(work: Work, session_id: UUID) -> list[MeterSample]:
    """Return the samples of a session by the charge point's time."""
    query = scoped(samples, work).where(samples.c.session_id == session_id)
    query = query.order_by(samples.c.taken_at, samples.c.received_at, samples.c.energy_wh)
    found = await work.execute(query)
    return [MeterSample(**{name: getattr(row, name) for name in _SAMPLE}) for row in found]


async def _measure(
    work: Work, statement: Ready, which: dict[str, Any], new: Sequence[MeterSample]
) -> Session | None:
    rows = [_row(sample) for sample in new]
    columns = {name: [row[name] for row in rows] for name in (*_SAMPLE, "fingerprint")}
    row = await work.row(statement, {"operator": work.operator_id, **which, **columns})
    return None if row is None else session_of(row)


def _row(sample: MeterSample) -> dict[str, Any]:
    values = {name: getattr(sample, name) for name in _SAMPLE}
    said = "|".join(str(values[name]) for name in _SAMPLE[2:])
    digest = blake2b(said.encode(), digest_size=8).digest()
    return values | {"fingerprint": int.from_bytes(digest, "big", signed=True)}
