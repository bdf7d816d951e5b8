"""What platforms read of ours: locations, tariffs, sessions, CDRs; page by page."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from app.charging.chargers.public.read import (
    Window,
    count_locations,
    page_of_locations,
    public_location,
)
from app.hooks.ocpi.call import Answer, Call
from app.people.identity.read import get_operator
from app.roaming.desk import RoamingDesk
from app.roaming.errors import OcpiInvalid, OcpiObjectUnknown
from app.roaming.here.guests import billed_page, session_page
from app.roaming.here.offer import offer_to
from app.roaming.here.places import ocpi_location
from app.roaming.received.model import LOCATIONS
from app.roaming.wire.codec import read_instant
from app.roaming.wire.locations import part_of

_LIMIT = 100
_MOST = 1000
_LONGEST_KEY = 64


async def list_locations(call: Call, desk: RoamingDesk) -> Answer:
    """Return a page of locations, or one of them, an EVSE or a connector of it."""
    if call.rest:
        return await _one_location(call, desk)
    window = _window(call)
    async with desk.database.work(call.platform.operator_id) as work:
        page = await page_of_locations(work, window)
        total = await count_locations(work, window)
        offer = await offer_to(work, call.platform)
        operator = await get_operator(work)
    found = [ocpi_location(one, operator, offer) for one in page]
    after = page[-1].location.location_id if page else None
    return _page(call, found, total, window.offset, window.limit, after)


async def list_tariffs(call: Call, desk: RoamingDesk) -> Answer:
    """Return a page of tariffs."""
    window = _window(call)
    call.path(0)
    async with desk.database.work(call.platform.operator_id) as work:
        every = (await offer_to(work, call.platform)).every_tariff()
    every = [one for one in every if _is_within(one.last_updated, window)]
    page = every[window.offset : window.offset + window.limit]
    return _page(call, page, len(every), window.offset, window.limit)


async def list_sessions(call: Call, desk: RoamingDesk) -> Answer:
    """Return a page of the sessions of the platform's drivers."""
    window = _window(call)
    call.path(0)
    async with desk.database.work(call.platform.operator_id) as work:
        page, total = await session_page(work, call.platform, _asked(window))
    return _page(call, page, total, window.offset, window.limit)


async def list_cdrs(call: Call, desk: RoamingDesk) -> Answer:
    """Return a page of the records of the platform's drivers."""
    window = _window(call)
    call.path(0)
    async with desk.database.work(call.platform.operator_id) as work:
        page, total = await billed_page(work, call.platform, _asked(window))
    return _page(call, page, total, window.offset, window.limit)


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


def _window(call: Call) -> Window:
    query = call.query
    after = query.get("after")
    if after is not None and len(after) > _LONGEST_KEY:
        raise OcpiInvalid("that is no page of ours", field="after")
    return Window(
        since=_instant(query, "date_from"),
        until=_instant(query, "date_to"),
        offset=_whole(query, "offset", 0),
        limit=min(max(_whole(query, "limit", _LIMIT), 1), _MOST),
        after=after,
    )


def _instant(query: Mapping[str, str], name: str) -> datetime | None:
    text = query.get(name)
    try:
        return None if not text else read_instant(text)
    except ValueError as wrong:
        raise OcpiInvalid(str(wrong), field=name) from wrong


def _whole(query: Mapping[str, str], name: str, default: int) -> int:
    text = query.get(name) or str(default)
    if not text.isdecimal() or len(text) > 9:  # noqa: PLR2004 - digits
        raise OcpiInvalid(f"{text!r} is no number", field=name)
    return int(text)


def _is_within(at: datetime | None, window: Window) -> bool:
    if at is None:
        return True
    is_late = window.since is None or at >= window.since
    return is_late and (window.until is None or at < window.until)


def _asked(window: Window) -> Mapping[str, Any]:
    return {
        "since": window.since,
        "until": window.until,
        "offset": window.offset,
        "limit": window.limit,
    }


def _page(  # noqa: PLR0913, PLR0917 - what a page is
    call: Call, found: list[Any], total: int, offset: int, limit: int, after: str | None = None
) -> Answer:
    headers = {"X-Total-Count": str(total), "X-Limit": str(limit)}
    if offset + len(found) < total and found:
        asked = {**call.query, "offset": str(offset + len(found)), "limit": str(limit)}
        # Deep pages are found by key: an offset would count all rows before.
        asked |= {} if after is None else {"after": after}
        headers["Link"] = f'<{call.url}?{urlencode(asked)}>; rel="next"'
    return Answer(found, headers=headers)
