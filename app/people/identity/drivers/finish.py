"""Finish signing in: the code is right, so the address is the driver's."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from app.infra.database import Database, Work
from app.people.identity.drivers import store
from app.people.identity.drivers.errors import SignInRefused
from app.people.identity.drivers.model import (
    STAYS_FOR,
    Driver,
    SignedIn,
    SignIn,
    digest_of,
    is_code,
)


@dataclass(frozen=True, slots=True)
class Welcome:
    """A driver and the secret by which the browser is known from now on."""

    driver: Driver
    secret: str


async def finish_sign_in(
    secret: str, code: str, *, keys: Sequence[bytes], operator_id: UUID, database: Database
) -> Welcome:
    """
    Return the driver whose *code* was typed in the browser with this *secret*; a new one is made.

    A code is good once, and five wrong ones end it. Raises SignInRefused, in the same words
    whatever was wrong.
    """
    async with database.work(operator_id) as work:
        found = await store.lock_sign_in(work, digest_of(secret))
        welcome = None if found is None else await _try(work, found, code, keys)
    if welcome is None:
        raise SignInRefused("the code is wrong or no longer good")
    return welcome


async def _try(work: Work, found: SignIn, code: str, keys: Sequence[bytes]) -> Welcome | None:
    """Count the try, which has to stay counted, and sign in when it is right."""
    if not found.is_open(work.now):
        return None
    tried = replace(found, tries=found.tries + 1)
    if not is_code(code, found.sign_in_id, keys):
        await store.save_sign_in(work, tried)
        return None
    await store.save_sign_in(work, replace(tried, used_at=work.now))
    return await _welcome(work, found)


async def _welcome(work: Work, found: SignIn) -> Welcome:
    driver = await store.put_driver(
        work,
        Driver(work.ids.uuid7(work.now), work.operator_id, found.email, found.language, work.now),
    )
    secret = work.ids.token()
    await store.add_browser(
        work,
        SignedIn(
            browser_id=work.ids.uuid7(work.now),
            driver_id=driver.driver_id,
            digest=digest_of(secret),
            rotated_at=work.now,
            ends_at=work.now + STAYS_FOR,
        ),
    )
    return Welcome(driver, secret)
