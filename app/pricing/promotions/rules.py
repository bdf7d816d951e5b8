"""Who gets what: where a campaign holds, what is left of it, and which may be had together."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_DOWN, Decimal
from typing import Final, assert_never

from app.kernel.money import Money
from app.pricing.promotions.model import (
    Asked,
    Benefit,
    Campaign,
    Coupon,
    Energy,
    Gift,
    Grant,
    Parking,
    Percent,
    Sessions,
    Site,
    Terms,
    Value,
)

_WATT_HOURS: Final = 1000
# The stated order: a free session first, because what costs nothing needs no other coupon; then
# what takes away parts of the price, the percentage of what is left, money last.
_ORDER: Final = (Sessions, Parking, Energy, Percent, Value, Gift)


@dataclass(frozen=True, slots=True)
class Tally:
    """What was reserved and consumed so far, of a campaign or of one of its parts."""

    uses: int = 0
    minor: int = 0
    watt_hours: int = 0

    def plus(self, grant: Grant) -> "Tally":
        """Return the tally with one more use that may take *grant*."""
        return Tally(
            self.uses + 1, self.minor + grant.most.minor, self.watt_hours + grant.watt_hours
        )

    def corrected(self, grant: Grant, took: Grant | None) -> "Tally":
        """Return the tally when a use took *took* of its *grant*, or, being None, was no use."""
        real = took or Grant(Money.zero(grant.most.currency))
        return Tally(
            self.uses - (took is None),
            self.minor + real.most.minor - grant.most.minor,
            self.watt_hours + real.watt_hours - grant.watt_hours,
        )


NOTHING: Final = Tally()


@dataclass(frozen=True, slots=True)
class Tallies:
    """The tallies that the limits of a campaign look at, for one driver, code and day."""

    campaign: Tally = NOTHING
    day: Tally = NOTHING
    driver: Tally = NOTHING
    code: Tally = NOTHING


@dataclass(frozen=True, slots=True)
class Offer:
    """A campaign that holds for a driver at a site: what it may take, and by which code."""

    campaign: Campaign
    grant: Grant
    coupon: Coupon | None = None

    @property
    def key(self) -> str:
        """Return by what the page names what it showed: the version, and the most it takes."""
        return f"{self.campaign.campaign_id}@{self.campaign.version}:{self.grant.most.minor}"


def holds(campaign: Campaign, site: Site, at: datetime) -> bool:
    """Tell whether the terms fit the *site* and the instant; who asks does not matter here."""
    terms = campaign.terms
    return (
        campaign.ended_at is None
        and terms.currency == site.hold.currency
        and (terms.valid_from is None or terms.valid_from <= at)
        and (terms.valid_until is None or at < terms.valid_until)
        and _fits(site.location_id, terms.locations)
        and _fits(site.evse_uid, terms.evses)
        and _fits(site.tariff_id, terms.tariffs)
        and _fits(site.group, terms.groups)
    )


def grant(campaign: Campaign, coupon: Coupon | None, tallies: Tallies, site: Site) -> Grant | None:
    """
    Return what one more session may take, None when nothing is left.

    Nobody gets more off one session than the site's hold, unless the terms say so.
    """
    terms = campaign.terms
    own = None if coupon is None or coupon.is_shared else tallies.code
    if _used_up(terms, tallies, own):
        return None
    if isinstance(terms.benefit, Gift):
        return Grant(Money.zero(terms.currency))
    watt_hours = _energy_left(terms.benefit, own)
    highest = site.hold.minor if terms.most_minor is None else terms.most_minor
    most = min([highest, *_money_left(terms, tallies, own)])
    if most <= 0 or (isinstance(terms.benefit, Energy) and watt_hours <= 0):
        return None
    return Grant(Money(most, terms.currency), watt_hours)


def may_have(campaign: Campaign, asked: Asked) -> bool:
    """Tell whether it is known enough of a driver: a limit per driver needs somebody to count."""
    return campaign.terms.limits.per_driver is None or asked.driver != ""


def together(offers: Iterable[Offer]) -> tuple[Offer, ...]:
    """
    Return those of *offers* that a session gets, in the order in which they are taken off.

    A code that was typed in counts always; without one, the first campaign in the order does.
    Others join when they and all that count already may be stacked; gifts cost nothing and join.
    """
    ranked = sorted(offers, key=_rank)
    money = [each for each in ranked if not isinstance(each.campaign.terms.benefit, Gift)]
    chosen = [each for each in ranked if each.coupon is not None]
    for offer in money:
        if offer not in chosen and _stacks([*chosen, offer]):
            chosen.append(offer)
    gifts = [each for each in ranked if each not in money and each not in chosen]
    return tuple(sorted([*chosen, *gifts], key=_rank))


def kept(offers: Sequence[Offer], shown: Iterable[str]) -> bool:
    """Tell whether *offers* give at least what was *shown*, by its keys."""
    have = {_parts(offer.key)[0]: offer.grant.most.minor for offer in offers}
    return all(have.get(name, -1) >= most for name, most in map(_parts, shown))


def _parts(key: str) -> tuple[str, int]:
    name, _, most = key.rpartition(":")
    return name, int(most) if most.isascii() and most.isdigit() else 0


def _rank(offer: Offer) -> tuple[int, str]:
    return _ORDER.index(type(offer.campaign.terms.benefit)), offer.campaign.campaign_id


def _stacks(offers: Sequence[Offer]) -> bool:
    money = [each for each in offers if not isinstance(each.campaign.terms.benefit, Gift)]
    return len(money) == 1 or all(each.campaign.terms.stackable for each in money)


def _fits(name: str, wanted: tuple[str, ...]) -> bool:
    return not wanted or name in wanted


def _used_up(terms: Terms, tallies: Tallies, own: Tally | None) -> bool:
    limits = terms.limits
    counted = (
        (limits.uses, tallies.campaign),
        (limits.uses_a_day, tallies.day),
        (limits.per_driver, tallies.driver),
    )
    reached = any(most is not None and tally.uses >= most for most, tally in counted)
    uses = None if own is None else uses_of_code(terms)
    return reached or (own is not None and uses is not None and own.uses >= uses)


def uses_of_code(terms: Terms) -> int | None:
    """Return how many sessions a code of its owner is good for; None: until its value is gone."""
    if terms.limits.per_code is not None:
        return terms.limits.per_code
    match terms.benefit:
        case Sessions(count):
            return count
        case Energy() | Value():
            return None
        case Percent() | Parking() | Gift():
            return 1
        case _:
            assert_never(terms.benefit)


def _money_left(terms: Terms, tallies: Tallies, own: Tally | None) -> Iterator[int]:
    limits = terms.limits
    if limits.budget_minor is not None:
        yield limits.budget_minor - tallies.campaign.minor
    if limits.budget_a_day_minor is not None:
        yield limits.budget_a_day_minor - tallies.day.minor
    if isinstance(terms.benefit, Value):
        yield terms.benefit.minor - (0 if own is None else own.minor)


def _energy_left(benefit: Benefit, own: Tally | None) -> int:
    if not isinstance(benefit, Energy):
        return 0
    whole = int((benefit.kwh * _WATT_HOURS).to_integral_value(ROUND_DOWN))
    return whole - (0 if own is None else own.watt_hours)


def kilowatt_hours(grant: Grant) -> Decimal:
    """Return the energy of *grant* in kWh."""
    return Decimal(grant.watt_hours) / _WATT_HOURS
