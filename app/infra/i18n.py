"""Languages: texts by gettext, and money, prices, energy and times as the reader expects them."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from copy import copy
from datetime import datetime
from decimal import Decimal
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Protocol
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_time
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import (
    NumberPattern,
    format_decimal,
    get_currency_symbol,
    parse_pattern,
)
from babel.support import Translations
from babel.units import format_unit
from jinja2 import Environment

from app.kernel.money import Money

CATALOGS = Path(__file__).resolve().parents[2] / "templates" / "locales"
SOURCE_LANGUAGE = "en"
# English as Europe writes it: 24 hours, day before month.
_LOCALES = {"en": "en_GB", "nl": "nl_NL", "de": "de_DE", "fr": "fr_FR"}
LANGUAGES: tuple[str, ...] = tuple(_LOCALES)
NAMES = {"en": "English", "nl": "Nederlands", "de": "Deutsch", "fr": "Français"}
_PRICE_DECIMALS = (2, 4)
_NO_BREAK = "\N{NO-BREAK SPACE}"

_language: ContextVar[str] = ContextVar("language", default=SOURCE_LANGUAGE)


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


class _Plain(Translations):
    """The source language: every message is its own text."""


@cache
def translations(language: str) -> Translations:
    """Return the texts of *language*, read from its .po files and compiled in memory."""
    texts: Translations = _Plain()
    for path in sorted((CATALOGS / language / "LC_MESSAGES").glob("*.po")):
        compiled = BytesIO()
        with path.open("rb") as file:
            write_mo(compiled, read_po(file, locale=language))
        compiled.seek(0)
        texts.merge(Translations(compiled))
    return texts


def current_language() -> str:
    """Return the language that this request, job or `speaking` block speaks."""
    return _language.get()


def speak(language: str) -> None:
    """Set the language for the rest of this context (a request has its own)."""
    _language.set(language)


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """Speak *language* inside the block."""
    token = _language.set(language)
    try:
        yield
    finally:
        _language.reset(token)


def gettext(message: str) -> str:
    """Return *message* in the current language."""
    return translations(current_language()).gettext(message)


def ngettext(singular: str, plural: str, number: int) -> str:
    """Return the form for *number* in the current language."""
    return translations(current_language()).ngettext(singular, plural, number)


def pgettext(context: str, message: str) -> str:
    """Return *message* in the current language where *context* tells two meanings apart."""
    return str(translations(current_language()).pgettext(context, message))


def npgettext(context: str, singular: str, plural: str, number: int) -> str:
    """Return the form for *number* in the current language and *context*."""
    return translations(current_language()).npgettext(context, singular, plural, number)


def negotiate(wanted: Sequence[str], offered: Sequence[str] = LANGUAGES) -> str | None:
    """Return the first of *wanted* (`nl-BE`, `de`) that is both offered and spoken by us."""
    spoken = [language for language in offered if language in _LOCALES]
    for tag in wanted:
        language = tag.replace("_", "-").split("-")[0].lower()
        if language in spoken:
            return language
    return None


def accepted_languages(header: str) -> list[str]:
    """Return the tags of an Accept-Language *header*, the most wanted first (RFC 9110, 12.5.4)."""
    weighted: list[tuple[Decimal, str]] = []
    for part in header.split(","):
        tag, _, parameter = part.strip().partition(";")
        quality = _quality(parameter.strip())
        if tag and tag != "*" and quality:
            weighted.append((quality, tag.strip()))
    return [tag for _, tag in sorted(weighted, key=lambda pair: -pair[0])]


def _quality(parameter: str) -> Decimal:
    digits = parameter.removeprefix("q=") if parameter.startswith("q=") else "1"
    plain = digits.replace(".", "", 1)
    return Decimal(digits) if plain.isascii() and plain.isdecimal() else Decimal(0)


@cache
def locale_of(language: str) -> Locale:
    """Return Babel's locale of *language*; of English as Europe writes it."""
    return Locale.parse(_LOCALES.get(language, language))


def format_money(amount: Amount, language: str | None = None) -> str:
    """Return an amount as the reader expects it: `€19.99`, `€ 19,99`, `19,99 €`."""
    pattern = _currency_pattern(language or current_language(), amount.currency)
    locale = locale_of(language or current_language())
    value = Money(amount.minor, amount.currency).as_decimal()
    return str(pattern.apply(value, locale, currency=amount.currency))


def format_price(price: Decimal, currency: str, language: str | None = None) -> str:
    """Return a unit price in major units with two to four decimals: `€0.4995`."""
    pattern = copy(_currency_pattern(language or current_language(), currency))
    pattern.frac_prec = _PRICE_DECIMALS
    locale = locale_of(language or current_language())
    return str(pattern.apply(price, locale, currency=currency, currency_digits=False))


def format_number(value: Decimal, *, decimals: int, language: str | None = None) -> str:
    """Return *value* with exactly *decimals* decimals."""
    pattern = "#,##0" + ("." + "0" * decimals if decimals else "")
    return format_decimal(
        value, pattern, locale=locale_of(language or current_language())
    )


def format_energy(
    kwh: Decimal, language: str | None = None, *, decimals: int = 3
) -> str:
    """Return an energy: `12.345 kWh`."""
    return f"{format_number(kwh, decimals=decimals, language=language)}{_NO_BREAK}kWh"


def format_power(kw: Decimal, language: str | None = None, *, decimals: int = 1) -> str:
    """Return a power: `11.0 kW`."""
    return f"{format_number(kw, decimals=decimals, language=language)}{_NO_BREAK}kW"


def format_percent(rate: Decimal, language: str | None = None) -> str:
    """Return a rate in percent without needless zeros: `21%`, `5,5 %`."""
    locale = locale_of(language or current_language())
    pattern = copy(locale.percent_formats[None])
    pattern.frac_prec = (0, 2)
    return str(pattern.apply(rate / 100, locale))


def format_duration(seconds: int, language: str | None = None) -> str:
    """Return a duration in hours and minutes, rounded down: `1 hr 4 min`; under a minute in seconds."""
    locale = locale_of(language or current_language())
    hours, minutes = divmod(seconds // 60, 60)
    if not hours and not minutes:
        return format_unit(seconds, "duration-second", "short", locale=locale)
    parts = [(hours, "duration-hour"), (minutes, "duration-minute")]
    return _NO_BREAK.join(
        format_unit(value, unit, "short", locale=locale)
        for value, unit in parts
        if value
    ).replace(" ", _NO_BREAK)


def format_local_time(
    instant: datetime, time_zone: str, language: str | None = None
) -> str:
    """Return the time of day at the location with its zone: `14:05 CET`."""
    zone = zone_name(instant, time_zone, language)
    return f"{format_clock(instant, time_zone, language)}{_NO_BREAK}{zone}"


def zone_name(instant: datetime, time_zone: str, language: str | None = None) -> str:
    """Return the zone's short name at *instant*: `CET`, in German `MEZ`."""
    local = instant.astimezone(ZoneInfo(time_zone))
    name = format_time(
        local, "z", local.tzinfo, locale=locale_of(language or current_language())
    )
    # Babel writes the offset where the language has no short name of its own.
    return (local.tzname() or name) if any(sign in name for sign in "+-") else name


def format_clock(instant: datetime, time_zone: str, language: str | None = None) -> str:
    """Return the time of day at the location without the zone: `14:05`."""
    return format_time(
        instant,
        "HH:mm",
        ZoneInfo(time_zone),
        locale=locale_of(language or current_language()),
    )


def format_local_date(
    instant: datetime, time_zone: str, language: str | None = None
) -> str:
    """Return the date at the location: `22 Nov 2026`."""
    local = instant.astimezone(ZoneInfo(time_zone))
    return format_date(
        local, "medium", locale=locale_of(language or current_language())
    )


def format_local_datetime(
    instant: datetime, time_zone: str, language: str | None = None
) -> str:
    """Return date, time and zone at the location: `22 Nov 2026, 14:05 CET`."""
    day = format_local_date(instant, time_zone, language)
    return f"{day}, {format_local_time(instant, time_zone, language)}"


@cache
def country_name(code: str, language: str) -> str:
    """Return the name of a country (ISO 3166-1 alpha-2) in *language*; the code when unknown."""
    return str(locale_of(language).territories.get(code, code))


def install(environment: Environment) -> None:
    """Teach *environment* the texts of the current language and our formats as filters."""
    environment.add_extension("jinja2.ext.i18n")
    environment.install_gettext_callables(  # type: ignore[attr-defined]  # added by the extension
        gettext, ngettext, newstyle=True, pgettext=pgettext, npgettext=npgettext
    )
    environment.filters.update(
        money=format_money,
        price=format_price,
        energy=format_energy,
        power=format_power,
        percent=format_percent,
        duration=format_duration,
        local_time=format_local_time,
        clock=format_clock,
        local_date=format_local_date,
        local_datetime=format_local_datetime,
    )


@cache
def _currency_pattern(language: str, currency: str) -> NumberPattern:
    """Return the pattern of amounts, with the space that CLDR wants between a code and digits."""
    pattern: NumberPattern = locale_of(language).currency_formats["standard"]
    spelled_out = get_currency_symbol(currency, locale_of(language))[-1].isalpha()
    if spelled_out and "\xa4#" in pattern.pattern:
        return parse_pattern(pattern.pattern.replace("\xa4#", f"\xa4{_NO_BREAK}#"))
    return pattern
