"""The VAT that a tariff is published with: that of the places where it holds."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal

from app.charging.chargers.public.read import Address, addresses_of
from app.infra.database import Work
from app.pricing.tariffs.choice.model import Place, PlaceKind, Rule
from app.pricing.vat import rate, territory
from app.pricing.vat.errors import VatRateUnknown


async def rates_of(
    work: Work, rules: Iterable[Rule], regions: Mapping[str, Iterable[Place]], home: Address
) -> dict[str, Decimal]:
    """
    Return the VAT rate in percent of each tariff that *rules* name, by its id.

    It is that of the country where they all hold; of *home* where they hold everywhere, or in
    several. *regions* are those of each location. A step. Raises VatRateUnknown for *home*.
    """
    every = list(rules)
    inside: dict[str, list[str]] = defaultdict(list)
    for location_id, places in regions.items():
        for place in places:
            inside[place.id].append(location_id)
    names = {rule.place: _names(rule.place, inside) for rule in every}
    known = await addresses_of(work, sorted({one for some in names.values() for one in some}))
    at_home = _rate(home, work.now.date())
    found: dict[str, set[Decimal]] = defaultdict(set)
    for rule in every:
        addresses = [known[one] for one in names[rule.place] if one in known]
        found[rule.tariff_id] |= {_rate_or(one, work.now.date(), at_home) for one in addresses}
        found[rule.tariff_id] |= set() if addresses else {at_home}
    return {name: rates.pop() if len(rates) == 1 else at_home for name, rates in found.items()}


def _names(place: Place, inside: Mapping[str, list[str]]) -> list[str]:
    """Return the locations and EVSEs of a *place* by their ids; none: it is everywhere."""
    match place.kind:
        case PlaceKind.OPERATOR:
            return []
        case PlaceKind.REGION:
            return inside.get(place.id, [])
        case PlaceKind.CONNECTOR:
            return [place.id.rpartition("/")[0]]
        case PlaceKind.LOCATION | PlaceKind.EVSE:
            return [place.id]


def _rate(address: Address, at: date) -> Decimal:
    return rate(territory(address.country, address.postal_code), at)


def _rate_or(address: Address, at: date, default: Decimal) -> Decimal:
    try:
        return _rate(address, at)
    except VatRateUnknown:
        return default
