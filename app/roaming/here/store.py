"""Guests, and what platforms were sent, in the database."""

from collections.abc import Mapping, Sequence
from dataclasses import fields
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    Column,
    Index,
    Integer,
    LargeBinary,
    Row,
    Text,
    Uuid,
    and_,
    bindparam,
    delete,
    func,
    select,
)
from sqlalchemy import update as change
from sqlalchemy.dialects.postgresql import JSONB, insert

from app.infra.database import Work
from app.infra.ready import Look, Ready
from app.infra.tables import UtcDateTime, operator_table, scoped
from app.roaming.here.model import Guest, token_in
from app.roaming.platforms.store import gone_platforms
from app.roaming.wire.codec import plain

guests = operator_table(
    "ocpi_guest",
    Column("session_id", Uuid, primary_key=True),
    Column("platform_id", Uuid, nullable=False),
    Column("token", JSONB, nullable=False),
    Column("reference", Text),
    Column("response_url", Text, nullable=False),
    Column("auth_method", Text, nullable=False, server_default="COMMAND"),
    Column("connector_id", Text, nullable=False),
    Column("tariff_id", Text, nullable=False),
    Column("tariff_version", Integer, nullable=False),
    Column("variant", Text, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("asked_at", UtcDateTime),
    Column("answered_at", UtcDateTime),
    Column("cdr_id", Uuid),
    # The journey of who paid at a terminal of the platform, and who makes their invoice.
    Column("journey_id", Uuid),
    Column("invoice_creator", Text),
    # When the session last changed for its platform, by which it asks for pages.
    Column("changed_at", UtcDateTime, nullable=False),
)
_g = guests.c
Index("ix_ocpi_guest_platform", _g.operator_id, _g.platform_id, _g.changed_at)
Index("ix_ocpi_guest_reference", _g.platform_id, _g.reference)
Index("ix_ocpi_guest_open", _g.created_at, postgresql_where=_g.cdr_id.is_(None))

sent = operator_table(
    "ocpi_sent",
    Column("platform_id", Uuid, primary_key=True),
    Column("module", Text, primary_key=True),
    Column("object_id", Text, primary_key=True),
    # SHA-256 of what the platform last said yes to, and where it keeps it.
    Column("digest", LargeBinary, nullable=False),
    Column("url", Text, nullable=False),
    Column("sent_at", UtcDateTime, nullable=False),
)
_s = sent.c
_JOURNEY_OF = Ready(
    select(_g.operator_id, _g.journey_id)
    .where(
        _g.platform_id == bindparam("of_platform"),
        _g.reference == bindparam("of_reference"),
        _g.journey_id.is_not(None),
    )
    .limit(1)
)
_NAMES = tuple(field.name for field in fields(Guest))


async def add(work: Work, guest: Guest) -> None:
    """Insert a guest."""
    values = {name: getattr(guest, name) for name in _NAMES} | {"token": plain(guest.token)}
    row = {"operator_id": work.operator_id, "changed_at": work.now, **values}
    await work.execute(guests.insert().values(row))


async def find(work: Work, session_id: UUID, *, lock: bool = False) -> Guest | None:
    """Return the guest of a session, its row locked when *lock*, or None."""
    query = scoped(guests, work).where(_g.session_id == session_id)
    row = (await work.execute(query.with_for_update() if lock else query)).one_or_none()
    return None if row is None else _guest(row)


async def of_reference(work: Work, platform_id: UUID, reference: str) -> Guest | None:
    """Return the last guest of a platform with this authorisation reference, or None."""
    where = (_g.platform_id == platform_id, _g.reference == reference)
    query = scoped(guests, work).where(*where).order_by(_g.created_at.desc()).limit(1)
    row = (await work.execute(query)).one_or_none()
    return None if row is None else _guest(row)


async def journey_of_reference(
    look: Look, platform_id: UUID, reference: str
) -> tuple[UUID, UUID] | None:
    """Return operator and journey of who paid at a terminal with this reference, or None."""
    row = await look.row(_JOURNEY_OF, {"of_platform": platform_id, "of_reference": reference})
    return None if row is None else (row.operator_id, row.journey_id)


async def update(work: Work, session_id: UUID, **values: object) -> None:
    """Change some columns of a guest, and note that the session changed."""
    mine = and_(_g.operator_id == work.operator_id, _g.session_id == session_id)
    await work.execute(change(guests).where(mine).values(**values, changed_at=work.now))


async def open_guests(work: Work, before: datetime) -> list[tuple[UUID, Guest]]:
    """Return the guests of all operators who came *before* and have no CDR, the oldest first."""
    where = and_(_g.cdr_id.is_(None), _g.created_at < before)
    query = select(guests).where(where).order_by(_g.created_at).limit(1000)
    return [(row.operator_id, _guest(row)) for row in await work.execute(query)]


async def page(work: Work, platform_id: UUID, asked: Mapping[str, Any]) -> list[Guest]:
    """Return guests of a platform by when they changed; *asked* has since, until, offset, limit."""
    query = scoped(guests, work).where(*_wanted(platform_id, asked))
    query = query.order_by(_g.changed_at, _g.session_id)
    found = await work.execute(query.offset(asked["offset"]).limit(asked["limit"]))
    return [_guest(row) for row in found]


async def count(work: Work, platform_id: UUID, asked: Mapping[str, Any]) -> int:
    """Return how many guests there are in all pages."""
    query = scoped(guests, work, func.count())
    wanted = query.where(*_wanted(platform_id, asked))
    found: int = (await work.execute(wanted)).scalar_one()
    return found


async def note_sent(
    work: Work, platform_id: UUID, name: tuple[str, str], digest: bytes, url: str
) -> None:
    """Note that a platform took an object, *name* is its module and id, and keeps it at *url*."""
    key = {"platform_id": platform_id, "module": name[0], "object_id": name[1]}
    values = {"digest": digest, "url": url, "sent_at": work.now}
    statement = insert(sent).values(operator_id=work.operator_id, **key, **values)
    index = ["operator_id", *key]
    await work.execute(statement.on_conflict_do_update(index_elements=index, set_=values))


async def forget_one(work: Work, platform_id: UUID, name: tuple[str, str]) -> None:
    """Forget that a platform took an object, *name* is its module and id: it is taken away."""
    its = and_(_s.platform_id == platform_id, _s.module == name[0], _s.object_id == name[1])
    await work.execute(delete(sent).where(_s.operator_id == work.operator_id, its))


async def forget_sent(work: Work, platform_id: UUID) -> None:
    """Forget what a platform took: all of it is sent again."""
    mine = and_(_s.operator_id == work.operator_id, _s.platform_id == platform_id)
    await work.execute(delete(sent).where(mine))


async def sent_of(
    work: Work,
    platform_id: UUID,
    module: str,
    *,
    since: datetime | None = None,
    only: Sequence[str] | None = None,
) -> dict[str, tuple[bytes, str]]:
    """Return what a platform took of a module, *since* then, or *only* these: digest, address."""
    query = scoped(sent, work).where(_s.platform_id == platform_id, _s.module == module)
    if since is not None:
        query = query.where(_s.sent_at >= since)
    if only is not None:
        query = query.where(_s.object_id.in_(only))
    return {row.object_id: (row.digest, row.url) for row in await work.execute(query)}


async def forget_old(work: Work, modules: Sequence[str], before: datetime) -> None:
    """Forget what platforms took of *modules* *before*, of all operators."""
    await work.execute(delete(sent).where(_s.module.in_(modules), _s.sent_at < before))


async def forget_gone(work: Work, before: datetime) -> None:
    """Forget what platforms took *before* that are gone, of all operators."""
    is_gone = _s.platform_id.in_(gone_platforms())
    await work.execute(delete(sent).where(_s.sent_at < before, is_gone))


def _wanted(platform_id: UUID, asked: Mapping[str, Any]) -> list[Any]:
    wanted = [_g.platform_id == platform_id]
    if asked.get("since") is not None:
        wanted.append(_g.changed_at >= asked["since"])
    if asked.get("until") is not None:
        wanted.append(_g.changed_at < asked["until"])
    return wanted


def _guest(row: Row[Any]) -> Guest:
    values = {name: getattr(row, name) for name in _NAMES}
    return Guest(**{**values, "token": token_in(row.token)})
