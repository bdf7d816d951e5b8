"""Locations as the map, the list and the API show them: plain data, no words of their own."""

from decimal import Decimal

import msgspec

from app.charging.chargers.places.model import After
from app.directpay.prices.views import PriceComponentView
from app.directpay.views import PointState


class PlugView(msgspec.Struct, frozen=True):
    """A plug or socket: OCPI ConnectorType and PowerType; *cable_attached* when it has a cable."""

    standard: str
    power_type: str
    cable_attached: bool
    max_power_kw: Decimal


class PlacePriceView(msgspec.Struct, frozen=True):
    """
    What charging costs now, incl. VAT: *components* in the order kWh, minute, session, other.

    Where VAT is not known beforehand *vat_rate* is null. All that may change it, as times of day,
    is in `getCode`.
    """

    tariff_id: str
    tariff_version: int
    currency: str
    vat_rate: Decimal | None
    components: tuple[PriceComponentView, ...]

    @property
    def per_kwh(self) -> Decimal:
        """Return the price of a kWh in major units, 0 where energy is not charged for."""
        prices = (each.price for each in self.components if each.unit == "kwh")
        return next(prices, Decimal(0))


class PlaceEvseView(msgspec.Struct, frozen=True):
    """
    A charging point of a location; its *code* leads to `getCode` and to its page.

    *state* is free | plugged | occupied | offline | out_of_order. *price* is null where nothing is
    sold.
    """

    evse_uid: str
    code: str
    evse_id: str
    physical_reference: str
    state: PointState
    max_power_kw: Decimal
    plugs: tuple[PlugView, ...]
    price: PlacePriceView | None


class PlaceView(msgspec.Struct, frozen=True):
    """
    A location; *free* of its EVSEs can be charged at now. *metres* is how far away it is, if asked.

    *from_price* is the lowest price per kWh among its EVSEs now.
    """

    location_id: str
    name: str
    address: str
    postal_code: str
    city: str
    country: str
    latitude: Decimal
    longitude: Decimal
    time_zone: str
    metres: int | None
    free: int
    max_power_kw: Decimal
    from_price: PlacePriceView | None
    evses: tuple[PlaceEvseView, ...]


class PlacePage(msgspec.Struct, frozen=True):
    """Locations, and behind which one there are *more*."""

    places: tuple[PlaceView, ...]
    more: After | None = None


class ClusterView(msgspec.Struct, frozen=True):
    """
    Locations close together: their middle, and how many they are with how many EVSEs.

    *location_id* is set when it is one alone.
    """

    latitude: Decimal
    longitude: Decimal
    locations: int
    evses: int
    location_id: str | None
