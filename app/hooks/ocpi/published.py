"""What platforms read of ours: locations, tariffs, sessions, CDRs; page by page."""

from app.charging.chargers.public.read import (
    count_locations,
    page_of_locations,
    public_location,
)
from app.hooks.ocpi.call import Answer, Call
from app.hooks.ocpi.paging import asked_of, is_within, page_of, window_of
from app.people.identity.read import get_operator
from app.roaming.desk import RoamingDesk
from app.roaming.errors import OcpiObjectUnknown
from app.roaming.here.guests import billed_page, session_page
from app.roaming.here.offer import offer_to
from app.roaming.here.places import ocpi_location
from app.roaming.received.model import LOCATIONS
from app.roaming.wire.locations import part_of


async def list_locations(call: Call, desk: RoamingDesk) -> Answer:
    """Return a page of locations, or one of them, an EVSE or a connector of it."""
    if call.rest:
        return await _one_location(call, desk)
    window = window_of(call)
    async with desk.database.work(call.platform.operator_id) as work:
        page = await page_of_locations(work, window)
        total = await count_locations(work, window)
        offer = await offer_to(work, call.platform)
        operator = await get_operator(work)
    found = [ocpi_location(one, operator, offer) for one in page]
    after = page[-1].location.location_id if page else None
    return page_of(call, found, total, window, after)


async def list_tariffs(call: Call, desk: RoamingDesk) -> Answer:
    """Return a page of tariffs."""
    window = window_of(call)
    call.path(0)
    async with desk.database.work(call.platform.operator_id) as work:
        every = (await offer_to(work, call.platform)).every_tariff()
    every = [one for one in every if is_within(one.last_updated, window)]
    page = every[window.offset : window.offset + window.limit]
    return page_of(call, page, len(every), window)


async def list_sessions(call: Call, desk: RoamingDesk) -> Answer:
    """Return a page of the sessions of the platform's drivers."""
    window = window_of(call)
    call.path(0)
    async with desk.database.work(call.platform.operator_id) as work:
        page, total = await session_page(work, call.platform, asked_of(window))
    return page_of(call, page, total, window)


async def list_cdrs(call: Call, desk: RoamingDesk) -> Answer:
    """Return a page of the records of the platform's drivers."""
    window = window_of(call)
    call.path(0)
    async with desk.database.work(call.platform.operator_id) as work:
        page, total = await billed_page(work, call.platform, asked_of(window))
    return page_of(call, page, total, window)


async def put_preferences(call: Call, desk: RoamingDesk) -> Answer:  # noqa: ARG001 - a handler
    """Take charging preferences: nothing here can follow them yet, and says so."""
    call.path(2)
    return Answer("NOT_POSSIBLE")


async def _one_location(call: Call, desk: RoamingDesk) -> Answer:
    location_id, *path = call.path(1, 2, 3)
    async with desk.database.work(call.platform.operator_id) as work:
        found = await public_location(work, location_id)
        if found is None:
            raise OcpiObjectUnknown(f"there is no location {location_id}", module=LOCATIONS)
        offer = await offer_to(work, call.platform)
        location = ocpi_location(found, await get_operator(work), offer)
    return Answer(part_of(location, tuple(path)))
