"""The table of tariff versions."""

from functools import lru_cache
from typing import Any

from sqlalchemy import Column, Integer, Row, Text, func, insert, select

from app.infra.database import Work
from app.infra.tables import UtcDateTime, operator_table, scoped
from app.pricing.tariffs.model import Tariff, TariffVersion
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
)
tariff_version.info["final"] = True


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
        )
    )


async def find(work: Work, tariff_id: str, version: int) -> TariffVersion | None:
    """Return a version of a tariff, or None."""
    columns = tariff_version.c
    query = scoped(tariff_version, work).where(
        columns.tariff_id == tariff_id, columns.version == version
    )
    row = (await work.execute(query)).first()
    return None if row is None else version_of(row)


def version_of(row: Row[Any]) -> TariffVersion:
    """Return the version that a row with its columns is."""
    found = row._mapping  # noqa: SLF001 - SQLAlchemy's documented way
    return TariffVersion(
        operator_id=found["operator_id"],
        tariff_id=found["tariff_id"],
        version=found["version"],
        tariff=_tariff(found["body"]),
        published_at=found["published_at"],
    )


@lru_cache(maxsize=1024)
def _tariff(body: str) -> Tariff:
    """Read a body once: every look at a socket brings the same ones."""
    return read_tariff(body)
