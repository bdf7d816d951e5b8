"""Begin a ceremony: an authenticator is asked to make a passkey, or to show one."""

from datetime import timedelta
from typing import Final
from uuid import UUID

from app.infra.database import Database, Work
from app.infra.limits import Limit
from app.people.identity.drivers.errors import DriverNotFound
from app.people.identity.drivers.model import digest_of
from app.people.identity.drivers.read import get_driver
from app.people.identity.passkeys import store
from app.people.identity.passkeys.errors import TooManyPasskeys
from app.people.identity.passkeys.library import authenticators
from app.people.identity.passkeys.model import (
    MOST_PASSKEYS,
    Begun,
    Ceremony,
    Question,
    RelyingParty,
    challenge_of,
)

CEREMONIES_PER_NETWORK: Final = Limit("passkey", 120, timedelta(hours=1))


async def begin_adding(
    driver_id: UUID, party: RelyingParty, *, operator_id: UUID, database: Database
) -> Begun:
    """
    Return what asks an authenticator for a new passkey of a signed-in driver.

    Those that the driver has are not made again. Raises TooManyPasskeys and DriverNotFound.
    """
    library = await authenticators()
    async with database.work(operator_id) as work:
        driver = await get_driver(work, driver_id)
        if driver.is_nobody:
            raise DriverNotFound("this driver has left")
        known = await store.of_driver(work, driver_id)
        if len(known) >= MOST_PASSKEYS:
            raise TooManyPasskeys("remove one that is no longer used", limit=MOST_PASSKEYS)
        secret = await _asked(work, party, driver_id)
    own = [one for one in known if one.rp_id == party.rp_id]
    question = Question(challenge_of(secret), party)
    return Begun(secret, library.to_add(question, driver, own))


async def begin_showing(party: RelyingParty, *, operator_id: UUID, database: Database) -> Begun:
    """Return what asks an authenticator for whichever passkey it has for *party*."""
    library = await authenticators()
    async with database.work(operator_id) as work:
        secret = await _asked(work, party, None)
    return Begun(secret, library.to_show(Question(challenge_of(secret), party)))


async def _asked(work: Work, party: RelyingParty, driver_id: UUID | None) -> str:
    """Note the ceremony; return the secret that binds it to the device."""
    secret = work.ids.token()
    ceremony_id = work.ids.uuid7(work.now)
    new = Ceremony(ceremony_id, digest_of(secret), party.rp_id, work.now, driver_id)
    await store.add_ceremony(work, new)
    return secret
