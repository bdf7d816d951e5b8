"""
Money, prices, energy and times as the reader expects them.

Every function takes the *language* last; without it the current one is spoken. Patterns and
symbols are CLDR's, read once per language: a live page shows thousands of figures a second.
"""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from typing import Protocol
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_skeleton, format_time, get_day_names
from babel.numbers import get_currency_symbol
from babel.units import format_unit

from app.infra.i18n.language import current_language, locale_of
from app.kernel.money import Money, exponent

_PRICE_DECIMALS = 4
_LEAST_PRICE_DECIMALS = 2
_NO_BREAK = "\N{NO-BREAK SPACE}"
_CURRENCY_SIGN = "\N{CURRENCY SIGN}"
_UNITS = (("duration-hour", 0), ("duration-minute", 1))


class Amount(Protocol):
    """Money, or a view of it."""

    @property
    def minor(self) -> int:
        """Whole minor units."""
        ...

    @property
    def currency(self) -> str:
        """The ISO 4217 code."""
        ...


@dataclass(frozen=True, slots=True)
class _CurrencyShape:
    """What stands before and after the digits of an amount."""

    before: str
    after: str
    before_negative: str
    after_negative: str


def format_number(value: Decimal, *, decimals: int, language: str | None = None) -> str:
    """Return *value* with exactly *decimals* decimals, rounded half up."""
    rounded = value.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)
    return f"{rounded:,}".translate(_symbols(language or current_language()))


def format_money(amount: Amount, language: str | None = None) -> str:
    """Return an amount as the reader expects it: `€19.99`, `€ 19,99`, `19,99 €`."""
    value = Money(amount.minor, amount.currency).as_decimal()
    return _with_currency(value, amount.currency, exponent(amount.currency), language)


def format_price(price: Decimal, currency: str, language: str | None = None) -> str:
    """Return a unit price in major units with two to four decimals: `€0.4995`."""
    rounded = price.quantize(Decimal(1).scaleb(-_PRICE_DECIMALS), ROUND_HALF_UP).normalize()
    places = -int(rounded.as_tuple().exponent)
    decimals = max(places, min(_LEAST_PRICE_DECIMALS, exponent(currency)))
    return _with_currency(rounded, currency, decimals, language)


def format_unit_price(price: Decimal, currency: str, unit: str, language: str | None = None) -> str:
    """
    Return a price per *unit* (kwh, minute, session, other) in major units: `€0.49`.

    A kWh in pounds is priced in pence: `79p` (Public Charge Point Regulations 2023).
    """
    if (currency, unit) != ("GBP", "kwh"):
        return format_price(price, currency, language)
    pence = (price * 100).quantize(Decimal(1).scaleb(2 - _PRICE_DECIMALS), ROUND_HALF_UP)
    return f"{format_plain(pence, language)}p"


def format_energy(kwh: Decimal, language: str | None = None, *, decimals: int = 3) -> str:
    """Return an energy: `12.345 kWh`."""
    return f"{format_number(kwh, decimals=decimals, language=language)}{_NO_BREAK}kWh"


def format_power(kw: Decimal, language: str | None = None, *, decimals: int = 1) -> str:
    """Return a power: `11.0 kW`."""
    return f"{format_number(kw, decimals=decimals, language=language)}{_NO_BREAK}kW"


def format_plain(value: Decimal, language: str | None = None) -> str:
    """Return *value* with as many decimals as it has and no needless zeros: `22`, `7.4`."""
    places = -int(value.normalize().as_tuple().exponent)
    return format_number(value, decimals=max(places, 0), language=language)


def format_percent(rate: Decimal, language: str | None = None) -> str:
    """Return a rate in percent without needless zeros: `21%`, `5,5 %`."""
    pattern = locale_of(language or current_language()).percent_formats[None]
    return f"{format_plain(rate, language)}{pattern.suffix[0]}"


def format_duration(seconds: int, language: str | None = None) -> str:
    """Return a duration in hours and minutes, rounded down: `1 hr 4 mins`; else in seconds."""
    language = language or current_language()
    if seconds < 60:  # noqa: PLR2004 - a minute
        return _unit(seconds, "duration-second", language)
    values = divmod(seconds // 60, 60)
    parts = [_unit(values[i], unit, language) for unit, i in _UNITS if values[i]]
    return _NO_BREAK.join(parts)


def format_clock(instant: datetime, time_zone: str, language: str | None = None) -> str:
    """Return the time of day at the location without the zone: `14:05`."""
    locale = locale_of(language or current_language())
    return format_time(instant, "HH:mm", ZoneInfo(time_zone), locale=locale)


def format_weekday(number: int, language: str | None = None) -> str:
    """Return the short name of a weekday, 0 for Monday: `Mon`."""
    locale = locale_of(language or current_language())
    return str(get_day_names("abbreviated", locale=locale)[number])


def format_day_clock(instant: datetime, time_zone: str, language: str | None = None) -> str:
    """Return the weekday and time at the location: `Mon 07:00`."""
    locale = locale_of(language or current_language())
    day = format_date(instant.astimezone(ZoneInfo(time_zone)), "EEE", locale=locale)
    return f"{day}{_NO_BREAK}{format_clock(instant, time_zone, language)}"


def format_local_time(instant: datetime, time_zone: str, language: str | None = None) -> str:
    """Return the time of day at the location with its zone: `14:05 CET`."""
    zone = zone_name(instant, time_zone, language)
    return f"{format_clock(instant, time_zone, language)}{_NO_BREAK}{zone}"


def format_local_date(instant: datetime, time_zone: str, language: str | None = None) -> str:
    """Return the date at the location: `22 Nov 2026`."""
    local = instant.astimezone(ZoneInfo(time_zone))
    return format_date(local, "medium", locale=locale_of(language or current_language()))


def format_month(day: date, language: str | None = None) -> str:
    """Return the month of *day*: `November 2026`."""
    locale = locale_of(language or current_language())
    return str(format_skeleton("yMMMM", day, locale=locale))


def format_short_month(day: date, language: str | None = None) -> str:
    """Return the month of *day* for narrow columns: `Nov 2026`."""
    locale = locale_of(language or current_language())
    return str(format_skeleton("yMMM", day, locale=locale))


def format_local_datetime(instant: datetime, time_zone: str, language: str | None = None) -> str:
    """Return date, time and zone at the location: `22 Nov 2026, 14:05 CET`."""
    day = format_local_date(instant, time_zone, language)
    return f"{day}, {format_local_time(instant, time_zone, language)}"


def zone_name(instant: datetime, time_zone: str, language: str | None = None) -> str:
    """Return the zone's short name at *instant*: `CET`, in German `MEZ`."""
    local = instant.astimezone(ZoneInfo(time_zone))
    name = format_time(local, "z", local.tzinfo, locale=locale_of(language or current_language()))
    # Babel writes the offset where the language has no short name of its own.
    return (local.tzname() or name) if any(sign in name for sign in "+-") else name


def _with_currency(value: Decimal, currency: str, decimals: int, language: str | None) -> str:
    language = language or current_language()
    shape = _currency_shape(language, currency)
    digits = format_number(abs(value), decimals=decimals, language=language)
    if value < 0:
        return f"{shape.before_negative}{digits}{shape.after_negative}"
    return f"{shape.before}{digits}{shape.after}"


@cache
def _currency_shape(language: str, currency: str) -> _CurrencyShape:
    """Return the affixes, with the space that CLDR wants between a code and the digits."""
    locale = locale_of(language)
    pattern = locale.currency_formats["standard"]
    symbol = get_currency_symbol(currency, locale)
    leading = symbol + (_NO_BREAK if symbol[-1].isalpha() else "")
    before, before_negative = (
        text.replace(_CURRENCY_SIGN, leading if text.endswith(_CURRENCY_SIGN) else symbol)
        for text in pattern.prefix
    )
    after, after_negative = (text.replace(_CURRENCY_SIGN, symbol) for text in pattern.suffix)
    return _CurrencyShape(before, after, before_negative, after_negative)


@cache
def _symbols(language: str) -> dict[int, str]:
    """Return how to turn Python's separators into those of *language*."""
    symbols = locale_of(language).number_symbols["latn"]
    return {ord(","): symbols["group"], ord("."): symbols["decimal"]}


@cache
def _unit(value: int, unit: str, language: str) -> str:
    text = format_unit(value, unit, "short", locale=locale_of(language))
    return text.replace(" ", _NO_BREAK)
