"""Tables of price series: how they are defined, what was written to them, and how prices lock."""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
from sqlalchemy import Column, Integer, Row, Text, func, insert, select
from sqlalchemy.dialects.postgresql import insert as upsert

from app.infra.database import Work
from app.infra.tables import UtcDateTime, operator_table, scoped
from app.pricing.tariffs.dynamic.model import Definition, Lock, SeriesVersion, Slot

# Definitions and prices are JSON as text: jsonb would bring their decimals back as floats.
price_series = operator_table(
    "price_series",
    Column("series_id", Text, primary_key=True),
    Column("definition", Text, nullable=False),
    Column("changed_at", UtcDateTime, nullable=False),
)

price_series_version = operator_table(
    "price_series_version",
    Column("series_id", Text, primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("slots", Text, nullable=False),
    Column("source", Text, nullable=False),
    Column("written_at", UtcDateTime, nullable=False),
)
price_series_version.info["final"] = True

price_lock = operator_table(
    "price_lock",
    Column("country", Text, primary_key=True),
    Column("lock", Text, nullable=False),
)

_DEFINITION = msgspec.json.Decoder(Definition)
_SLOTS = msgspec.json.Decoder(tuple[Slot, ...])
ANYWHERE = ""


async def lock_series(work: Work) -> None:
    """Let nobody else write series of this operator until the work ends."""
    key = func.hashtextextended(f"{work.operator_id} price series", 0)
    await work.execute(select(func.pg_advisory_xact_lock(key)))


async def definitions(work: Work) -> dict[str, Definition]:
    """Return the series of the operator by their ids."""
    rows = await work.execute(scoped(price_series, work).order_by(price_series.c.series_id))
    return {row.series_id: _DEFINITION.decode(row.definition) for row in rows}


async def definition(work: Work, series_id: str) -> Definition | None:
    """Return how a series is defined, or None."""
    query = scoped(price_series, work, price_series.c.definition)
    found = (await work.execute(query.where(price_series.c.series_id == series_id))).scalar()
    return None if found is None else _DEFINITION.decode(found)


async def save_definition(work: Work, series: Definition) -> None:
    """Insert or overwrite how a series is defined."""
    values = {"definition": msgspec.json.encode(series).decode(), "changed_at": work.now}
    statement = upsert(price_series).values(
        operator_id=work.operator_id, series_id=series.id, **values
    )
    key = list(price_series.primary_key)
    await work.execute(statement.on_conflict_do_update(index_elements=key, set_=values))


async def newest(work: Work, series_id: str) -> SeriesVersion | None:
    """Return the newest version of a series, or None when nothing was written."""
    columns = price_series_version.c
    query = scoped(price_series_version, work).where(columns.series_id == series_id)
    row = (await work.execute(query.order_by(columns.version.desc()).limit(1))).first()
    return None if row is None else _version(row)


async def find(work: Work, series_id: str, version: int) -> SeriesVersion | None:
    """Return a version of a series, or None."""
    columns = price_series_version.c
    query = scoped(price_series_version, work).where(
        columns.series_id == series_id, columns.version == version
    )
    row = (await work.execute(query)).first()
    return None if row is None else _version(row)


async def add(work: Work, version: SeriesVersion) -> None:
    """Insert a version."""
    await work.execute(
        insert(price_series_version).values(
            operator_id=work.operator_id,
            series_id=version.series_id,
            version=version.version,
            slots=_encoded(version.slots),
            source=version.source,
            written_at=version.written_at,
        )
    )


async def locks(work: Work) -> Mapping[str, Lock]:
    """Return how prices lock by country; the empty one is everywhere else."""
    rows = await work.execute(scoped(price_lock, work))
    return {row.country: Lock(row.lock) for row in rows}


async def save_locks(work: Work, wanted: Mapping[str, Lock]) -> None:
    """Let prices lock as *wanted*, and in no other way."""
    mine = price_lock.c.operator_id == work.operator_id
    await work.execute(price_lock.delete().where(mine))
    for country, lock in wanted.items():
        row = {"operator_id": work.operator_id, "country": country, "lock": str(lock)}
        await work.execute(insert(price_lock).values(row))


def _encoded(slots: Sequence[Slot]) -> str:
    return msgspec.json.encode(slots).decode()


def _version(row: Row[Any]) -> SeriesVersion:
    return SeriesVersion(
        series_id=row.series_id,
        version=row.version,
        slots=_SLOTS.decode(row.slots),
        written_at=row.written_at,
        source=row.source,
    )
