"""Read our locations for others, inside another's transaction."""

from collections.abc import Collection, Sequence

from app.charging.chargers.public import store
from app.charging.chargers.public.store import Address, PublicEvse, PublicLocation, Window
from app.infra.database import Work
from app.kernel.money import Money

__all__ = [
    "Address",
    "PublicEvse",
    "PublicLocation",
    "Window",
    "addresses_of",
    "count_locations",
    "largest_hold",
    "note_changes",
    "page_of_locations",
    "public_location",
    "public_location_of_evse",
]


async def page_of_locations(work: Work, window: Window) -> list[PublicLocation]:
    """Return a page of the operator's own locations by id. A step."""
    return await store.page_of(work, window)


async def count_locations(work: Work, window: Window) -> int:
    """Return how many locations there are in all pages of *window*. A step."""
    return await store.count_of(work, window)


async def public_location(work: Work, location_id: str) -> PublicLocation | None:
    """Return one of the operator's own locations, or None. A step."""
    return await store.location_of(work, location_id)


async def public_location_of_evse(work: Work, evse_uid: str) -> PublicLocation | None:
    """Return the location of an EVSE, or None. A step."""
    return await store.location_of_evse(work, evse_uid)


async def largest_hold(work: Work, currency: str) -> Money | None:
    """
    Return the most that is held at any of the operator's own EVSEs; None: nothing is said. A step.

    It is what a terminal asks for that does not know yet which of them the driver will use.
    """
    return await store.largest_hold(work, currency)


async def addresses_of(work: Work, names: Collection[str]) -> dict[str, Address]:
    """Return where these locations and EVSEs are, by their ids. A step."""
    return await store.addresses_of(work, names)


async def note_changes(work: Work, identities: Sequence[str]) -> list[str]:
    """Note that charge points came or went; return the uids of their EVSEs. A step."""
    return await store.touch_evses(work, identities)
