"""Finish signing in: the code is right, so the address is the driver's."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Final
from uuid import UUID

from app.infra.database import Database, Work
from app.infra.limits import Limit
from app.people.identity.drivers import store
from app.people.identity.drivers.errors import SignInRefused
from app.people.identity.drivers.model import (
    STAYS_FOR,
    Device,
    Driver,
    SignedIn,
    SignIn,
    digest_of,
    family_of,
    is_code,
)

TRIES_PER_NETWORK: Final = Limit("sign-in-try", 60, timedelta(hours=1))


@dataclass(frozen=True, slots=True)
class Entry:
    """The *code* that was typed on the *device* which asked for it, and has the *secret*."""

    secret: str
    code: str
    device: Device


@dataclass(frozen=True, slots=True)
class Welcome:
    """A driver, what is signed in, and the *secret* by which it is known from now on."""

    driver: Driver
    signed_in: SignedIn
    secret: str


async def finish_sign_in(
    entry: Entry, *, keys: Sequence[bytes], operator_id: UUID, database: Database
) -> Welcome:
    """
    Return the driver whose code was typed on the device that asked for it; a new one is made.

    A code is good once, and five wrong ones end it. Raises SignInRefused, in the same words
    whatever was wrong.
    """
    async with database.work(operator_id) as work:
        found = await store.lock_sign_in(work, digest_of(entry.secret))
        entered = None if found is None else await _try(work, found, entry, keys)
    if entered is None:
        raise SignInRefused("the code is wrong or no longer good")
    return entered


async def _try(work: Work, found: SignIn, entry: Entry, keys: Sequence[bytes]) -> Welcome | None:
    """Count the try, which has to stay counted, and sign in when it is right."""
    if not found.is_open(work.now):
        return None
    tried = replace(found, tries=found.tries + 1)
    if not is_code(entry.code, found.sign_in_id, keys):
        await store.save_sign_in(work, tried)
        return None
    await store.save_sign_in(work, replace(tried, used_at=work.now))
    driver = await store.put_driver(
        work,
        Driver(work.ids.uuid7(work.now), work.operator_id, found.email, found.language, work.now),
    )
    return await welcome(work, driver, entry.device)


async def welcome(work: Work, driver: Driver, device: Device) -> Welcome:
    """Step: sign a *driver* in who has shown to be the one."""
    secret = work.ids.token()
    signed_in = SignedIn(
        browser_id=work.ids.uuid7(work.now),
        operator_id=driver.operator_id,
        driver_id=driver.driver_id,
        digest=digest_of(secret),
        kind=device.kind,
        name=device.name,
        since=work.now,
        rotated_at=work.now,
        ends_at=work.now + STAYS_FOR,
        family_digest=family_of(secret),
    )
    await store.add_browser(work, signed_in)
    return Welcome(driver, signed_in, secret)
