"""Tables of tariff versions and of where they hold."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import (
    Column,
    ColumnElement,
    Integer,
    Row,
    Select,
    Text,
    and_,
    case,
    func,
    insert,
    literal,
    or_,
    select,
    update,
)

from app.infra.database import Work
from app.infra.tables import UtcDateTime, operator_table, scoped
from app.pricing.tariffs.model import Target, TargetKind, TariffVersion
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

tariff_assignment = operator_table(
    "tariff_assignment",
    Column("target_kind", Text, primary_key=True),
    Column("target_id", Text, primary_key=True),
    Column("valid_from", UtcDateTime, primary_key=True),
    Column("valid_until", UtcDateTime),
    Column("tariff_id", Text, nullable=False),
)

_RANK = {TargetKind.EVSE: 0, TargetKind.LOCATION: 1, TargetKind.OPERATOR: 2}


async def newest(work: Work, tariff_id: str) -> tuple[TariffVersion, str] | None:
    """Return the newest version and its digest, or None; nobody else publishes meanwhile."""
    lock = func.pg_advisory_xact_lock(func.hashtextextended(f"{work.operator_id}/{tariff_id}", 0))
    await work.execute(select(lock))
    query = scoped(tariff_version, work).where(tariff_version.c.tariff_id == tariff_id)
    row = (await work.execute(query.order_by(tariff_version.c.version.desc()).limit(1))).first()
    return None if row is None else (_version(row), row.digest)


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
    return None if row is None else _version(row)


async def assignment(work: Work, target: Target, at: datetime) -> str | None:
    """Return the tariff that is assigned to exactly this target at *at*, or None."""
    query = scoped(tariff_assignment, work, tariff_assignment.c.tariff_id).where(
        _is(target), _holds(at)
    )
    tariff_id: str | None = (await work.execute(query)).scalar_one_or_none()
    return tariff_id


async def assign(work: Work, tariff_id: str, target: Target, since: datetime) -> None:
    """End what holds for the target from *since* on, drop what would begin later, begin this."""
    await end(work, target, since)
    await work.execute(
        insert(tariff_assignment).values(
            operator_id=work.operator_id,
            target_kind=target.kind.value,
            target_id=target.id,
            valid_from=since,
            tariff_id=tariff_id,
        )
    )


async def end(work: Work, target: Target, at: datetime) -> None:
    """End what holds for the target at *at*, and drop what would begin later."""
    mine = and_(tariff_assignment.c.operator_id == work.operator_id, _is(target))
    await work.execute(tariff_assignment.delete().where(mine, tariff_assignment.c.valid_from >= at))
    await work.execute(update(tariff_assignment).where(mine, _holds(at)).values(valid_until=at))


async def assigned(work: Work, at: datetime) -> dict[Target, str]:
    """Return what holds at *at*, target by target."""
    rows = await work.execute(scoped(tariff_assignment, work).where(_holds(at)))
    return {Target(TargetKind(row.target_kind), row.target_id): row.tariff_id for row in rows}


async def choose(work: Work, targets: Sequence[Target]) -> TariffVersion | None:
    """Return the newest version of the tariff of the most specific of *targets*, or None."""
    row = (await work.execute(_choice(work, targets))).first()
    return None if row is None else _version(row)


def _choice(work: Work, targets: Sequence[Target]) -> Select[tuple[object, ...]]:
    versions, places = tariff_version.c, tariff_assignment.c
    rank = case(
        *((places.target_kind == kind.value, literal(rank)) for kind, rank in _RANK.items())
    )
    return (
        scoped(tariff_version, work)
        .join(
            tariff_assignment,
            and_(
                places.operator_id == versions.operator_id, places.tariff_id == versions.tariff_id
            ),
        )
        .where(or_(*(_is(target) for target in targets)), _holds(work.now))
        .where(or_(versions.valid_from.is_(None), versions.valid_from <= work.now))
        .where(or_(versions.valid_until.is_(None), versions.valid_until > work.now))
        .order_by(rank, versions.version.desc())
        .limit(1)
    )


def _is(target: Target) -> ColumnElement[bool]:
    columns = tariff_assignment.c
    return and_(columns.target_kind == target.kind.value, columns.target_id == target.id)


def _holds(at: datetime) -> ColumnElement[bool]:
    columns = tariff_assignment.c
    return and_(
        columns.valid_from <= at, or_(columns.valid_until.is_(None), columns.valid_until > at)
    )


def _version(row: Row[tuple[object, ...]]) -> TariffVersion:
    found = row._mapping  # noqa: SLF001 - SQLAlchemy's documented way
    return TariffVersion(
        operator_id=found["operator_id"],
        tariff_id=found["tariff_id"],
        version=found["version"],
        tariff=read_tariff(found["body"]),
        published_at=found["published_at"],
    )
