"""Find what a platform has not got: rivals push once and forget."""

import hashlib
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from uuid import UUID

from app.charging.chargers.public.read import Window, page_of_locations
from app.infra.database import Work
from app.people.identity.read import get_operator
from app.pricing.tariffs.model import OcpiObject
from app.roaming.debts import store as debts
from app.roaming.debts.credit import told_of
from app.roaming.debts.model import Debt, Side
from app.roaming.desk import RoamingDesk
from app.roaming.errors import PlatformTrouble
from app.roaming.here import store
from app.roaming.here.offer import Offer, offer_to
from app.roaming.here.places import ocpi_location
from app.roaming.here.push import push_later, pushed_as
from app.roaming.invoices import store as invoices
from app.roaming.invoices.read import told_as
from app.roaming.platforms.find import get_platform, link_to
from app.roaming.platforms.model import RECEIVER, Platform
from app.roaming.platforms.read import every_connected
from app.roaming.ports import PeerRequest
from app.roaming.received.model import CDRS, INVOICES, LOCATIONS, TARIFFS, TOKENS
from app.roaming.tokens.ours import our_tokens
from app.roaming.wire.codec import encode
from app.roaming.wire.locations import Location
from app.roaming.wire.tokens import Token

_NOT_FOUND = 404
_PAGE = 200
_MODULES = (TARIFFS, LOCATIONS, CDRS, INVOICES, TOKENS)
# Where an invoice is kept, nobody says; cards are many, and their lists are pulled.
_NOT_ASKED = (INVOICES, TOKENS)
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
            if is_asked and module not in _NOT_ASKED:
                await _ask(platform, module, desk)


async def _fill(platform: Platform, module: str, desk: RoamingDesk) -> None:
    async with desk.database.work(platform.operator_id) as work:
        known = await store.sent_of(work, platform.platform_id, module)
        async for object_id, found in _ours(work, platform, module):
            digest = hashlib.sha256(encode(found, platform.speaks)).digest()
            took = known.pop(object_id, None)
            if took is None or took[0] != digest:
                push_later(work, platform.platform_id, module, object_id)
        if module in (TARIFFS, TOKENS):
            for gone in known:  # nobody may pay by it, or with it, any more
                push_later(work, platform.platform_id, module, gone)


async def _ours(
    work: Work, platform: Platform, module: str
) -> AsyncIterator[tuple[str, OcpiObject]]:
    """Yield what the platform should have, by id."""
    match module:
        case "tariffs":
            for tariff in (await offer_to(work, platform)).every_tariff():
                yield tariff.id, tariff
        case "locations":
            async for location in _locations(work, await offer_to(work, platform)):
                yield location.id, location
        case _:
            async for name, found in _told(work, platform, module):
                yield name, found


async def _told(
    work: Work, platform: Platform, module: str
) -> AsyncIterator[tuple[str, OcpiObject]]:
    match module:
        case "invoicereconciliation":
            asked = {"since": work.now - _CDRS_WITHIN, "offset": 0, "limit": _PAGE}
            for invoice in (await invoices.page(work, platform.platform_id, asked))[0]:
                yield invoice.record_id, told_as(invoice)
        case "tokens":
            async for token in _cards(work, platform):
                yield token.uid, token
        case _:
            async for debt in _billed(work, platform, work.now - _CDRS_WITHIN):
                yield pushed_as(debt), await told_of(work, debt)


async def _locations(work: Work, offer: Offer) -> AsyncIterator[Location]:
    operator, after = await get_operator(work), ""
    while page := await page_of_locations(work, Window(limit=_PAGE, after=after)):
        for one in page:
            yield ocpi_location(one, operator, offer)
        after = page[-1].location.location_id


async def _cards(work: Work, platform: Platform) -> AsyncIterator[Token]:
    window = {"offset": 0, "limit": _PAGE}
    while page := (await our_tokens(work, platform, window))[0]:
        for token in page:
            yield token
        window = {**window, "offset": window["offset"] + _PAGE}


async def _billed(work: Work, platform: Platform, since: datetime | None) -> AsyncIterator[Debt]:
    """Yield what the platform owes us by CDRs that were made *since*."""
    asked, offset = {"since": since, "limit": _PAGE}, 0
    while page := (
        await debts.page(work, platform.platform_id, Side.OURS, {**asked, "offset": offset})
    )[0]:
        for debt in page:
            yield debt
        offset += _PAGE


async def _ask(platform: Platform, module: str, desk: RoamingDesk) -> None:
    """Ask for each object that the platform took whether it still has it."""
    async with desk.database.work(platform.operator_id) as work:
        link = await link_to(work, platform, "EMSP", "PTP", desk=desk)
        since = work.now - _CDRS_WITHIN if module == CDRS else None
        known = await store.sent_of(work, platform.platform_id, module, since=since)
    for object_id, (_, url) in known.items():
        try:
            reply = await desk.peers.call(link, PeerRequest("GET", url))
        except PlatformTrouble:
            return  # it is asked again tomorrow
        if reply.http == _NOT_FOUND:
            async with desk.database.work(platform.operator_id) as work:
                push_later(work, platform.platform_id, module, object_id)


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


def defer_gap(work: Work, platform_id: UUID) -> None:
    """Let what a platform has not got be pushed after the commit. A step."""
    once = f"ocpi.gap:{platform_id}"
    work.defer("ocpi.gap", queueing_lock=once, platform_id=platform_id, is_asked=False)


async def replay(work: Work, platform: Platform, *, is_all: bool) -> None:
    """Let *platform* be sent what it should have; with *is_all* also what it took. A step."""
    if is_all:
        await store.forget_sent(work, platform.platform_id)
        async for debt in _billed(work, platform, None):
            push_later(work, platform.platform_id, CDRS, pushed_as(debt))
    work.defer(
        "ocpi.gap",
        queueing_lock=f"ocpi.gap:{platform.platform_id}:True",
        platform_id=platform.platform_id,
        is_asked=True,
    )
