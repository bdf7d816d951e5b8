"""Fetch from another platform what it should have pushed: page by page."""

import logging
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from datetime import datetime
from urllib.parse import urlencode
from uuid import UUID

from app.roaming.abroad.hear import hear_cdr, hear_session
from app.roaming.desk import RoamingDesk
from app.roaming.errors import OcpiInvalid, PlatformTrouble
from app.roaming.platforms.find import get_platform, link_to
from app.roaming.platforms.model import SENDER, Platform, below
from app.roaming.ports import Link, PeerRequest
from app.roaming.received.model import CDRS, SESSIONS
from app.roaming.wire.codec import instant, read
from app.roaming.wire.sessions import Cdr, Session

log = logging.getLogger(__name__)

_PAGE = 100
_MOST_PAGES = 10_000


async def pull_sessions(
    platform_id: UUID, since: datetime, *, operator_id: UUID, desk: RoamingDesk
) -> None:
    """
    Hear the sessions of a platform that changed *since*; one that cannot be read stops no other.

    Raises PlatformTrouble and OcpiNotOffered.
    """
    platform, link = await reach(platform_id, operator_id, desk)
    async for one in pages(platform, link, SESSIONS, since, desk=desk):
        with leaving_out(platform, SESSIONS):
            await hear_session(platform, read(Session, one), desk=desk)


async def pull_cdrs(
    platform_id: UUID, since: datetime, *, operator_id: UUID, desk: RoamingDesk
) -> None:
    """Hear the CDRs of a platform that were made *since*, as `pull_sessions` does."""
    platform, link = await reach(platform_id, operator_id, desk)
    async for one in pages(platform, link, CDRS, since, desk=desk):
        with leaving_out(platform, CDRS):
            await hear_cdr(platform, read(Cdr, one), desk=desk)


@contextmanager
def leaving_out(platform: Platform, module: str) -> Iterator[None]:
    """Leave out what cannot be read of a *module*, and say so in the log."""
    try:
        yield
    except OcpiInvalid as wrong:
        log.warning("%s: left out of %s: %s", platform.name, module, wrong.detail)


async def reach(platform_id: UUID, operator_id: UUID, desk: RoamingDesk) -> tuple[Platform, Link]:
    """Return a platform and the way to it. Raises PlatformNotFound."""
    async with desk.database.work(operator_id) as work:
        platform = await get_platform(work, platform_id)
        return platform, await link_to(work, platform, "CPO", desk=desk)


async def pages(
    platform: Platform, link: Link, module: str, since: datetime | None, *, desk: RoamingDesk
) -> AsyncIterator[dict[str, object]]:
    """
    Yield each object of a *module* of *platform* that changed *since*, as plain data.

    A part of a module is named behind a slash: `payments/terminals`.
    One page is held at a time; an empty one is the last, whatever it names as the next, and so is
    one that names itself. Raises PlatformTrouble and OcpiNotOffered.
    """
    asked = {"limit": str(_PAGE)} | ({} if since is None else {"date_from": instant(since)})
    name, _, part = module.partition("/")
    base = platform.url_of(name, SENDER)
    base = below(base, part) if part else base
    url: str | None = f"{base}?{urlencode(asked)}"
    for _ in range(_MOST_PAGES):
        if url is None:
            return
        reply = (await desk.peers.call(link, PeerRequest("GET", url))).checked(url)
        if not isinstance(reply.data, list):
            raise PlatformTrouble(f"{url} answers no list", url=url, is_sent=True)
        for one in reply.data:
            if not isinstance(one, dict):
                raise PlatformTrouble(f"{url} answers no list of objects", url=url, is_sent=True)
            yield one
        url = reply.next_url if reply.data and reply.next_url != url else None
