"""Locations as they are shown."""

from typing import Final

from app.charging.chargers.model import Connector, EvseStatus
from app.charging.chargers.places.model import Found
from app.charging.chargers.public.read import PublicEvse
from app.directpay.places.price import Prices
from app.directpay.places.views import PlaceEvseView, PlaceView, PlugView
from app.directpay.views import PointState

# As the page of a code says it, but for who is paying there just now.
_STATES: Final = {
    EvseStatus.AVAILABLE: PointState.FREE,
    EvseStatus.PREPARING: PointState.PLUGGED,
    EvseStatus.FAULTED: PointState.OUT_OF_ORDER,
    EvseStatus.UNAVAILABLE: PointState.OUT_OF_ORDER,
    EvseStatus.UNKNOWN: PointState.OFFLINE,
}


def place_view(found: Found, prices: Prices) -> PlaceView:
    """Return a location as it is shown, with what of *prices* holds there."""
    place, location = found.place, found.place.location
    evses = tuple(_evse_view(each, prices) for each in place.evses)
    sold = [each.price for each in evses if each.price is not None]
    return PlaceView(
        location_id=location.location_id,
        name=location.name,
        address=location.address,
        postal_code=location.postal_code,
        city=location.city,
        country=location.country,
        latitude=location.latitude,
        longitude=location.longitude,
        time_zone=location.time_zone,
        metres=found.metres,
        free=sum(each.state is PointState.FREE for each in evses),
        max_power_kw=max(each.max_power_kw for each in evses),
        from_price=min(sold, key=lambda price: price.per_kwh, default=None),
        evses=evses,
    )


def _evse_view(evse: PublicEvse, prices: Prices) -> PlaceEvseView:
    return PlaceEvseView(
        evse_uid=evse.evse_uid,
        code=evse.code,
        evse_id=evse.evse_id,
        physical_reference=evse.physical_reference,
        state=_STATES.get(evse.status, PointState.OCCUPIED),
        max_power_kw=evse.max_power_kw,
        plugs=tuple(_plug_view(each) for each in evse.connectors),
        price=prices.get(evse.evse_uid),
    )


def _plug_view(connector: Connector) -> PlugView:
    return PlugView(
        standard=connector.standard,
        power_type=connector.power_type,
        cable_attached=connector.format == "CABLE",
        max_power_kw=connector.max_power_kw,
    )
