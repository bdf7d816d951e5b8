"""What we offer a party: its tariffs, and which of them holds at which connector."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

from msgspec import structs

from app.charging.chargers.public.read import Address, PublicEvse, PublicLocation, largest_hold
from app.infra.database import Work
from app.people.identity.model import Operator
from app.people.identity.read import get_operator
from app.pricing.tariffs.choice.model import (
    AD_HOC,
    Group,
    GroupKind,
    Place,
    PlaceKind,
    Rule,
    Spot,
)
from app.pricing.tariffs.choice.read import regions_of, rules_of
from app.pricing.tariffs.choice.resolve import Asked, applicable
from app.pricing.tariffs.choice.write import ELSEWHERE
from app.pricing.tariffs.dynamic.as_ocpi import as_ocpi
from app.pricing.tariffs.dynamic.read import lock_in
from app.pricing.tariffs.get import newest_tariffs
from app.pricing.tariffs.model import Tariff, with_vat
from app.roaming.here.taxes import rates_of
from app.roaming.platforms.model import SENDER, Party, Platform
from app.roaming.received.model import PAYMENTS

_UTC = "UTC"


@dataclass(frozen=True, slots=True)
class Offer:
    """
    The tariffs for some groups of drivers, ready to be looked up.

    *tariffs* are those to publish, by the id under which we know them: dynamic prices can be
    several. *rules* are those that name them, by the place that they hold at.
    """

    groups: frozenset[Group]
    tariffs: Mapping[str, tuple[Tariff, ...]]
    rules: Mapping[Place, tuple[Rule, ...]]
    regions: Mapping[str, frozenset[Place]]
    now: datetime

    def every_tariff(self) -> list[Tariff]:
        """Return all tariffs to publish, by id."""
        found = {tariff.id: tariff for some in self.tariffs.values() for tariff in some}
        return [found[name] for name in sorted(found)]

    def tariff_ids(self, location: PublicLocation, evse: PublicEvse, connector: str) -> list[str]:
        """Return the ids of the tariffs that hold at a connector for each of the groups."""
        found: dict[str, None] = {}
        for group in sorted(self.groups):
            rule = self._rule(location, evse, connector, group)
            if rule is not None:
                found |= dict.fromkeys(tariff.id for tariff in self.tariffs[rule.tariff_id])
        return list(found)

    def _rule(
        self, location: PublicLocation, evse: PublicEvse, connector: str, group: Group
    ) -> Rule | None:
        location_id = location.location.location_id
        power = max(one.max_power_kw for one in evse.connectors)
        spot = Spot(location_id, evse.evse_uid, power, connector)
        regions = self.regions.get(location_id, frozenset())
        places = (*spot.places(), *regions)
        near = [rule for place in places for rule in self.rules.get(place, ())]
        asked = Asked(spot, self.now, frozenset({group}), regions)
        return next((one for one in applicable(near, asked) if one.tariff_id in self.tariffs), None)


def group_of(party: Party) -> Group:
    """Return the group of the drivers of a roaming party."""
    return Group(GroupKind.ROAMING, str(party))


async def offer_to(work: Work, platform: Platform) -> Offer:
    """Return what the drivers of *platform* are offered, and drivers without a contract. A step."""
    party = platform.party("EMSP", "PTP")
    groups = {AD_HOC} if party is None else {AD_HOC, group_of(party)}
    offer = await offer_for(work, frozenset(groups))
    if not platform.serves(PAYMENTS, SENDER):
        return offer
    held = {
        name: tuple([await _with_hold(work, tariff) for tariff in some])
        for name, some in offer.tariffs.items()
    }
    return replace(offer, tariffs=held)


async def amount_to_authorise(work: Work, tariff: Tariff) -> Decimal | None:
    """
    Return what a terminal shall authorise before a session by *tariff*; None: nothing says it.

    In major units: what the tariff says itself, else the largest of the operator's holds, because a
    tariff does not know at which socket it will be used. A step.
    """
    if tariff.preauthorize_amount is not None:
        return tariff.preauthorize_amount
    hold = await largest_hold(work, tariff.currency)
    return None if hold is None else hold.as_decimal()


async def _with_hold(work: Work, tariff: Tariff) -> Tariff:
    amount = await amount_to_authorise(work, tariff)
    return structs.replace(tariff, preauthorize_amount=amount)


async def offer_for(work: Work, groups: frozenset[Group]) -> Offer:
    """Return what drivers of *groups* are offered now. A step."""
    operator = await get_operator(work)
    rules = [one for one in await rules_of(work) if not one.name.startswith(ELSEWHERE)]
    regions: dict[str, set[Place]] = defaultdict(set)
    for region, locations in (await regions_of(work)).items():
        for location_id in locations:
            regions[location_id].add(Place(PlaceKind.REGION, region))
    home = Address(operator.address.country, operator.address.postal_code)
    by_place: dict[Place, list[Rule]] = defaultdict(list)
    for rule in rules:
        by_place[rule.place].append(rule)
    return Offer(
        groups=groups,
        tariffs=await _published(work, operator, await rates_of(work, rules, regions, home)),
        rules={place: tuple(some) for place, some in by_place.items()},
        regions={location_id: frozenset(some) for location_id, some in regions.items()},
        now=work.now,
    )


async def _published(
    work: Work, operator: Operator, rates: Mapping[str, Decimal]
) -> Mapping[str, tuple[Tariff, ...]]:
    """Return the tariffs that have *rates* of VAT, as they are published. A step."""
    lock = await lock_in(work, operator.address.country)
    return {
        version.tariff_id: tuple(
            _signed(operator, tariff, rates[version.tariff_id], version.published_at)
            for tariff in as_ocpi(version, lock, work.now, _UTC)
        )
        for version in await newest_tariffs(work)
        if version.tariff_id in rates
    }


def _signed(operator: Operator, tariff: Tariff, percent: Decimal, at: datetime) -> Tariff:
    """Return *tariff* with whose it is, and with its VAT said at each price."""
    return structs.replace(
        with_vat(tariff, percent),
        country_code=operator.address.country,
        party_id=operator.party_id,
        last_updated=tariff.last_updated or at,
    )
