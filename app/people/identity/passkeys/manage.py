"""A driver's passkeys: the list, what they are called, and removing one."""

from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

from app.infra.database import Database, Work
from app.people.identity.passkeys import store
from app.people.identity.passkeys.errors import PasskeyNameInvalid, PasskeyNotFound
from app.people.identity.passkeys.model import LONGEST_NAME, Passkey


async def passkeys_of(
    driver_id: UUID, *, operator_id: UUID, database: Database
) -> Sequence[Passkey]:
    """Return the driver's passkeys, the oldest first."""
    async with database.work(operator_id) as work:
        return await store.of_driver(work, driver_id)


async def name_passkey(
    passkey_id: UUID, name: str, *, driver_id: UUID, operator_id: UUID, database: Database
) -> None:
    """Call one of the driver's passkeys *name*. Raises PasskeyNameInvalid and PasskeyNotFound."""
    async with database.work(operator_id) as work:
        await call_passkey(work, await own_passkey(work, driver_id, passkey_id), name)


async def own_passkey(work: Work, driver_id: UUID, passkey_id: UUID) -> Passkey:
    """Step: return one of the driver's passkeys, locked. Raises PasskeyNotFound."""
    found = await store.lock_own(work, driver_id, passkey_id)
    if found is None:
        raise PasskeyNotFound("you have no such passkey")
    return found


async def call_passkey(work: Work, passkey: Passkey, name: str) -> Passkey:
    """Step: call a locked *passkey* something. Raises PasskeyNameInvalid."""
    named = replace(passkey, name=checked_name(name))
    await store.rename(work, named)
    return named


async def remove_passkey(
    passkey_id: UUID, *, driver_id: UUID, operator_id: UUID, database: Database
) -> None:
    """
    Let one of the driver's passkeys sign nobody in any more. Raises PasskeyNotFound.

    The device goes on to have it, and is told that it is not known here.
    """
    async with database.work(operator_id) as work:
        if not await store.remove(work, driver_id, passkey_id):
            raise PasskeyNotFound("you have no such passkey")


def checked_name(typed: str) -> str:
    """Return what a passkey is to be called. Raises PasskeyNameInvalid."""
    name = " ".join(typed.split())
    if not 0 < len(name) <= LONGEST_NAME or not name.isprintable():
        raise PasskeyNameInvalid(f"expected 1 to {LONGEST_NAME} characters", field="name")
    return name
