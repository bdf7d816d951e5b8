"""Sign out: one browser, or every browser of its driver."""

from dataclasses import replace
from uuid import UUID

from app.infra.database import Database, Work
from app.people.identity.drivers import store
from app.people.identity.drivers.model import SignedIn


async def sign_out(secret: str, *, operator_id: UUID, database: Database) -> None:
    """Sign out the browser with this *secret*; one that signs nobody in changes nothing."""
    async with database.work(operator_id) as work:
        found = await _signed_in(work, secret)
        if found is not None:
            await store.save_browser(work, replace(found, revoked_at=work.now))


async def sign_out_everywhere(secret: str, *, operator_id: UUID, database: Database) -> None:
    """Sign out every browser of the driver who is signed in with this *secret*."""
    async with database.work(operator_id) as work:
        found = await _signed_in(work, secret)
        if found is not None:
            await store.revoke_browsers(work, found.driver_id)


async def _signed_in(work: Work, secret: str) -> SignedIn | None:
    found = await store.lock_browser(work, secret)
    return found if found is not None and found.is_good(work.now) else None
