"""API keys in the database."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Column, Index, LargeBinary, Row, Text, Uuid, insert, or_, select, update
from sqlalchemy.dialects.postgresql import ARRAY

from app.infra.database import Work
from app.infra.tables import UtcDateTime, operator_table, scoped
from app.people.identity.keys.model import ApiKey, Scope

# A key that is used a hundred times a second is noted once.
_NOTED_EVERY = timedelta(minutes=1)

api_key = operator_table(
    "api_key",
    Column("key_id", Uuid, primary_key=True),
    Column("prefix", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("digest", LargeBinary, nullable=False),
    Column("scopes", ARRAY(Text), nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("expires_at", UtcDateTime),
    Column("revoked_at", UtcDateTime),
    Column("last_used_at", UtcDateTime),
)
Index("uq_api_key_prefix", api_key.c.prefix, unique=True)


async def add(work: Work, key: ApiKey) -> None:
    """Insert a key."""
    await work.execute(
        insert(api_key).values(
            operator_id=key.operator_id,
            key_id=key.key_id,
            prefix=key.prefix,
            name=key.name,
            digest=key.digest,
            scopes=sorted(key.scopes),
            created_at=key.created_at,
            expires_at=key.expires_at,
        )
    )


async def by_prefix(work: Work, prefix: str) -> ApiKey | None:
    """Return the key with this prefix, or None; *work* is of every operator."""
    row = (await work.execute(select(api_key).where(api_key.c.prefix == prefix))).one_or_none()
    return None if row is None else _key(row)


async def of_operator(work: Work) -> Sequence[ApiKey]:
    """Return the operator's keys, the oldest first."""
    rows = await work.execute(
        scoped(api_key, work).order_by(api_key.c.created_at, api_key.c.key_id)
    )
    return [_key(row) for row in rows]


async def revoke(work: Work, prefix: str) -> bool:
    """Revoke the operator's key with this prefix; False when there is none. Twice is as once."""
    mine = (api_key.c.operator_id == work.operator_id, api_key.c.prefix == prefix)
    found = (await work.execute(select(api_key.c.key_id).where(*mine))).one_or_none()
    still_good = update(api_key).where(*mine, api_key.c.revoked_at.is_(None))
    await work.execute(still_good.values(revoked_at=work.now))
    return found is not None


async def note_use(work: Work, operator_id: UUID, key_id: UUID, at: datetime) -> None:
    """Note that a key was used *at*, unless that was noted within the last minute."""
    last = api_key.c.last_used_at
    await work.execute(
        update(api_key)
        .where(api_key.c.operator_id == operator_id, api_key.c.key_id == key_id)
        .where(or_(last.is_(None), last <= at - _NOTED_EVERY))
        .values(last_used_at=at)
    )


def _key(row: Row[Any]) -> ApiKey:
    return ApiKey(
        key_id=row.key_id,
        operator_id=row.operator_id,
        prefix=row.prefix,
        name=row.name,
        digest=row.digest,
        scopes=frozenset(Scope(scope) for scope in row.scopes),
        created_at=row.created_at,
        expires_at=row.expires_at,
        revoked_at=row.revoked_at,
        last_used_at=row.last_used_at,
    )
