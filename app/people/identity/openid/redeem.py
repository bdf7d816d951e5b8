"""An app exchanges the code that it was handed (RFC 8252): only the app that asked can."""

import hashlib
import hmac
from base64 import urlsafe_b64encode
from dataclasses import dataclass, field
from uuid import UUID

from app.infra.database import Database, Work
from app.people.identity.drivers.finish import Welcome, welcome
from app.people.identity.drivers.model import Device, digest_of
from app.people.identity.drivers.read import get_driver
from app.people.identity.openid import store
from app.people.identity.openid.errors import OpenIdRefused


@dataclass(frozen=True, slots=True)
class Claimed:
    """The *code* that an app was handed, and the *verifier* of the challenge that it had sent."""

    code: str = field(repr=False)
    verifier: str = field(repr=False)
    device: Device


async def redeem(claimed: Claimed, *, operator_id: UUID, database: Database) -> Welcome:
    """
    Sign the app in that proves to be the one which asked. A code is good once, for a minute.

    Raises OpenIdRefused, in the same words whatever was wrong.
    """
    async with database.work(operator_id) as work:
        entered = await _try(work, claimed)
    if entered is None:
        raise OpenIdRefused("the code is wrong or no longer good")
    return entered


async def _try(work: Work, claimed: Claimed) -> Welcome | None:
    """Use the code up, which has to stay used, and sign in when all is right."""
    gone = await store.use_code(work, digest_of(claimed.code))
    if gone is None or gone.app is None or gone.driver_id is None or gone.code_until is None:
        return None
    if work.now >= gone.code_until or not _is_proven(claimed.verifier, gone.app.challenge):
        return None
    return await welcome(work, await get_driver(work, gone.driver_id), claimed.device)


def _is_proven(verifier: str, challenge: str) -> bool:
    """Tell whether the *challenge* was made of the *verifier* (RFC 7636, S256)."""
    made = urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=")
    return hmac.compare_digest(made, challenge.encode())
