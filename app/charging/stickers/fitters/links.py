"""Make, check and revoke the links of fitters."""

import hashlib
from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from app.charging.stickers.errors import FitterNotKnown
from app.charging.stickers.fitters import store
from app.charging.stickers.fitters.model import Fitter
from app.infra.database import Database, Work


async def make_fitter(work: Work, name: str, lasts: timedelta) -> tuple[Fitter, str]:
    """Return a new fitter and the secret of the link, which nobody can tell again. A step."""
    secret = work.ids.token()
    fitter_id = work.ids.uuid7(work.now)
    fitter = Fitter(fitter_id, work.operator_id, name, work.now, work.now + lasts)
    await store.add(work, fitter, _digest(secret))
    return fitter, secret


async def fitter_of(secret: str, *, database: Database) -> Fitter:
    """Return whose link has this *secret*. Raises FitterNotKnown unless it is good now."""
    async with database.look() as look:
        fitter = await store.by_digest(look, _digest(secret))
    if fitter is None or not fitter.holds(look.now):
        raise FitterNotKnown("this link is unknown, has expired or was revoked")
    return fitter


async def list_fitters(work: Work) -> Sequence[Fitter]:
    """Return the operator's fitters, revoked and expired ones too, the latest first. A step."""
    return await store.of_operator(work)


async def revoke_fitter(work: Work, fitter_id: UUID) -> None:
    """Step: let a link be good for nothing from now on. Raises FitterNotKnown."""
    if not await store.revoke(work, fitter_id):
        raise FitterNotKnown("the operator has no link with this id", fitter_id=fitter_id)


def _digest(secret: str) -> bytes:
    return hashlib.sha256(secret.encode()).digest()
