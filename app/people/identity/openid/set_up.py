"""An operator says where its drivers may sign in with an account that they have."""

from dataclasses import replace
from uuid import UUID

from app.infra.database import Database, Work
from app.people.identity.openid import store
from app.people.identity.openid.errors import OpenIdInvalid, OpenIdNotOffered
from app.people.identity.openid.model import Connection, Link, complaints
from app.people.identity.openid.ports import Sealer


async def set_connection(
    work: Work, new: Connection, secret: str | None, *, sealer: Sealer
) -> None:
    """
    Let the operator's drivers sign in by *new*; the *secret* of the client is sealed. A step.

    Without one, the secret that is there stays, if issuer and client do. Raises OpenIdInvalid.
    """
    for field, reason in complaints(new):
        raise OpenIdInvalid(f"{field}: {reason}", field=field)
    known = await store.connection_of(work)
    sealed = None if secret is None else sealer.seal(secret, row=str(new.operator_id))
    if sealed is None and known is not None:
        same = (known.issuer, known.client_id) == (new.issuer, new.client_id)
        sealed = known.sealed_secret if same else None
    await store.put_connection(work, replace(new, sealed_secret=sealed))


async def get_connection(work: Work) -> Connection:
    """Return where the operator's drivers may sign in. A step. Raises OpenIdNotOffered."""
    known = await store.connection_of(work)
    if known is None:
        raise OpenIdNotOffered("the operator has no provider to sign in with")
    return known


async def remove_connection(work: Work) -> None:
    """
    Let nobody sign in elsewhere any more; who is signed in stays so. A step. OpenIdNotOffered.

    Links stay: the same provider, set up again, knows its drivers.
    """
    if not await store.remove_connection(work):
        raise OpenIdNotOffered("the operator has no provider to sign in with")


async def accounts_of(driver_id: UUID, *, operator_id: UUID, database: Database) -> list[Link]:
    """Return the accounts elsewhere with which a driver has signed in."""
    async with database.work(operator_id) as work:
        return await store.links_of(work, driver_id)
