"""The table of tariff versions."""

from dataclasses import asdict
from datetime import datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

from sqlalchemy import Column, Integer, Row, Text, bindparam, func, insert, select
from sqlalchemy.dialects.postgresql import distinct_on

from app.infra.database import Work
from app.infra.question import Question
from app.infra.ready import Ready
from app.infra.tables import UtcDateTime, operator_table, scoped
from app.pricing.tariffs.model import SeriesPart, Tariff, TariffVersion
from app.pricing.tariffs.ocpi import encode_tariff, read_tariff

# The body is the OCPI JSON byte for byte as it was published: jsonb would come back as floats.
tariff_version = operator_table(
    "tariff_version",
    Column("tariff_id", Text, primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("digest", Text, nullable=False),
    Column("body", Text, nullable=False),
    Column("valid_from", UtcDateTime),
    Column("valid_until", UtcDateTime),
    Column("published_at", UtcDateTime, nullable=False),
    Column("default_id", Text),
    Column("default_version", Integer),
    Column("series_version", Integer),
    Column("dated", Integer),
)
tariff_version.info["final"] = True

_FOUND = Ready(
    select(tariff_version).where(
        tariff_version.c.operator_id == bindparam("of_operator"),
        tariff_version.c.tariff_id == bindparam("of_tariff"),
        tariff_version.c.version == bindparam("of_version"),
    )
)


async def newest(work: Work, tariff_id: str) -> tuple[TariffVersion, str] | None:
    """Return the newest version and its digest, or None; nobody else publishes meanwhile."""
    lock = func.pg_advisory_xact_lock(func.hashtextextended(f"{work.operator_id}/{tariff_id}", 0))
    await work.execute(select(lock))
    query = scoped(tariff_version, work).where(tariff_version.c.tariff_id == tariff_id)
    row = (await work.execute(query.order_by(tariff_version.c.version.desc()).limit(1))).first()
    return None if row is None else (version_of(row), row.digest)


async def add(work: Work, version: TariffVersion, digest: str) -> None:
    """Insert a version."""
    await work.execute(
        insert(tariff_version).values(
            operator_id=version.operator_id,
            tariff_id=version.tariff_id,
            version=version.version,
            digest=digest,
            body=encode_tariff(version.tariff).decode(),
            valid_from=version.tariff.start_date_time,
            valid_until=version.tariff.end_date_time,
            published_at=version.published_at,
            **_part_columns(version.series),
        )
    )


def find(operator_id: UUID, tariff_id: str, version: int) -> Question[TariffVersion | None]:
    """Ask for a version of a tariff; None: there is none."""
    asked = {"of_operator": operator_id, "of_tariff": tariff_id, "of_version": version}
    return Question(_FOUND, asked, lambda row, _: None if row is None else version_of(row))


async def newest_of_all(work: Work) -> list[TariffVersion]:
    """Return the newest version of each of the operator's tariffs, by id."""
    columns = tariff_version.c
    query = scoped(tariff_version, work).ext(distinct_on(columns.tariff_id))
    rows = await work.execute(query.order_by(columns.tariff_id, columns.version.desc()))
    return [version_of(row) for row in rows]


async def newest_of_default(
    work: Work, version: TariffVersion, at: datetime
) -> TariffVersion | None:
    """Return what was last published by *at* of the tariff of *version* over the same default."""
    columns, part = tariff_version.c, version.series
    assert part is not None, "only what has a series has a default"  # noqa: S101
    query = scoped(tariff_version, work).where(
        columns.tariff_id == version.tariff_id,
        columns.default_id == part.default_id,
        columns.default_version == part.default_version,
        columns.published_at <= at,
    )
    row = (await work.execute(query.order_by(columns.version.desc()).limit(1))).first()
    return None if row is None else version_of(row)


def version_of(row: Row[Any]) -> TariffVersion:
    """Return the version that a row with its columns is."""
    return TariffVersion(
        operator_id=row.operator_id,
        tariff_id=row.tariff_id,
        version=row.version,
        tariff=_tariff(row.body),
        published_at=row.published_at,
        series=_part(row),
    )


def _part(row: Row[Any]) -> SeriesPart | None:
    if row.default_id is None:
        return None
    return SeriesPart(row.default_id, row.default_version, row.series_version, row.dated)


def _part_columns(part: SeriesPart | None) -> dict[str, str | int]:
    return {} if part is None else asdict(part)


@lru_cache(maxsize=1024)
def _tariff(body: str) -> Tariff:
    """Read a body once: every look at a socket brings the same ones."""
    return read_tariff(body)
