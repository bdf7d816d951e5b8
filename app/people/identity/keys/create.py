"""Make an API key."""

from dataclasses import dataclass
from datetime import timedelta

from app.infra.database import Work
from app.people.identity.keys import store
from app.people.identity.keys.model import ApiKey, Scope, digest_of, key_text, prefix_of


@dataclass(frozen=True, slots=True)
class KeyOrder:
    """A key that is wanted: for whom, for what, and for how long (None: until it is revoked)."""

    name: str
    scopes: frozenset[Scope]
    lifetime: timedelta | None = None


async def create_key(work: Work, order: KeyOrder) -> tuple[ApiKey, str]:
    """
    Make a key of the operator; return it and its text, which nobody can tell again.

    A step: it runs inside the caller's transaction.
    """
    text = key_text(work.ids.id_tag(), work.ids.token())
    prefix = prefix_of(text)
    assert prefix is not None, "a new key is a key"  # noqa: S101
    key = ApiKey(
        key_id=work.ids.uuid7(work.now),
        operator_id=work.operator_id,
        prefix=prefix,
        name=order.name,
        digest=digest_of(text),
        scopes=order.scopes,
        created_at=work.now,
        expires_at=None if order.lifetime is None else work.now + order.lifetime,
    )
    await store.add(work, key)
    return key, text
