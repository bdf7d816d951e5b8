"""Who is signed in: by the secret in the browser's cookie, which changes every day."""

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from app.infra.database import Database, Work
from app.people.identity.drivers import store
from app.people.identity.drivers.model import (
    ROTATES_AFTER,
    DeviceKind,
    Driver,
    SignedIn,
    digest_of,
    next_secret,
)


@dataclass(frozen=True, slots=True)
class Recognised:
    """A signed-in driver, by which browser, and its new *secret* when it changed just now."""

    driver: Driver
    browser_id: UUID
    secret: str | None = None


async def recognise(secret: str, *, operator_id: UUID, database: Database) -> Recognised | None:
    """
    Return the driver whose browser presents this *secret*, or None: nobody is signed in.

    A secret that was replaced is good for another minute. Whoever comes with it later, or with any
    earlier one, has a copy, and nobody knows which of the two is the thief: the browser is signed
    out.
    """
    async with database.work(operator_id) as work:
        found = await store.lock_browser(work, secret)
        if found is None or not _is_browser(found, work.now):
            return None
        if found.is_copied(digest_of(secret), work.now):
            await store.save_browser(work, replace(found, revoked_at=work.now))
            return None
        driver = await store.driver_with_id(work, found.driver_id)
        assert driver is not None, "a browser is signed in for a driver"  # noqa: S101
        return Recognised(driver, found.browser_id, await _rotated(work, found, secret))


def _is_browser(found: SignedIn, at: datetime) -> bool:
    """Tell whether it is signed in, and by a cookie: a refresh token is of no use in one."""
    return found.is_good(at) and found.kind is DeviceKind.BROWSER


async def _rotated(work: Work, found: SignedIn, secret: str) -> str | None:
    """Give the browser a new secret once a day, and with it another three months."""
    if work.now < found.rotated_at + ROTATES_AFTER:
        return None
    new = next_secret(secret, work.ids.token())
    await store.save_browser(work, found.with_secret(new, digest_of(secret), work.now))
    return new
