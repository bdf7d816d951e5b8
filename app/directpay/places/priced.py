"""Locations with what charging costs there now, and those where it costs no more than so much."""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Final

from app.charging.chargers.places.model import Found, Sought
from app.charging.chargers.places.read import page_of_places
from app.directpay.places.errors import AreaTooLarge
from app.directpay.places.price import prices_at
from app.directpay.places.show import place_view
from app.directpay.places.views import PlaceView
from app.infra.database import Work
from app.pricing.tariffs.choice.model import Group

NOBODY: Final = frozenset[Group]()
# A price follows from rules and the clock, for each socket: a second for so many locations.
MOST_PRICED: Final = 5_000
_AT_ONCE: Final = 500


async def priced(work: Work, found: Sequence[Found], groups: frozenset[Group]) -> list[PlaceView]:
    """Return what was *found* at the prices of a driver of *groups*. A step."""
    prices = await prices_at(work, [each.place for each in found], groups)
    return [place_view(each, prices) for each in found]


async def cheap_in_area(work: Work, sought: Sought, max_price_kwh: Decimal) -> list[str]:
    """
    Return the locations that are *sought* in an area and cost at most so much there. A step.

    The price is the one for everybody. Raises AreaTooLarge.
    """
    cheap: list[str] = []
    looked, more, around = 0, None, replace(sought, near=None)
    while True:
        page = await page_of_places(work, around, more, _AT_ONCE)
        looked, more = looked + len(page.found), page.more
        if looked > MOST_PRICED:
            raise AreaTooLarge("zoom in to look for a price", limit=MOST_PRICED)
        places = await priced(work, page.found, NOBODY)
        cheap += [each.location_id for each in places if is_cheap(each, max_price_kwh)]
        if more is None:
            return cheap


def is_cheap(place: PlaceView, max_price_kwh: Decimal | None) -> bool:
    """Tell whether an EVSE of *place* has a price per kWh of at most so much; None: whatever."""
    if max_price_kwh is None:
        return True
    prices = (each.price for each in place.evses if each.price is not None)
    return any(price.per_kwh <= max_price_kwh for price in prices)
