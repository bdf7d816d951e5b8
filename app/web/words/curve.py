"""Prices through the day in words: how they lock, when they are lowest, and hour by hour."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from app.directpay.prices.views import CurvePoint, PriceView
from app.infra.i18n import (
    format_clock,
    format_day_clock,
    format_unit_price,
    format_weekday,
    gettext,
)
from app.pricing.tariffs.dynamic.model import Lock
from app.web.drawing.price_curve import HEIGHT, WIDTH, Curve, price_curve

_HOUR = timedelta(hours=1)
_DAY = timedelta(days=1)
_TICKS = 4


@dataclass(frozen=True, slots=True)
class CurveWords:
    """
    The prices of today and tomorrow: the *drawing*, what it shows in a sentence, and hour by hour.

    *ticks* are the instants at equal distances below it; *hours* pairs of a time and its price.
    """

    drawing: Curve
    width: int
    height: int
    label: str
    ticks: tuple[str, ...]
    extremes: str
    hours: tuple[tuple[str, str], ...]


def lock_words(price: PriceView) -> str | None:
    """Return what a dynamic price does during the session; None: the price is not dynamic."""
    match price.lock:
        case None:
            return None
        case Lock.SESSION_START:
            return gettext("The price per kWh stays the same for your whole session.")
        case Lock.LIVE:
            return gettext("The price per kWh changes with the time while you charge.")


def curve_words(price: PriceView, time_zone: str) -> CurveWords | None:
    """Return the curve of *price* in the current language; None: there is none."""
    until = price.curve_until
    if until is None or not price.curve:
        return None
    zone = ZoneInfo(time_zone)
    days = _midnights(price.curve[0].start, until, zone)
    ahead = [
        point for point in price.curve if price.curve_now is None or point.start >= price.curve_now
    ]
    low = min(ahead, key=lambda point: point.price)
    high = max(ahead, key=lambda point: point.price)
    return CurveWords(
        drawing=price_curve(price.curve, until, price.curve_now, days),
        width=WIDTH,
        height=HEIGHT,
        label=gettext("Price per kWh of today and tomorrow"),
        ticks=tuple(_tick(at, zone, time_zone) for at in _quarters(days)),
        extremes=gettext("Lowest: %(low)s at %(low_time)s. Highest: %(high)s at %(high_time)s.")
        % {
            "low": _amount(low, price),
            "low_time": format_day_clock(low.start, time_zone),
            "high": _amount(high, price),
            "high_time": format_day_clock(high.start, time_zone),
        },
        hours=tuple(_hours(ahead, until, price, time_zone)),
    )


def _midnights(first: datetime, until: datetime, zone: ZoneInfo) -> list[datetime]:
    """Return the midnights from that before *first* to that at or after *until*."""
    day = first.astimezone(zone).date()
    found: list[datetime] = []
    while not found or found[-1] < until:
        found.append(datetime(day.year, day.month, day.day, tzinfo=zone).astimezone(first.tzinfo))
        day += _DAY
    return found


def _quarters(days: Sequence[datetime]) -> list[datetime]:
    step = (days[-1] - days[0]) / _TICKS
    return [days[0] + number * step for number in range(_TICKS + 1)]


def _tick(at: datetime, zone: ZoneInfo, time_zone: str) -> str:
    """Return the weekday where a day begins, else the time."""
    local = at.astimezone(zone)
    if (local.hour, local.minute) == (0, 0):
        return format_weekday(local.weekday())
    return format_clock(at, time_zone)


def _hours(
    points: Sequence[CurvePoint], until: datetime, price: PriceView, time_zone: str
) -> list[tuple[str, str]]:
    """Return the prices hour by hour, from to where they differ inside one."""
    hour = points[0].start.replace(minute=0, second=0, microsecond=0)
    rows: list[tuple[str, str]] = []
    while hour < until:
        inside = [point for point in points if hour <= point.start < hour + _HOUR]
        before = [point for point in points if point.start <= hour]
        found = [*before[-1:], *inside]
        low = min(found, key=lambda point: point.price)
        high = max(found, key=lambda point: point.price)
        amounts = dict.fromkeys((_amount(low, price), _amount(high, price)))
        rows.append((format_day_clock(hour, time_zone), " – ".join(amounts)))
        hour += _HOUR
    return rows


def _amount(point: CurvePoint, price: PriceView) -> str:
    return format_unit_price(point.price, price.currency, "kwh")
