"""Hosts in the database."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Boolean, Column, Index, Row, Text, delete, select, update
from sqlalchemy.dialects.postgresql import insert

from app.infra.database import Work
from app.infra.tables import UtcDateTime, operator_table, scoped
from app.people.identity.hosts.model import Host
from app.people.identity.store import operators

hosts = operator_table(
    "operator_host",
    Column("name", Text, primary_key=True),
    Column("added_at", UtcDateTime, nullable=False),
    Column("verified_at", UtcDateTime),
    Column("main", Boolean, nullable=False, server_default="false"),
    Column("vouched", Boolean, nullable=False, server_default="false"),
    Column("missing_since", UtcDateTime),
)
# A host leads to one operator; any number may say that it is theirs.
Index(
    "uq_operator_host_verified",
    hosts.c.name,
    unique=True,
    postgresql_where=hosts.c.verified_at.is_not(None),
)
Index(
    "uq_operator_host_main",
    hosts.c.operator_id,
    unique=True,
    postgresql_where=hosts.c.main,
)


async def of_operator(work: Work) -> list[Host]:
    """Return the hosts of the work's operator, the main one first."""
    found = await work.execute(scoped(hosts, work).order_by(hosts.c.main.desc(), hosts.c.name))
    return [_host(row) for row in found]


async def find(work: Work, name: str) -> Host | None:
    """Return a host of the work's operator, or None."""
    found = await work.execute(scoped(hosts, work).where(hosts.c.name == name))
    row = found.one_or_none()
    return None if row is None else _host(row)


async def owner(work: Work, name: str) -> UUID | None:
    """Return who has proved the host, or None; *work* is of every operator."""
    asked = select(hosts.c.operator_id).where(
        hosts.c.name == name, hosts.c.verified_at.is_not(None)
    )
    found: UUID | None = (await work.execute(asked)).scalar_one_or_none()
    return found


async def save(work: Work, host: Host) -> None:
    """Insert or overwrite *host*."""
    values = {
        "added_at": host.added_at,
        "verified_at": host.verified_at,
        "main": host.main,
        "vouched": host.vouched,
        "missing_since": host.missing_since,
    }
    statement = insert(hosts).values(operator_id=host.operator_id, name=host.name, **values)
    await work.execute(
        statement.on_conflict_do_update(index_elements=["operator_id", "name"], set_=values)
    )


async def no_main(work: Work) -> None:
    """Let no host of the work's operator be the main one."""
    await work.execute(
        update(hosts).where(hosts.c.operator_id == work.operator_id).values(main=False)
    )


async def remove(work: Work, name: str) -> None:
    """Remove a host of the work's operator."""
    await work.execute(
        delete(hosts).where(hosts.c.operator_id == work.operator_id, hosts.c.name == name)
    )


async def verified(work: Work, names: Sequence[str] | None = None) -> list[Host]:
    """Return the hosts that are proved, all or those with *names*; *work* is of every operator."""
    asked = select(hosts).where(hosts.c.verified_at.is_not(None))
    found = await work.execute(asked if names is None else asked.where(hosts.c.name.in_(names)))
    return [_host(row) for row in found]


async def slugs(work: Work) -> dict[str, tuple[UUID, datetime]]:
    """Return every operator and when it was changed, by slug; *work* is of every operator."""
    columns = (operators.c.slug, operators.c.operator_id, operators.c.changed_at)
    return {
        row.slug: (row.operator_id, row.changed_at) for row in await work.execute(select(*columns))
    }


def _host(row: Row[Any]) -> Host:
    return Host(
        operator_id=row.operator_id,
        name=row.name,
        added_at=row.added_at,
        verified_at=row.verified_at,
        main=row.main,
        vouched=row.vouched,
        missing_since=row.missing_since,
    )
