"""Meter samples in the database."""

from collections.abc import Sequence
from datetime import UTC, datetime
from decimal import Decimal
from hashlib import blake2b
from typing import Any, Final
from uuid import UUID

import msgspec
from msgspec.structs import astuple
from sqlalchemy import (
    BigInteger,
    BindParameter,
    Column,
    Index,
    Interval,
    Numeric,
    Text,
    Uuid,
    and_,
    bindparam,
    column,
    delete,
    select,
    text,
)
from sqlalchemy.dialects.postgresql import insert

from app.charging.sessions.metering.trust import (
    CLOCK_TOLERANCE,
    LARGEST_BATTERY_WH,
    POWER_FACTOR,
    SLACK_SECONDS,
    SLACK_WH,
)
from app.charging.sessions.model import MeterSample, Reading, SampleReport, SessionState
from app.charging.sessions.store import sessions
from app.infra.database import Work
from app.infra.ready import Ready
from app.infra.tables import UtcDateTime, operator_table

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

_SAMPLE = MeterSample.__struct_fields__

# One statement for the reports of many sessions of an operator, so that the busiest path costs
# three round trips for all of them: it inserts what is new and moves each session's register to the
# highest value that the EVSE can have delivered since its start and since the last register that
# was believed (the same rule as `trust.believable_energy_wh`).
# A row that somebody else has locked is left out, so that no session waits for another one's, and
# no two statements for each other. Each session is looked up by its key (LATERAL and LIMIT leave
# PostgreSQL no other way: a scan of all would cost more than all else), and found again by the
# place (ctid) of its locked row, where it stays until the commit. Its key is asked for twice: then
# PostgreSQL expects few rows, and looks up what follows by keys, too.
_MEASURE = """
WITH locked AS (
    SELECT target.*, new.*
    FROM json_to_recordset(CAST(:told AS text)::json) AS new(
        place integer, told_identity text, told_transaction text, fingerprint bigint,
        taken_at timestamptz, received_at timestamptz, energy_wh numeric, power_w numeric,
        soc numeric, context text, signed text)
    CROSS JOIN LATERAL (
        SELECT session.ctid AS row, session_id, identity, transaction_id, meter_start_wh,
               register_wh, register_at, started_at, clock_offset,
               max_power_kw * :factor * 1000 / 3600 AS wh_per_second
        FROM session
        WHERE operator_id = :operator AND state = :active AND {its}
        LIMIT 1 FOR NO KEY UPDATE SKIP LOCKED
    ) AS target
    WHERE {again}
), inserted AS (
    INSERT INTO meter_sample (operator_id, session_id, taken_at, fingerprint, received_at,
                              energy_wh, power_w, soc, context, signed)
    SELECT :operator, session_id, taken_at, fingerprint, received_at,
           energy_wh, power_w, soc, context, signed
    FROM locked
    ON CONFLICT DO NOTHING
), timed AS MATERIALIZED (
    SELECT *, NOT EXISTS (
            SELECT FROM meter_sample AS known
            WHERE known.operator_id = :operator AND known.session_id = locked.session_id
              AND known.taken_at = locked.taken_at AND known.fingerprint = locked.fingerprint
        ) AS is_new, CASE
        WHEN taken_at + clock_offset BETWEEN started_at - :tolerance AND received_at + :tolerance
        THEN least(greatest(taken_at + clock_offset, started_at), received_at)
        WHEN taken_at BETWEEN started_at AND received_at + :tolerance
        THEN least(taken_at, received_at)
        ELSE received_at END AS at
    FROM locked
), judged AS MATERIALIZED (
    SELECT *, is_new AND energy_wh >= greatest(coalesce(register_wh, energy_wh), 0)
           AND energy_wh - coalesce(register_wh, energy_wh) <= :slack_wh + wh_per_second
               * (:slack_seconds + greatest(extract(epoch FROM at - register_at), 0))
           AND energy_wh - coalesce(meter_start_wh, energy_wh) <= :slack_wh + wh_per_second
               * (:slack_seconds + greatest(extract(epoch FROM at - started_at), 0)) AS plausible
    FROM timed
), news AS (
    SELECT row, array_agg(DISTINCT place) AS places,
           max(at) FILTER (WHERE is_new) AS at,
           max(received_at) FILTER (WHERE is_new) AS heard_at,
           min(energy_wh) FILTER (WHERE plausible) AS first,
           max(energy_wh) FILTER (WHERE plausible) AS register,
           max(at) FILTER (WHERE plausible) AS register_at,
           (array_agg(power_w ORDER BY at DESC)
                FILTER (WHERE is_new AND power_w IS NOT NULL))[1] AS power
    FROM judged GROUP BY row
), moved AS (
    UPDATE session SET
        meter_start_wh = coalesce(session.meter_start_wh, news.first),
        register_wh = greatest(session.register_wh, news.register),
        register_at = greatest(session.register_at, news.register_at),
        power_w = CASE WHEN session.last_sample_at > news.at THEN session.power_w
                       ELSE coalesce(news.power, session.power_w) END,
        last_sample_at = greatest(session.last_sample_at, news.at),
        heard_at = greatest(session.heard_at, news.heard_at)
    FROM news
    WHERE session.ctid = news.row
    RETURNING news.places, session.session_id, news.at, session.power_w,
              greatest(session.register_wh - session.meter_start_wh, 0) AS energy_wh
)
SELECT json_agg(moved)::text AS moved FROM moved
"""
_BY_TRANSACTION = (
    "session.identity = new.told_identity AND session.transaction_id = new.told_transaction",
    "target.identity = new.told_identity AND target.transaction_id = new.told_transaction",
)
_BY_SESSION = ("session.session_id = :session", "target.session_id = :session")


def _measuring(its: str, again: str, *names: BindParameter[Any]) -> Ready:
    statement = text(_MEASURE.replace("{its}", its).replace("{again}", again)).bindparams(
        *names,
        bindparam("operator", type_=Uuid),
        bindparam("active", SessionState.ACTIVE, type_=Text),
        bindparam("tolerance", CLOCK_TOLERANCE, type_=Interval),
        bindparam("factor", POWER_FACTOR, type_=Numeric),
        bindparam("slack_wh", SLACK_WH + LARGEST_BATTERY_WH, type_=Numeric),
        bindparam("slack_seconds", SLACK_SECONDS, type_=Numeric),
        bindparam("told", type_=Text),
    )
    return Ready(statement.columns(column("moved")))


_OF_SESSION = Ready(
    select(*(samples.c[name] for name in _SAMPLE))
    .where(
        samples.c.operator_id == bindparam("of_operator"),
        samples.c.session_id == bindparam("of_session"),
    )
    .order_by(samples.c.taken_at, samples.c.received_at, samples.c.energy_wh)
)
_TRANSACTIONS = _measuring(*_BY_TRANSACTION)
_SESSION = _measuring(*_BY_SESSION, bindparam("session", type_=Uuid))


class _Told(msgspec.Struct, frozen=True, gc=False):
    """A sample on its way to the statement above: as JSON: the driver's arrays cost more."""

    place: int
    told_identity: str
    told_transaction: str | None
    fingerprint: int
    taken_at: datetime
    received_at: datetime
    energy_wh: Decimal | None
    power_w: Decimal | None
    soc: Decimal | None
    context: str
    signed: str | None


class Measured(msgspec.Struct, frozen=True, gc=False):
    """
    A running session after its samples, and what can be believed of them.

    *places* are those of its reports, from 0. *at* is None when nothing was new.
    """

    places: Sequence[int]
    session_id: UUID
    at: datetime | None
    power_w: Decimal | None
    energy_wh: Decimal | None

    @property
    def reading(self) -> Reading | None:
        """Return what was measured, or None when nothing was new."""
        if self.at is None:
            return None
        return Reading(self.at.astimezone(UTC), self.energy_wh or Decimal(0), self.power_w)


_moved: Final = msgspec.json.Decoder(list[Measured]).decode


async def measure_transactions(work: Work, reports: Sequence[SampleReport]) -> list[Measured]:
    """
    Insert the samples of running transactions and move their sessions forward, in one statement.

    A report is left out when no session runs its transaction, or when somebody holds the session.
    """
    return await _measure(work, _TRANSACTIONS, reports)


async def measure_session(work: Work, session_id: UUID, report: SampleReport) -> Reading | None:
    """Do the same for a running session whose row this work holds; None when nothing was new."""
    measured = await _measure(work, _SESSION, [report], session=session_id)
    return measured[0].reading if measured else None


async def add_samples(work: Work, session_id: UUID, new: Sequence[MeterSample]) -> int:
    """Insert those of *new* that are not known yet; return how many."""
    if not new:
        return 0
    key = {"operator_id": work.operator_id, "session_id": session_id}
    rows = [
        dict(zip(_SAMPLE, astuple(sample), strict=True))
        | {"fingerprint": _fingerprint(sample)}
        | key
        for sample in new
    ]
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
    asked = {"of_operator": work.operator_id, "of_session": session_id}
    return [MeterSample(*row) for row in await work.rows(_OF_SESSION, asked)]


async def _measure(
    work: Work, statement: Ready, reports: Sequence[SampleReport], **asked: UUID
) -> list[Measured]:
    told = [
        _Told(
            place,
            report.identity,
            report.transaction_id,
            _fingerprint(sample),
            *astuple(sample),
        )
        for place, report in enumerate(reports)
        for sample in report.samples
    ]
    given = {"operator": work.operator_id, **asked, "told": msgspec.json.encode(told).decode()}
    (row,) = await work.rows(statement, given)
    return [] if row.moved is None else _moved(row.moved)


def _fingerprint(sample: MeterSample) -> int:
    """Return what tells two samples of one instant apart."""
    energy, power, soc = sample.energy_wh, sample.power_w, sample.soc
    # !s, because to format a Decimal takes twice as long as to write it.
    said = f"{energy!s}|{power!s}|{soc!s}|{sample.context}|{sample.signed}"
    return int.from_bytes(blake2b(said.encode(), digest_size=8).digest(), "big", signed=True)
