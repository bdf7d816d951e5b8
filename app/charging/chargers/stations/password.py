"""Give a charge point another password; the old one is good until it comes back with the new."""

import secrets
from base64 import urlsafe_b64decode
from uuid import UUID

from app.charging.chargers.stations import store
from app.charging.chargers.stations.credential import SALT_BYTES, Credential
from app.infra.database import Database, Work


def new_password(work: Work) -> str:
    """Return a password of 160 bits in hexadecimal: an AuthorizationKey of 1.6 (A00.FR.205)."""
    token = work.ids.token()
    return urlsafe_b64decode(token + "=" * (-len(token) % 4)).hex()


async def offer_password(work: Work, identity: str, password: str) -> Credential | None:
    """
    Let *password* be good, too, and return what was offered before, if the answer was never known.

    A step of the caller's transaction.
    """
    before = await store.offered_credential(work, identity)
    salt = secrets.token_bytes(SALT_BYTES)
    offered = Credential.of(password, salt) if before is None else before.plus(password)
    await store.offer_credential(work, identity, offered)
    return before


async def withdraw_password(work: Work, identity: str, before: Credential | None) -> None:
    """Let only be offered what was *before*: the charge point did not take the last. A step."""
    await store.offer_credential(work, identity, before)


async def password_came_back(operator_id: UUID, identity: str, *, database: Database) -> None:
    """Let the new password be the only one: the charge point has connected with it."""
    async with database.work(operator_id) as work:
        await store.take_credential(work, identity)
