"""Quote a planned session by the engine that prices those that happen."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Final

from app.charging.chargers.find_evse import find_evse
from app.charging.chargers.model import Evse
from app.directpay.desk import Desk
from app.directpay.prices.show import money_view, vat_at
from app.directpay.prices.terms import terms_at
from app.directpay.quotes.errors import QuoteInvalid
from app.directpay.quotes.model import Ask, QuoteLineView, QuoteView
from app.pricing.tariffs.choice.model import Group
from app.pricing.tariffs.engine import Line, Plan, Priced, Stay, plan_of, quote
from app.pricing.tariffs.model import TariffVersion
from app.pricing.tariffs.words.priced import explain

# Larger than any car's battery, and longer than any stay that has one price.
MOST_KWH: Final = Decimal(500)
MOST_MINUTES: Final = 2 * 24 * 60
_AHEAD: Final = timedelta(days=7)
_BEHIND: Final = timedelta(minutes=5)
_STEP_KWH: Final = Decimal("0.001")
_MINUTES_AN_HOUR: Final = 60


@dataclass(frozen=True, slots=True)
class _Quoted:
    """A stay, and its price under a tariff."""

    stay: Stay
    priced: Priced


async def quote_at(
    code: str, ask: Ask, groups: frozenset[Group] = frozenset(), *, desk: Desk
) -> QuoteView:
    """
    Return what is asked for at *code*, for a driver of *groups*, in the current language.

    Raises UnknownCode, NoTariff, VatRateUnknown, QuoteInvalid.
    """
    operator_id, evse = await find_evse(code, database=desk.database)
    async with desk.database.work(operator_id) as work:
        at = _begin(ask, work.now)
        tariff = (await terms_at(work, evse, groups, at)).tariff
    vat, plan = vat_at(evse, at), plan_of(tariff)

    def price(stay: Stay) -> _Quoted:
        return _Quoted(stay, quote(plan, stay, evse.location.time_zone, vat))

    return _view(evse, tariff, _planned(ask, _power(ask, evse), at, plan, price))


def _begin(ask: Ask, now: datetime) -> datetime:
    at = ask.at or now
    if not now - _BEHIND <= at <= now + _AHEAD:
        raise QuoteInvalid("a session begins now or within a week", field="at")
    return at


def _power(ask: Ask, evse: Evse) -> Decimal:
    if ask.kw is None:
        return evse.max_power_kw
    if ask.kw <= 0:
        raise QuoteInvalid("a car that draws nothing charges nothing", field="kw")
    return min(ask.kw, evse.max_power_kw)


def _planned(
    ask: Ask, kw: Decimal, at: datetime, plan: Plan, price: Callable[[Stay], _Quoted]
) -> _Quoted:
    """Return the stay that is asked for, priced. Raises QuoteInvalid."""
    if not 0 <= ask.waiting_minutes <= MOST_MINUTES:
        raise QuoteInvalid(f"expected 0 to {MOST_MINUTES} minutes", field="waiting_minutes")

    def stay(kwh: Decimal) -> Stay:
        minutes = int(kwh * _MINUTES_AN_HOUR / kw) + ask.waiting_minutes
        return Stay(at, kwh, minutes, kw)

    match ask:
        case Ask(kwh=Decimal() as kwh, minutes=None, cost=None) if 0 < kwh <= MOST_KWH:
            return price(stay(kwh))
        case Ask(kwh=None, minutes=int() as minutes, cost=None) if 0 < minutes <= MOST_MINUTES:
            kwh = min(kw * minutes / _MINUTES_AN_HOUR, MOST_KWH).quantize(_STEP_KWH)
            return price(Stay(at, kwh, minutes + ask.waiting_minutes, kw))
        case Ask(kwh=None, minutes=None, cost=cost) if cost is not None:
            if cost.currency != plan.tariff.currency:
                detail = f"the price is in {plan.tariff.currency}"
                raise QuoteInvalid(detail, field="currency")
            return _most_within(lambda kwh: price(stay(kwh)), cost.minor)
    detail = f"expected up to {MOST_KWH} kWh, up to {MOST_MINUTES} minutes, or an amount: one of it"
    raise QuoteInvalid(detail, field="kwh")


def _most_within(price: Callable[[Decimal], _Quoted], minor: int) -> _Quoted:
    """
    Return the most energy that costs no more than *minor*, to the watt-hour.

    Raises QuoteInvalid when that buys nothing. More energy is never cheaper: halves are enough.
    """
    least, most = 0, int(MOST_KWH / _STEP_KWH)
    while least < most:
        middle = (least + most + 1) // 2
        if price(middle * _STEP_KWH).priced.gross.minor <= minor:
            least = middle
        else:
            most = middle - 1
    if least == 0:
        raise QuoteInvalid("that much money buys no energy here", field="cost")
    return price(least * _STEP_KWH)


def _view(evse: Evse, tariff: TariffVersion, quoted: _Quoted) -> QuoteView:
    stay, priced = quoted.stay, quoted.priced
    hours = timedelta(microseconds=int(stay.kwh * 3_600_000_000 / stay.kw))
    full_at = stay.at + hours
    return QuoteView(
        code=evse.code,
        begins_at=stay.at,
        full_at=full_at,
        ends_at=max(full_at, stay.at + timedelta(minutes=stay.minutes)),
        energy_kwh=stay.kwh,
        power_kw=stay.kw,
        tariff_id=tariff.tariff.id,
        tariff_version=tariff.version,
        cost=money_view(priced.gross),
        net=money_view(priced.net),
        vat=money_view(priced.vat),
        hold=money_view(evse.hold),
        lines=tuple(_line(line) for line in priced.lines),
        words=explain(priced, tariff.tariff),
    )


def _line(line: Line) -> QuoteLineView:
    return QuoteLineView(
        kind=str(line.kind),
        unit=str(line.unit),
        quantity=line.billed,
        unit_price=line.unit_price,
        vat_rate=line.vat_rate,
        amount=money_view(line.gross),
    )
