"""Platforms in the database."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any
from uuid import UUID

from sqlalchemy import (
    Boolean,
    Column,
    Index,
    LargeBinary,
    Row,
    Select,
    Text,
    Uuid,
    and_,
    any_,
    bindparam,
    or_,
    select,
    text,
    update,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from app.infra.database import Work
from app.infra.ready import Look, Ready
from app.infra.tables import UtcDateTime, operator_table, scoped
from app.roaming.platforms.model import Platform, PlatformState
from app.roaming.wire.codec import encode_plain, plain, read, read_json
from app.roaming.wire.credentials import CredentialsRole, Endpoint
from app.roaming.wire.versions import Version

_NOTED_EVERY = timedelta(minutes=1)

platforms = operator_table(
    "ocpi_platform",
    Column("platform_id", Uuid, primary_key=True),
    Column("name", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("version", Text),
    Column("versions_url", Text),
    # SHA-256 of what it presents here; the one before is good until former_until.
    Column("token_digest", LargeBinary),
    Column("former_digest", LargeBinary),
    Column("former_until", UtcDateTime),
    # What we present there, sealed.
    Column("sealed_token", Text),
    Column("is_raw", Boolean, nullable=False, server_default=text("false")),
    Column("roles", JSONB, nullable=False, server_default="[]"),
    Column("endpoints", JSONB, nullable=False, server_default="[]"),
    Column("hub_party", Text),
    Column("created_at", UtcDateTime, nullable=False),
    Column("heard_at", UtcDateTime),
    Column("failed_at", UtcDateTime),
    Column("failure", Text),
    # Whether our drivers may use their cards there.
    Column("takes_cards", Boolean, nullable=False, server_default=text("false")),
)
_p = platforms.c
Index("uq_ocpi_platform_name", _p.operator_id, _p.name, unique=True)
Index("uq_ocpi_platform_token", _p.token_digest, unique=True)
Index("ix_ocpi_platform_former", _p.former_digest)

# Every call of another platform asks it.
_digests = bindparam("digests", type_=ARRAY(LargeBinary))
# Asked whenever an EVSE has another status.
_OF_OPERATOR = Ready(
    select(platforms).where(_p.operator_id == bindparam("of_operator")).order_by(_p.name)
)
_OF_DIGESTS = Ready(
    select(platforms)
    .where(
        or_(
            _p.token_digest == any_(_digests),
            and_(
                _p.former_digest == any_(_digests),
                _p.former_until > bindparam("now", type_=UtcDateTime),
            ),
        )
    )
    .limit(1)
)


async def put(work: Work, platform: Platform) -> None:
    """Insert or overwrite a platform; its tokens of this side are set by `set_token`."""
    row = _values(platform)
    known = await work.execute(
        update(platforms).where(_mine(work, platform.platform_id)).values(row)
    )
    if not known.rowcount:
        key = {"operator_id": work.operator_id, "platform_id": platform.platform_id}
        await work.execute(platforms.insert().values(**key, **row, created_at=work.now))


async def set_token(
    work: Work, platform_id: UUID, digest: bytes, *, former_until: datetime | None
) -> None:
    """Let a platform be known by another token; the last one stays good until *former_until*."""
    former = None if former_until is None else _p.token_digest
    values = {"token_digest": digest, "former_digest": former, "former_until": former_until}
    await work.execute(update(platforms).where(_mine(work, platform_id)).values(values))


async def set_takes_cards(work: Work, platform_id: UUID, *, takes_cards: bool) -> None:
    """Say whether our drivers may use their cards at a platform."""
    values = {"takes_cards": takes_cards}
    await work.execute(update(platforms).where(_mine(work, platform_id)).values(values))


async def forget_tokens(work: Work, platform_id: UUID) -> None:
    """Let no token of a platform be good any more."""
    values = {"token_digest": None, "former_digest": None, "sealed_token": None}
    await work.execute(update(platforms).where(_mine(work, platform_id)).values(values))


async def of_digests(look: Look, digests: list[bytes]) -> Platform | None:
    """Return the platform that one of these tokens is of, whosever it is, or None."""
    row = await look.row(_OF_DIGESTS, {"digests": digests, "now": look.now})
    return None if row is None else _platform(row)


async def of_name(work: Work, name: str) -> Platform | None:
    """Return the operator's platform of this name, or None."""
    row = (await work.execute(scoped(platforms, work).where(_p.name == name))).one_or_none()
    return None if row is None else _platform(row)


async def of_id(work: Work, platform_id: UUID) -> Platform | None:
    """Return the operator's platform with this id, or None."""
    query = scoped(platforms, work).where(_p.platform_id == platform_id)
    row = (await work.execute(query)).one_or_none()
    return None if row is None else _platform(row)


async def lock_platform(work: Work, platform_id: UUID) -> None:
    """Let whoever else locks this platform wait until the work ends."""
    query = scoped(platforms, work, _p.platform_id).where(_p.platform_id == platform_id)
    await work.execute(query.with_for_update())


async def of_operator(work: Work) -> list[Platform]:
    """Return the operator's platforms by name."""
    found = await work.rows(_OF_OPERATOR, {"of_operator": work.operator_id})
    return [_platform(row) for row in found]


async def connected(work: Work) -> list[Platform]:
    """Return the connected platforms, of all operators where *work* is of every operator."""
    query = select(platforms).where(_p.state == PlatformState.CONNECTED)
    return [_platform(row) for row in await work.execute(query.order_by(_p.platform_id))]


def gone_platforms() -> Select[tuple[UUID]]:
    """Return the query for the ids of platforms that are gone."""
    return select(_p.platform_id).where(_p.state == PlatformState.GONE)


async def note_heard(work: Work, platform: Platform) -> None:
    """Note that a platform called, at most once a minute."""
    if is_to_note(platform, work.now):
        mine = and_(_p.operator_id == platform.operator_id, _p.platform_id == platform.platform_id)
        await work.execute(update(platforms).where(mine).values(heard_at=work.now))


def is_to_note(platform: Platform, now: datetime) -> bool:
    """Tell whether it is a minute since it was noted that a platform called."""
    return platform.heard_at is None or platform.heard_at <= now - _NOTED_EVERY


async def note_outcome(work: Work, platform_id: UUID, failure: str | None) -> None:
    """Note how a call to a platform failed, or that one succeeded again."""
    mine = _mine(work, platform_id)
    if failure is None:
        mine = and_(mine, _p.failed_at.is_not(None))
    values = {"failed_at": None if failure is None else work.now, "failure": failure}
    await work.execute(update(platforms).where(mine).values(values))


def _mine(work: Work, platform_id: UUID) -> Any:  # noqa: ANN401 - a clause
    return and_(_p.operator_id == work.operator_id, _p.platform_id == platform_id)


def _values(platform: Platform) -> Mapping[str, Any]:
    return {
        "name": platform.name,
        "state": platform.state,
        "version": platform.version,
        "versions_url": platform.versions_url,
        "sealed_token": platform.sealed_token,
        "is_raw": platform.is_raw,
        "roles": plain(platform.roles),
        "endpoints": plain(platform.endpoints),
        "hub_party": platform.hub_party,
    }


def _platform(row: Row[Any]) -> Platform:
    return Platform(
        platform_id=row.platform_id,
        operator_id=row.operator_id,
        name=row.name,
        state=PlatformState(row.state),
        version=None if row.version is None else Version(row.version),
        versions_url=row.versions_url,
        sealed_token=row.sealed_token,
        is_raw=row.is_raw,
        roles=_roles(encode_plain(row.roles)),
        endpoints=_endpoints(encode_plain(row.endpoints)),
        hub_party=row.hub_party,
        heard_at=row.heard_at,
        failed_at=row.failed_at,
        failure=row.failure,
        takes_cards=row.takes_cards,
    )


# A platform is read with every call, and says the same for months.
@lru_cache(maxsize=1024)
def _roles(body: bytes) -> tuple[CredentialsRole, ...]:
    return tuple(read(CredentialsRole, role) for role in read_json(body))


@lru_cache(maxsize=1024)
def _endpoints(body: bytes) -> tuple[Endpoint, ...]:
    return tuple(read(Endpoint, endpoint) for endpoint in read_json(body))
