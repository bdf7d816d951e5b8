"""Find what a platform has not got: rivals push once and forget."""

import hashlib
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from uuid import UUID

from app.charging.chargers.public.read import Window, page_of_locations
from app.infra.database import Work
from app.people.identity.read import get_operator
from app.pricing.tariffs.model import OcpiObject
from app.roaming.desk import RoamingDesk
from app.roaming.errors import PlatformTrouble
from app.roaming.here import store
from app.roaming.here.model import Guest
from app.roaming.here.offer import offer_to
from app.roaming.here.places import ocpi_location
from app.roaming.here.push import push_later
from app.roaming.here.show import ocpi_cdr_of
from app.roaming.platforms.find import get_platform, link_to
from app.roaming.platforms.model import RECEIVER, Platform
from app.roaming.platforms.read import every_connected
from app.roaming.ports import PeerRequest
from app.roaming.received.model import CDRS, LOCATIONS, TARIFFS
from app.roaming.wire.codec import encode

_NOT_FOUND = 404
_PAGE = 200
_MODULES = (TARIFFS, LOCATIONS, CDRS)
# A CDR that a platform did not take for so long is a matter of people (`replay --all`).
_CDRS_WITHIN = timedelta(days=30)


async def fill_gaps(
    platform_id: UUID, *, is_asked: bool, operator_id: UUID, desk: RoamingDesk
) -> None:
    """
    Push again what the platform never took, or took as something else; a job.

    When it *is_asked*, also what it says that it does not have any more.
    """
    async with desk.database.work(operator_id) as work:
        platform = await get_platform(work, platform_id)
    if not platform.is_connected:
        return
    for module in _MODULES:
        if platform.serves(module, RECEIVER):
            await _fill(platform, module, desk)
            if is_asked:
                await _ask(platform, module, desk)


async def _fill(platform: Platform, module: str, desk: RoamingDesk) -> None:
    async with desk.database.work(platform.operator_id) as work:
        known = await store.sent_of(work, platform.platform_id, module)
        async for object_id, found in _ours(work, platform, module):
            digest = hashlib.sha256(encode(found, platform.speaks)).digest()
            took = known.pop(object_id, None)
            if took is None or took[0] != digest:
                push_later(work, platform.platform_id, module, object_id)
        if module == TARIFFS:
            for gone in known:  # nobody may pay by it any more
                push_later(work, platform.platform_id, module, gone)


async def _ours(
    work: Work, platform: Platform, module: str
) -> AsyncIterator[tuple[str, OcpiObject]]:
    """Yield what the platform should have, by id."""
    offer = await offer_to(work, platform)
    match module:
        case "tariffs":
            for tariff in offer.every_tariff():
                yield tariff.id, tariff
        case "locations":
            operator, after = await get_operator(work), ""
            while page := await page_of_locations(work, Window(limit=_PAGE, after=after)):
                for one in page:
                    yield one.location.location_id, ocpi_location(one, operator, offer)
                after = page[-1].location.location_id
        case _:
            async for guest in _billed(work, platform):
                yield str(guest.session_id), await ocpi_cdr_of(work, guest)


async def _billed(work: Work, platform: Platform) -> AsyncIterator[Guest]:
    """Yield the guests whose CDRs are young enough to be looked after."""
    asked: dict[str, object] = {"since": work.now - _CDRS_WITHIN, "limit": _PAGE}
    offset = 0
    while page := await store.page(
        work, platform.platform_id, {**asked, "offset": offset}, is_billed=True
    ):
        for guest in page:
            yield guest
        offset += _PAGE


async def _ask(platform: Platform, module: str, desk: RoamingDesk) -> None:
    """Ask for each object that the platform took whether it still has it."""
    async with desk.database.work(platform.operator_id) as work:
        link = await link_to(work, platform, "EMSP", "PTP", desk=desk)
        known = await store.sent_of(work, platform.platform_id, module, _since(module, work.now))
    for object_id, (_, url) in known.items():
        try:
            reply = await desk.peers.call(link, PeerRequest("GET", url))
        except PlatformTrouble:
            return  # it is asked again tomorrow
        if reply.http == _NOT_FOUND:
            async with desk.database.work(platform.operator_id) as work:
                push_later(work, platform.platform_id, module, object_id)


def _since(module: str, now: datetime) -> datetime | None:
    return now - _CDRS_WITHIN if module == CDRS else None


async def defer_gaps(*, is_asked: bool, desk: RoamingDesk) -> None:
    """Let the gaps of every connected platform be filled. A sweep."""
    for platform in await every_connected(database=desk.database):
        async with desk.database.work(platform.operator_id) as work:
            work.defer(
                "ocpi.gap",
                queueing_lock=f"ocpi.gap:{platform.platform_id}:{is_asked}",
                platform_id=platform.platform_id,
                is_asked=is_asked,
            )


async def replay(work: Work, platform: Platform, *, is_all: bool) -> None:
    """Let *platform* be sent what it should have; with *is_all* also what it took. A step."""
    if is_all:
        await store.forget_sent(work, platform.platform_id)
        for session_id in await store.billed_sessions(work, platform.platform_id):
            push_later(work, platform.platform_id, CDRS, str(session_id))
    work.defer(
        "ocpi.gap",
        queueing_lock=f"ocpi.gap:{platform.platform_id}:True",
        platform_id=platform.platform_id,
        is_asked=True,
    )
