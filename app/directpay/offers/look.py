"""What a driver would get at a socket: campaigns that need no code, and that of a code."""

from typing import assert_never

from app.charging.chargers.find_evse import find_evse
from app.charging.chargers.model import Evse
from app.directpay.desk import Desk
from app.directpay.offers.guess import Presented, guessing
from app.directpay.offers.site import site_of, spot_of
from app.directpay.prices.views import MoneyView
from app.directpay.views import OfferView
from app.infra.database import Work
from app.infra.i18n import current_language
from app.kernel.money import Money
from app.pricing.promotions.model import (
    Benefit,
    Energy,
    Gift,
    Parking,
    Percent,
    Sessions,
    Terms,
    Value,
)
from app.pricing.promotions.offers import offers, shown_to_all
from app.pricing.promotions.rules import Offer, kilowatt_hours
from app.pricing.tariffs.choice.choose import choose_for_driver
from app.pricing.tariffs.choice.model import Choice


async def look_at_offers(code: str, presented: Presented, *, desk: Desk) -> tuple[OfferView, ...]:
    """
    Return what this driver would get at *code* now, in the order in which it is taken off.

    Raises UnknownCode, NoTariff, and for a code CouponMistyped, CouponRefused, TooManyRequests.
    """
    operator_id, evse = await find_evse(code, database=desk.database)
    async with (
        guessing(desk.limits, operator_id, presented),
        desk.database.work(operator_id) as work,
    ):
        choice = await choose_for_driver(work, spot_of(evse), presented.groups)
        site = site_of(evse, choice)
        found = await offers(work, site, presented.asked, desk.codes)
    return tuple(offer_view(each, evse.hold, current_language()) for each in found)


async def offers_for_all(work: Work, evse: Evse, choice: Choice) -> tuple[Offer, ...]:
    """Return the campaigns that need no code at *evse*, of whoever comes. A step."""
    return await shown_to_all(work, site_of(evse, choice))


def offer_view(offer: Offer, hold: Money, language: str) -> OfferView:
    """
    Return *offer* as it is shown in *language*.

    The most it takes is told where it is less than the hold.
    """
    terms, most = offer.campaign.terms, offer.grant.most
    is_gift = isinstance(terms.benefit, Gift)
    return OfferView(
        key=offer.key,
        name=terms.name_in(language),
        kind=type(terms.benefit).__name__.lower(),
        amount=terms.gift_in(language) or _amount(terms.benefit, offer),
        currency=terms.currency,
        by_code=offer.coupon is not None,
        partner=terms.partner,
        once=terms.limits.per_driver is not None,
        most=None if is_gift or most >= hold else MoneyView(most.minor, most.currency),
        minimum=_minimum(terms),
    )


def _amount(benefit: Benefit, offer: Offer) -> str:
    match benefit:
        case Sessions():
            return ""
        case Parking(minutes):
            return str(minutes)
        case Energy():
            return f"{kilowatt_hours(offer.grant):f}"
        case Percent(percent):
            return f"{percent:f}"
        case Value():
            return f"{offer.grant.most.as_decimal():f}"
        case Gift(what):
            return what
        case _:
            assert_never(benefit)


def _minimum(terms: Terms) -> MoneyView | None:
    if not terms.minimum_minor:
        return None
    return MoneyView(terms.minimum_minor, terms.currency)
