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
from app.roaming.errors import OcpiNotOffered, OcpiObjectUnknown
from app.roaming.here.guests import billed_page, guest_session, session_page
from app.roaming.here.offer import offer_to
from app.roaming.here.places import ocpi_location
from app.roaming.received.model import LOCATIONS
from app.roaming.wire.locations import part_of
from app.roaming.wire.sessions import ChargingPreferences

_HAD_ANYWAY = ("FAST", "REGULAR")


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


async def put_preferences(call: Call, desk: RoamingDesk) -> Answer:
    """
    Take charging preferences of a session of the platform's driver.

    Every car charges as fast as it can, so who wants that gets it; no price or origin of the energy
    is waited for. OCPI, mod_sessions, "ChargingPreferencesResponse".
    """
    session_id, what = call.path(2)
    if what != "charging_preferences":
        raise OcpiNotOffered("there is nothing at this address", http=404)
    wanted = call.body_as(ChargingPreferences)
    async with desk.database.work(call.platform.operator_id) as work:
        await guest_session(work, call.platform, session_id)
    is_had = wanted.profile_type.upper() in _HAD_ANYWAY
    return Answer("ACCEPTED" if is_had else "PROFILE_TYPE_NOT_SUPPORTED")


async def _one_location(call: Call, desk: RoamingDesk) -> Answer:
    location_id, *path = call.path(1, 2, 3)
    async with desk.database.work(call.platform.operator_id) as work:
        found = await public_location(work, location_id)
        if found is None:
            raise OcpiObjectUnknown(f"there is no location {location_id}", module=LOCATIONS)
        offer = await offer_to(work, call.platform)
        location = ocpi_location(found, await get_operator(work), offer)
    return Answer(part_of(location, tuple(path)))
