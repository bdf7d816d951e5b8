"""What is odd about the elements of a tariff: never reached, never needed, or never meant."""

from collections.abc import Iterator
from typing import Final

from app.pricing.tariffs.findings import Finding
from app.pricing.tariffs.model import (
    Dimension,
    PriceComponent,
    Tariff,
    TariffElement,
    TariffRestrictions,
)

_NONE: Final = TariffRestrictions()
_BOUNDS: Final = ("max_kwh", "max_power", "max_current", "max_duration")
_NEVER_RESERVED: Final = frozenset((Dimension.ENERGY, Dimension.PARKING_TIME))


def element_findings(tariff: Tariff) -> Iterator[Finding]:
    """Yield what is odd about each element of *tariff*, in their order."""
    has_parking = any(
        one.type is Dimension.PARKING_TIME
        for element in tariff.elements
        for one in element.price_components
    )
    for number, element in enumerate(tariff.elements):
        path = f"elements[{number}]"
        yield from _window(path, element)
        for position, component in enumerate(element.price_components):
            where = f"{path}.price_components[{position}]"
            yield from _step(where, component, has_parking=has_parking)
            yield from _use(where, component, tariff, number)
    yield from _fallback(tariff)


def _window(path: str, element: TariffElement) -> Iterator[Finding]:
    found = element.restrictions or _NONE
    for name in _BOUNDS:
        if getattr(found, name) == 0:
            yield Finding("never_holds", f"{path}.restrictions.{name}")
    start, end = found.start_time, found.end_time
    if start is not None and start == end:
        yield Finding("whole_day", f"{path}.restrictions.start_time")
    elif start and end and end != "00:00" and end < start and found.day_of_week:
        yield Finding("weekday_over_midnight", f"{path}.restrictions.day_of_week")


def _step(where: str, component: PriceComponent, *, has_parking: bool) -> Iterator[Finding]:
    step = component.step_size
    if component.type is Dimension.FLAT:
        if step > 1:
            yield Finding("step_on_flat", f"{where}.step_size")
    elif step == 0:
        yield Finding("zero_step", f"{where}.step_size")
    elif step > 1:
        yield Finding("coarse_step", f"{where}.step_size")
        if component.type is Dimension.TIME and has_parking:
            yield Finding("time_step_unused", f"{where}.step_size")


def _use(where: str, component: PriceComponent, tariff: Tariff, number: int) -> Iterator[Finding]:
    found = tariff.elements[number].restrictions or _NONE
    if found.reservation is not None and component.type in _NEVER_RESERVED:
        yield Finding("reservation_dimension", f"{where}.type")
    earlier = (
        each
        for each in tariff.elements[:number]
        if any(one.type is component.type for one in each.price_components)
    )
    if any(_covers(each.restrictions or _NONE, found) for each in earlier):
        yield Finding("unreachable", f"{where}.type")


def _covers(earlier: TariffRestrictions, later: TariffRestrictions) -> bool:
    """Tell whether *earlier* surely holds wherever *later* does."""
    return earlier.reservation is later.reservation and (
        earlier in (TariffRestrictions(reservation=earlier.reservation), later)
    )


def _fallback(tariff: Tariff) -> Iterator[Finding]:
    """Yield a dimension that is priced only under restrictions, and so free at other times."""
    for kind in (Dimension.ENERGY, Dimension.TIME):
        priced = [
            element.restrictions or _NONE
            for element in tariff.elements
            if any(one.type is kind for one in element.price_components)
        ]
        charging = [found for found in priced if found.reservation is None]
        if charging:
            if _NONE not in charging:
                yield Finding("no_fallback", "elements")
            # A price by time beside one for energy may well begin late: a grace period.
            return
