"""The terms of a tariff in words: its prices as they are written, their steps and conditions."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Final

from app.infra.i18n import (
    format_duration,
    format_plain,
    format_power,
    format_price,
    format_unit_price,
    format_weekday,
    gettext,
)
from app.pricing.tariffs.model import (
    DayOfWeek,
    Dimension,
    PriceComponent,
    Reservation,
    TariffElement,
    TariffRestrictions,
)
from app.pricing.tariffs.words.prices import per_unit

_MINUTES: Final = 60
_MOST_DECIMALS: Final = 4
_MIDNIGHT: Final = "00:00"
_WEEKDAYS: Final = tuple(DayOfWeek)
_UNITS: Final[Mapping[Dimension, str]] = {
    Dimension.ENERGY: "kwh",
    Dimension.TIME: "minute",
    Dimension.PARKING_TIME: "minute",
    Dimension.FLAT: "session",
}


def element_words(element: TariffElement, currency: str) -> str:
    """Return the prices of *element* and when they hold: `€0.25 per kWh, from 23:00 to 07:00`."""
    prices = [component_words(one, currency) for one in element.price_components]
    return ", ".join([" + ".join(prices), *conditions(element.restrictions)])


def component_words(component: PriceComponent, currency: str) -> str:
    """Return a price as the tariff has it, incl. or excl. VAT, with its VAT rate and its step."""
    words = f"{_price(component, currency)}"
    notes = [] if component.vat is None else [_vat(component.vat)]
    if (step := step_words(component)) is not None:
        notes.append(gettext("in steps of %(step)s") % {"step": step})
    return f"{words} ({', '.join(notes)})" if notes else words


def step_words(component: PriceComponent) -> str | None:
    """Return the step size of *component* where it makes a difference: `1 kWh`, `5 mins`."""
    if component.step_size <= 1 or component.type is Dimension.FLAT:
        return None
    if component.type is Dimension.ENERGY:
        return _with_unit(Decimal(component.step_size) / 1000, "kWh")
    return format_duration(component.step_size)


def conditions(found: TariffRestrictions | None) -> list[str]:
    """Return when an element under these restrictions holds, a phrase each; none: always."""
    if found is None:
        return []
    return [*_reserved(found), *_times(found), *_dates(found), *_ranges(found)]


def _price(component: PriceComponent, currency: str) -> str:
    unit, per = _UNITS[component.type], per_unit(_UNITS[component.type], component.type)
    if unit != "minute":
        return f"{format_unit_price(component.price, currency, unit)} {per}"
    minute = component.price / _MINUTES
    if minute == round(minute, _MOST_DECIMALS):
        return f"{format_price(minute, currency)} {per}"
    # The price of a minute would be rounded: the hour's is exact.
    hour = format_price(component.price, currency)
    if component.type is Dimension.PARKING_TIME:
        return gettext("%(price)s per hour while connected but not charging") % {"price": hour}
    return gettext("%(price)s per hour") % {"price": hour}


def _vat(rate: Decimal) -> str:
    return gettext("VAT %(rate)s%%") % {"rate": format_plain(rate)}


def _reserved(found: TariffRestrictions) -> list[str]:
    match found.reservation:
        case None:
            return []
        case Reservation.RESERVATION:
            return [gettext("for a reservation")]
        case Reservation.RESERVATION_EXPIRES:
            return [gettext("for a reservation that nobody used")]


def _times(found: TariffRestrictions) -> list[str]:
    said: list[str] = []
    if found.start_time or found.end_time:
        end = found.end_time or _MIDNIGHT
        times = {
            "start": found.start_time or _MIDNIGHT,
            "end": "24:00" if end == _MIDNIGHT else end,
        }
        said.append(gettext("from %(start)s to %(end)s") % times)
    if found.day_of_week:
        days = ", ".join(format_weekday(_WEEKDAYS.index(day)) for day in found.day_of_week)
        said.append(gettext("on %(days)s") % {"days": days})
    return said


def _dates(found: TariffRestrictions) -> list[str]:
    said: list[str] = []
    if found.start_date:
        said.append(gettext("from %(date)s on") % {"date": found.start_date})
    if found.end_date:
        said.append(gettext("before %(date)s") % {"date": found.end_date})
    return said


def _ranges(found: TariffRestrictions) -> list[str]:
    said: list[str] = []
    for least, most, unit in (
        (found.min_kwh, found.max_kwh, "kWh"),
        (found.min_power, found.max_power, "kW"),
        (found.min_current, found.max_current, "A"),
    ):
        said += _range(*(_with_unit(bound, unit) for bound in (least, most)))
    bounds = (found.min_duration, found.max_duration)
    said += _range(*(None if bound is None else format_duration(bound) for bound in bounds))
    return said


def _with_unit(bound: Decimal | None, unit: str) -> str | None:
    if bound is None:
        return None
    if unit == "kW":
        return format_power(bound, decimals=1)
    return f"{format_plain(bound)}\N{NO-BREAK SPACE}{unit}"


def _range(least: str | None, most: str | None) -> list[str]:
    said: list[str] = []
    if least is not None:
        said.append(gettext("from %(amount)s on") % {"amount": least})
    if most is not None:
        said.append(gettext("below %(amount)s") % {"amount": most})
    return said
