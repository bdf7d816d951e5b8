"""Links of fitters in the database."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Column, Index, LargeBinary, Row, Text, Uuid, bindparam, select, update
from sqlalchemy.dialects.postgresql import insert

from app.charging.stickers.fitters.model import Fitter
from app.infra.database import Work
from app.infra.ready import Look, Ready
from app.infra.tables import UtcDateTime, operator_table, scoped

fitters = operator_table(
    "sticker_fitter",
    Column("fitter_id", Uuid, primary_key=True),
    Column("name", Text, nullable=False),
    Column("digest", LargeBinary, nullable=False),
    Column("made_at", UtcDateTime, nullable=False),
    Column("expires_at", UtcDateTime, nullable=False),
    Column("revoked_at", UtcDateTime),
)
_f = fitters.c
Index("uq_sticker_fitter_digest", _f.digest, unique=True)
_OF_DIGEST = Ready(select(fitters).where(_f.digest == bindparam("of_digest")))


async def add(work: Work, fitter: Fitter, digest: bytes) -> None:
    """Insert a fitter by the digest of the link."""
    names = ("fitter_id", "name", "made_at", "expires_at")
    values = {name: getattr(fitter, name) for name in names}
    await work.execute(
        insert(fitters).values(operator_id=work.operator_id, digest=digest, **values)
    )


async def by_digest(look: Look, digest: bytes) -> Fitter | None:
    """Return the fitter with this link, whosever it is, or None."""
    row = await look.row(_OF_DIGEST, {"of_digest": digest})
    return None if row is None else _fitter(row)


async def of_operator(work: Work) -> Sequence[Fitter]:
    """Return the operator's fitters, the latest first."""
    rows = await work.execute(scoped(fitters, work).order_by(_f.made_at.desc(), _f.fitter_id))
    return [_fitter(row) for row in rows]


async def revoke(work: Work, fitter_id: UUID) -> bool:
    """Revoke a link; False when the operator has none of this id. Twice is as once."""
    mine = (_f.operator_id == work.operator_id, _f.fitter_id == fitter_id)
    found = (await work.execute(select(_f.fitter_id).where(*mine))).one_or_none()
    still_good = update(fitters).where(*mine, _f.revoked_at.is_(None))
    await work.execute(still_good.values(revoked_at=work.now))
    return found is not None


def _fitter(row: Row[Any]) -> Fitter:
    return Fitter(
        fitter_id=row.fitter_id,
        operator_id=row.operator_id,
        name=row.name,
        made_at=row.made_at,
        expires_at=row.expires_at,
        revoked_at=row.revoked_at,
    )
