"""What a session keeps that locks its price at the start: one price per kWh, as of that instant."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from msgspec import structs

from app.pricing.tariffs.dynamic.timetable import Timetable
from app.pricing.tariffs.model import Tariff, TariffElement, TariffRestrictions, TariffVersion

DEFAULT = "default"
_NOTHING = TariffRestrictions()


def locked(version: TariffVersion, at: datetime, time_zone: str) -> TariffVersion:
    """
    Return *version* as it prices a session that is agreed on at the instant *at*.

    The dated price of that instant holds without an end, and no other does; where the series has
    none it is the default's. The tariff's id says which one it is: `spot-202611221415`. What has no
    series stays as it is.
    """
    if version.series is None:
        return version
    return _kept(version, Timetable(version, time_zone).at(at))


def locked_as(version: TariffVersion, variant: str) -> TariffVersion:
    """Return *version* with the one price that *variant* names, as `locked` made it."""
    dated = version.tariff.elements[: version.series.dated] if version.series else ()
    return _kept(version, next((one for one in dated if _name(one) == variant), None))


def trimmed(version: TariffVersion, start: datetime, end: datetime, time_zone: str) -> Tariff:
    """Return the tariff of *version* without the dated prices of days that a session never saw."""
    if version.series is None or version.variant:
        return version.tariff
    table = Timetable(version, time_zone)
    days = {table.day_of(start).isoformat(), table.day_of(end).isoformat()}
    elements, dated = version.tariff.elements, version.series.dated
    kept = (one for one in elements[:dated] if min(days) <= _day(one) <= max(days))
    return structs.replace(version.tariff, elements=(*kept, *elements[dated:]))


def start_tariffs(version: TariffVersion, since: datetime, time_zone: str) -> Iterator[Tariff]:
    """
    Yield the tariffs by which others price sessions that lock their price at the start.

    One for each price from *since* on, with the instants between which sessions that begin have it
    (OCPI: the tariff that is valid when a session starts prices all of it). After the last price
    the default's hold.
    """
    table = Timetable(version, time_zone)
    until = table.known_until
    if until is not None and until > since:
        for span in table.spans(since, until):
            tariff = _kept(version, span.element).tariff
            yield structs.replace(tariff, start_date_time=span.start, end_date_time=span.end)
        since = until
    yield structs.replace(_kept(version, None).tariff, start_date_time=since)


def _kept(version: TariffVersion, element: TariffElement | None) -> TariffVersion:
    dated = version.series.dated if version.series is not None else 0
    variant = DEFAULT if element is None else _name(element)
    kept = () if element is None else (structs.replace(element, restrictions=None),)
    tariff = structs.replace(
        version.tariff,
        id=f"{version.tariff_id}-{variant}",
        elements=(*kept, *version.tariff.elements[dated:]),
    )
    return replace(version, tariff=tariff, variant=variant)


def _name(element: TariffElement) -> str:
    start = (element.restrictions or _NOTHING).start_time or "00:00"
    return f"{_day(element)}{start}".replace("-", "").replace(":", "")


def _day(element: TariffElement) -> str:
    return (element.restrictions or _NOTHING).start_date or ""
