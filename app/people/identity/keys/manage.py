"""See and revoke an operator's API keys."""

from collections.abc import Sequence

from app.infra.database import Work
from app.people.identity.keys import store
from app.people.identity.keys.errors import ApiKeyNotFound
from app.people.identity.keys.model import ApiKey


async def list_keys(work: Work) -> Sequence[ApiKey]:
    """Return the operator's keys, revoked and expired ones too. A step."""
    return await store.of_operator(work)


async def revoke_key(work: Work, prefix: str) -> None:
    """Let the key with this *prefix* be good for nothing from now on. A step. ApiKeyNotFound."""
    if not await store.revoke(work, prefix):
        raise ApiKeyNotFound("the operator has no key with this prefix", prefix=prefix)
