"""The way back: the provider has said who it is, and the driver is signed in."""

import hmac
import logging
from dataclasses import dataclass, replace
from uuid import UUID

from app.infra.database import Work
from app.kernel.errors import Problem
from app.people.identity.drivers.add import driver_for
from app.people.identity.drivers.errors import NotAnAddress
from app.people.identity.drivers.finish import Welcome, welcome
from app.people.identity.drivers.model import Device, Driver, digest_of
from app.people.identity.drivers.read import get_driver
from app.people.identity.openid import store
from app.people.identity.openid.errors import (
    OpenIdNoAddress,
    OpenIdRefused,
    OpenIdUnavailable,
)
from app.people.identity.openid.model import (
    CODE_LASTS,
    AppReturn,
    Connection,
    Link,
    Login,
    derived,
)
from app.people.identity.openid.ports import Exchange, OpenIdDesk, Person

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Returned:
    """
    What the browser brings back: its *secret*, and of the provider a *state* and a *code*.

    *issuer* is who says that it answers (RFC 9207), "" where that is not said. *language* is that
    of the page, for a driver who is new.
    """

    secret: str
    state: str
    code: str
    issuer: str
    language: str


@dataclass(frozen=True, slots=True)
class Entered:
    """The browser is signed in, and led *back*."""

    welcome: Welcome
    back: str


@dataclass(frozen=True, slots=True)
class Handed:
    """The browser is led to the *address* at which an app waits."""

    address: str


async def finish_openid(
    returned: Returned, device: Device, *, operator_id: UUID, desk: OpenIdDesk
) -> Entered | Handed:
    """
    Sign in whoever the provider says has come, on *device* or in the app that waits.

    Raises OpenIdRefused, OpenIdNoAddress and OpenIdUnavailable; an app is told instead.
    """
    known, gone = await _gone(returned, operator_id, desk)
    try:
        exchange = _exchange(known, gone, returned, desk)
        person = await desk.providers.person(exchange)
        async with desk.database.work(operator_id) as work:
            driver = await _driver(work, gone.issuer, person, returned.language)
            if gone.app is None:
                return Entered(await welcome(work, driver, device), gone.back)
            return Handed(await _handed(work, replace(gone, driver_id=driver.driver_id), gone.app))
    except (OpenIdRefused, OpenIdNoAddress, OpenIdUnavailable) as problem:
        _log.info("signing in elsewhere failed: %s (%s)", problem.detail, problem.code)
        if gone.app is None:
            raise
        return Handed(gone.app.address(error=_called(problem)))


async def _gone(
    returned: Returned, operator_id: UUID, desk: OpenIdDesk
) -> tuple[Connection, Login]:
    """Use the way up, which has to stay used, and return it. Raises OpenIdRefused."""
    async with desk.database.work(operator_id) as work:
        gone = await store.use_login(work, digest_of(returned.secret))
        known = await store.connection_of(work)
        is_open = gone is not None and gone.is_open(work.now)
    state = derived("state", returned.secret)
    is_ours = hmac.compare_digest(state.encode(), returned.state.encode())
    if gone is None or known is None or not (is_open and is_ours and known.issuer == gone.issuer):
        raise OpenIdRefused("the way back is not the one that this browser went there")
    if returned.issuer not in {"", gone.issuer}:
        raise OpenIdRefused("another issuer answers than was asked", issuer=returned.issuer)
    return known, gone


def _exchange(known: Connection, gone: Login, returned: Returned, desk: OpenIdDesk) -> Exchange:
    if not returned.code:
        raise OpenIdRefused("the provider has refused", issuer=known.issuer)
    sealed = known.sealed_secret
    row = str(known.operator_id)
    return Exchange(
        issuer=known.issuer,
        client_id=known.client_id,
        redirect_uri=gone.redirect_uri,
        nonce=derived("nonce", returned.secret),
        code=returned.code,
        verifier=derived("verifier", returned.secret),
        secret=None if sealed is None else desk.sealer.open(sealed, row=row),
    )


async def _driver(work: Work, issuer: str, person: Person, language: str) -> Driver:
    """
    Return the driver whose account it is: by the issuer's name for it, else by a checked address.

    Raises OpenIdNoAddress.
    """
    linked = await store.driver_linked(work, issuer, person.subject)
    if linked is not None:
        return await get_driver(work, linked)
    if person.email is None:
        raise OpenIdNoAddress("the provider tells no address that it has checked")
    try:
        driver = await driver_for(work, person.email, language)
    except NotAnAddress as problem:
        raise OpenIdNoAddress("what the provider tells is no address") from problem
    new = Link(work.operator_id, issuer, person.subject, driver.driver_id, work.now)
    await store.add_link(work, new)
    return driver


async def _handed(work: Work, gone: Login, app: AppReturn) -> str:
    code = work.ids.token()
    await store.hand_code(work, gone, digest_of(code), work.now + CODE_LASTS)
    return app.address(code=code)


def _called(problem: Problem) -> str:
    """Return what OAuth calls it (RFC 6749, 4.1.2.1)."""
    return "temporarily_unavailable" if isinstance(problem, OpenIdUnavailable) else "access_denied"
