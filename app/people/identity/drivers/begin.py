"""Begin to sign in: a code goes to the address, whoever it belongs to."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from app.infra.addresses import one_address
from app.infra.database import Database
from app.infra.limits import Limit
from app.people.identity.drivers import store
from app.people.identity.drivers.errors import NotAnAddress, TooManyCodes
from app.people.identity.drivers.model import (
    CODES_A_DAY,
    CODES_AN_HOUR,
    SignIn,
    digest_of,
    known_as,
)

MAIL_TASK: Final = "drivers.mail_code"
CODES_PER_NETWORK: Final = Limit("sign-in-code", 20, timedelta(hours=1))
_HOUR: Final = timedelta(hours=1)
_DAY: Final = timedelta(days=1)
_SECOND: Final = timedelta(seconds=1)


async def begin_sign_in(typed: str, language: str, *, operator_id: UUID, database: Database) -> str:
    """
    Mail a code to the address that was *typed*; return the secret that binds it to the browser.

    Nothing tells whether the address is a driver's: the same is done for every one. Raises
    NotAnAddress, and TooManyCodes whether or not there is such a driver.
    """
    address = one_address(typed)
    if address is None:
        raise NotAnAddress("write one address, for example name@example.com", field="email")
    async with database.work(operator_id) as work:
        email = known_as(address)
        _check(await store.asked_since(work, email, work.now - _DAY), work.now)
        secret = work.ids.token()
        new = SignIn(work.ids.uuid7(work.now), digest_of(secret), email, language, work.now)
        await store.add_sign_in(work, new)
        work.defer(MAIL_TASK, sign_in_id=new.sign_in_id)
    return secret


def _check(asked: Sequence[datetime], now: datetime) -> None:
    """Refuse another code for an address that was sent enough of them."""
    last_hour = [at for at in asked if at > now - _HOUR]
    if len(asked) >= CODES_A_DAY:
        wait = asked[-CODES_A_DAY] + _DAY - now
    elif len(last_hour) >= CODES_AN_HOUR:
        wait = last_hour[-CODES_AN_HOUR] + _HOUR - now
    else:
        return
    raise TooManyCodes("an address is sent a few codes an hour", retry_after=wait // _SECOND + 1)
