"""Prices as the pages and the API show them."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import msgspec

from app.charging.chargers.model import Evse
from app.directpay.model import Journey
from app.directpay.prices.terms import Terms, curve_of, next_price_at
from app.directpay.prices.views import (
    AgreedView,
    CurvePoint,
    MoneyView,
    PriceComponentView,
    PriceView,
    RuleView,
)
from app.kernel.money import Money
from app.pricing.tariffs.choice.model import Choice, Rule
from app.pricing.tariffs.dynamic.model import Lock
from app.pricing.tariffs.engine import PriceBlock, PriceNow, plan_of, price_block
from app.pricing.tariffs.model import TariffVersion
from app.pricing.vat import rate, territory

_FAR = timedelta(days=1)


def price_at(terms: Terms, evse: Evse, at: datetime) -> PriceView:
    """Return what *terms* make of a session at *evse* that begins at the instant *at*."""
    vat = vat_at(evse, at)
    block = price_block(plan_of(terms.tariff), at, evse.location.time_zone, vat)
    steps, until = curve_of(terms, evse, at, vat)
    begun = [step.start for step in steps if step.start <= at]
    return msgspec.structs.replace(
        price_view(block, terms.choice, at),
        lock=terms.lock,
        curve=tuple(CurvePoint(step.start, step.price) for step in steps),
        curve_until=until,
        curve_now=begun[-1] if begun else None,
    )


def agreed_view(journey: Journey, published: TariffVersion, rule: Rule | None) -> AgreedView:
    """Return what *journey* was agreed on: a tariff as it was *published*, chosen by a *rule*."""
    lock = None
    if published.series is not None:
        lock = Lock.SESSION_START if journey.variant else Lock.LIVE
    return AgreedView(
        tariff_id=journey.shown_tariff_id,
        tariff_version=journey.tariff_version,
        lock=lock,
        chosen_by=None if rule is None else rule_view(rule),
    )


def holds_for(terms: Terms, evse: Evse, price: PriceView, at: datetime) -> timedelta | None:
    """Return for how long the price on offer is this one; None: for long."""
    changes = (price.next_change, next_price_at(terms, evse, at))
    return min((change - at for change in changes if change is not None), default=None)


def vat_at(evse: Evse, at: datetime) -> Decimal:
    """Return the VAT rate in percent where and when, by the local date, a car is charged."""
    location = evse.location
    place = territory(location.country, location.postal_code)
    return rate(place, at.astimezone(ZoneInfo(location.time_zone)).date())


def price_view(block: PriceBlock, choice: Choice, now: datetime) -> PriceView:
    """Return the price block as the page shows it at *now*, with the rule that chose the tariff."""
    return PriceView(
        tariff_id=block.tariff_id,
        tariff_version=block.tariff_version,
        currency=block.currency,
        vat_rate=block.vat_rate,
        components=price_components(block.components),
        minimum=money_view(block.minimum) if block.minimum else None,
        maximum=money_view(block.maximum) if block.maximum else None,
        next_change=block.next_change,
        next_components=price_components(block.next_components),
        next_is_far=is_far(block.next_change, now),
        chosen_by=rule_view(choice.rule),
    )


def rule_view(rule: Rule) -> RuleView:
    """Return the rule that chose a tariff as everyone may know it."""
    return RuleView(rule.rule_id, rule.name, str(rule.group), str(rule.place), rule.reason)


def is_far(change: datetime | None, now: datetime) -> bool:
    """Tell whether *change* is so far ahead of *now* that its hour alone would mislead."""
    return change is not None and change - now >= _FAR


def price_components(prices: Sequence[PriceNow]) -> tuple[PriceComponentView, ...]:
    """Return prices as the pages show them."""
    return tuple(
        PriceComponentView(
            unit=price.unit,
            kind=price.kind,
            price=price.price,
            currency=price.currency,
            from_minute=price.from_minute,
            from_kwh=price.from_kwh,
            from_kw=price.from_kw,
            until=price.until,
        )
        for price in prices
    )


def money_view(money: Money) -> MoneyView:
    """Return *money* as it travels."""
    return MoneyView(money.minor, money.currency)
