"""What a driver looks for: where and what, up to which price, and how much of it at once."""

from dataclasses import dataclass
from decimal import Decimal

from app.charging.chargers.places.model import After, Sought


@dataclass(frozen=True, slots=True)
class Wanted:
    """
    What of a list is wanted: at most *limit* locations that are *sought*, those *after* a place.

    *max_price_kwh* leaves locations out where no EVSE has a price per kWh now, incl. VAT, of at
    most that many major units.
    """

    sought: Sought
    limit: int
    after: After | None = None
    max_price_kwh: Decimal | None = None
