"""The prices of many locations, each worked out once for a tariff, a place's VAT and its clock."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from app.charging.chargers.model import Location
from app.charging.chargers.public.read import PublicEvse, PublicLocation
from app.directpay.places.views import PlacePriceView
from app.directpay.prices.show import price_components
from app.infra.database import Work
from app.pricing.tariffs.choice.many.choose import choose_at
from app.pricing.tariffs.choice.model import Group, Spot
from app.pricing.tariffs.dynamic.locked import locked
from app.pricing.tariffs.dynamic.model import Lock
from app.pricing.tariffs.dynamic.read import lock_in
from app.pricing.tariffs.engine import plan_of, price_block
from app.pricing.tariffs.model import TariffVersion
from app.pricing.vat import VatRateUnknown, rate, territory

# By the uids of the EVSEs.
Prices = Mapping[str, PlacePriceView]


def _spot_at(place: PublicLocation, evse: PublicEvse) -> Spot:
    """Return where a price is asked for at *evse*; of several connectors none is known before."""
    connector_id = evse.connectors[0].connector_id if len(evse.connectors) == 1 else None
    return Spot(place.location.location_id, evse.evse_uid, evse.max_power_kw, connector_id)


async def prices_at(
    work: Work, places: Iterable[PublicLocation], groups: frozenset[Group]
) -> Prices:
    """Return what a driver of *groups* pays now at each EVSE that is sold. A step."""
    sold = [(place, evse) for place in places for evse in place.evses]
    tariffs = await choose_at(work, [_spot_at(place, evse) for place, evse in sold], groups)
    locks: dict[str, Lock] = {}
    for version, (place, _) in zip(tariffs, sold, strict=True):
        country = place.location.country
        if version is not None and version.series is not None and country not in locks:
            locks[country] = await lock_in(work, country)
    prices: dict[str, PlacePriceView] = {}
    priced: dict[tuple[str | int, ...], PlacePriceView | None] = {}
    for version, (place, evse) in zip(tariffs, sold, strict=True):
        if version is None:
            continue
        same = _same(version, place.location)
        if same not in priced:
            lock = locks.get(place.location.country)
            priced[same] = _price(version, place.location, work.now, lock)
        if (price := priced[same]) is not None:
            prices[evse.evse_uid] = price
    return prices


def _same(version: TariffVersion, location: Location) -> tuple[str | int, ...]:
    """Return what a price depends on at one instant."""
    place = territory(location.country, location.postal_code)
    return version.tariff_id, version.version, place, location.country, location.time_zone


def _price(
    version: TariffVersion, location: Location, at: datetime, lock: Lock | None
) -> PlacePriceView | None:
    """Return the price of *version* at a place, None where nobody knows the VAT: it can't sell."""
    if version.series is not None and lock is not Lock.LIVE:
        version = locked(version, at, location.time_zone)
    place = territory(location.country, location.postal_code)
    try:
        vat = rate(place, at.astimezone(ZoneInfo(location.time_zone)).date())
    except VatRateUnknown:
        return None
    block = price_block(plan_of(version), at, location.time_zone, vat)
    return PlacePriceView(
        tariff_id=block.tariff_id,
        tariff_version=block.tariff_version,
        currency=block.currency,
        vat_rate=block.vat_rate,
        components=price_components(block.components),
    )
