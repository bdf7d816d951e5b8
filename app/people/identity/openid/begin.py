"""The way there: the browser is sent to the operator's provider."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final
from uuid import UUID

from app.infra.database import Database
from app.infra.limits import Limit
from app.people.identity.drivers.model import digest_of
from app.people.identity.openid import store
from app.people.identity.openid.errors import OpenIdNotOffered, OpenIdRefused
from app.people.identity.openid.model import AppReturn, Connection, Login, derived
from app.people.identity.openid.ports import Asking, OpenIdDesk

WAYS_PER_NETWORK: Final = Limit("openid", 60, timedelta(hours=1))


@dataclass(frozen=True, slots=True)
class Start:
    """
    Where to come back to: our own *redirect_uri*, and then the page *back* or the *app*.

    *language* is the one in which the provider is asked to speak.
    """

    redirect_uri: str
    language: str
    back: str = ""
    app: AppReturn | None = None


async def begin_openid(start: Start, *, operator_id: UUID, desk: OpenIdDesk) -> tuple[str, str]:
    """
    Return the secret that binds the way to the browser, and the address that it is sent to.

    Raises OpenIdNotOffered, OpenIdUnavailable, and OpenIdRefused for an app that nobody named.
    """
    async with desk.database.work(operator_id) as work:
        known = await store.connection_of(work)
        if known is None:
            raise OpenIdNotOffered("this operator has no provider to sign in with")
        if start.app is not None and not (start.app.is_sound and known.lets(start.app)):
            raise OpenIdRefused("no app of this operator's waits there", field="redirect_uri")
        secret = work.ids.token()
        new = Login(
            login_id=work.ids.uuid7(work.now),
            digest=digest_of(secret),
            issuer=known.issuer,
            redirect_uri=start.redirect_uri,
            back=start.back,
            asked_at=work.now,
            app=start.app,
        )
        await store.add_login(work, new)
    return secret, await desk.providers.address(_asking(known, start, secret))


async def offered(*, operator_id: UUID, database: Database) -> Connection | None:
    """Return where the operator's drivers may sign in, or None."""
    async with database.work(operator_id) as work:
        return await store.connection_of(work)


def _asking(known: Connection, start: Start, secret: str) -> Asking:
    return Asking(
        issuer=known.issuer,
        client_id=known.client_id,
        redirect_uri=start.redirect_uri,
        state=derived("state", secret),
        nonce=derived("nonce", secret),
        verifier=derived("verifier", secret),
        language=start.language,
    )
