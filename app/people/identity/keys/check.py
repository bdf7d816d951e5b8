"""Whose API key it is, and whether it may do what it is shown for."""

from app.infra.database import EVERY_OPERATOR, Database
from app.people.identity.keys import store
from app.people.identity.keys.errors import ApiKeyInvalid, ScopeMissing
from app.people.identity.keys.model import ApiKey, Scope, prefix_of


async def check_key(text: str, scope: Scope | None, *, database: Database) -> ApiKey:
    """
    Return the key that *text* is, when it is good now and has *scope*, if any; its use is noted.

    Raises ApiKeyInvalid, in the same words for every key that does not exist, and ScopeMissing.
    """
    prefix = prefix_of(text)
    if prefix is None:
        raise ApiKeyInvalid("this is no API key")
    async with database.work(EVERY_OPERATOR) as work:
        key = await store.by_prefix(work, prefix)
        if key is None or not key.is_of(text):
            raise ApiKeyInvalid("this API key is not known")
        if not key.holds(work.now):
            raise ApiKeyInvalid("this API key has expired or was revoked")
        if scope is not None and scope not in key.scopes:
            raise ScopeMissing(f"this API key has no scope {scope}", scope=str(scope))
        await store.note_use(work, key.operator_id, key.key_id, work.now)
    return key
