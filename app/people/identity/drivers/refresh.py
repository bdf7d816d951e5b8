"""An app stays signed in: each refresh token is good once, and a copied one ends the sign-in."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass, replace
from typing import Final
from uuid import UUID

from app.infra.database import Database, Work
from app.people.identity.drivers import store
from app.people.identity.drivers.errors import NotSignedIn
from app.people.identity.drivers.model import DeviceKind, SignedIn, digest_of, next_secret

_OPERATOR: Final = 22


@dataclass(frozen=True, slots=True)
class Refreshed:
    """An app that is still signed in, and the *token* to refresh with the next time."""

    signed_in: SignedIn
    token: str


def refresh_token(operator_id: UUID, secret: str) -> str:
    """Return what an app keeps: at which operator it is known, and its *secret*."""
    return urlsafe_b64encode(operator_id.bytes).decode()[:_OPERATOR] + secret


async def refresh(token: str, *, database: Database) -> Refreshed:
    """
    Return a new refresh token for *token*, which is good for another minute: answers get lost.

    Whoever comes with it later, or with any earlier one, has a copy, and the app is signed out.
    Raises NotSignedIn, in the same words whatever was wrong.
    """
    operator_id, secret = _parts(token)
    async with database.work(operator_id) as work:
        found = await _good(work, secret)
        refreshed = None if found is None else await _rotated(work, found, secret)
    if refreshed is None:
        raise _refused()
    return refreshed


async def leave(token: str, *, database: Database) -> None:
    """Sign out the app with this refresh *token*; one that signs nobody in changes nothing."""
    operator_id, secret = _parts(token)
    async with database.work(operator_id) as work:
        found = await store.lock_browser(work, secret)
        if found is not None and found.is_good(work.now):
            await store.save_browser(work, replace(found, revoked_at=work.now))


async def _good(work: Work, secret: str) -> SignedIn | None:
    found = await store.lock_browser(work, secret)
    if found is None or found.kind is not DeviceKind.APP or not found.is_good(work.now):
        return None
    if found.is_copied(digest_of(secret), work.now):
        await store.save_browser(work, replace(found, revoked_at=work.now))
        return None
    return found


async def _rotated(work: Work, found: SignedIn, secret: str) -> Refreshed:
    new = next_secret(secret, work.ids.token())
    changed = found.with_secret(new, digest_of(secret), work.now)
    await store.save_browser(work, changed)
    return Refreshed(changed, refresh_token(found.operator_id, new))


def _parts(token: str) -> tuple[UUID, str]:
    """Return the operator and the secret that the token holds. Raises NotSignedIn."""
    try:
        return UUID(bytes=urlsafe_b64decode(token[:_OPERATOR] + "==")), token[_OPERATOR:]
    except ValueError:
        raise _refused() from None


def _refused() -> NotSignedIn:
    return NotSignedIn("the refresh token is not good, or no longer: sign in again")
