"""
From a series to a tariff: elements with a date and two times, before those of the default tariff.

OCPI's restrictions are read on the wall clock. In the hour that comes twice when clocks go back two
prices of one time cannot be told apart: the lower one holds in both.
"""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from msgspec import structs

from app.pricing.tariffs.dynamic.errors import SeriesInvalid
from app.pricing.tariffs.dynamic.model import GRID, GRID_MINUTES, KEPT, Definition, Slot
from app.pricing.tariffs.model import (
    Dimension,
    PriceComponent,
    Tariff,
    TariffElement,
    TariffRestrictions,
)

_CELLS = 24 * 60 // GRID_MINUTES
_ONE_DAY = timedelta(days=1)
Cells = dict[date, list[Decimal | None]]


def composed(
    default: Tariff, definition: Definition, slots: Sequence[Slot], now: datetime
) -> tuple[Tariff, int]:
    """
    Return the tariff that the series is as of *now*, and how many dated elements it begins with.

    It reaches back as far as a session that is not settled yet. Raises SeriesInvalid.
    """
    model = energy_of(default)
    zone = ZoneInfo(definition.time_zone)
    since = (now - KEPT).astimezone(zone).date() + _ONE_DAY
    cells = _cells(slots, zone)
    dated = tuple(
        _element(day, *run, model)
        for day in sorted(cells)
        if day >= since
        for run in _runs(cells[day])
    )
    tariff = structs.replace(default, id=definition.id, elements=(*dated, *default.elements))
    return tariff, len(dated)


def energy_of(default: Tariff) -> PriceComponent:
    """
    Return the price per kWh of *default* that holds whenever no other does.

    Without one a missing price would be none at all. Raises SeriesInvalid.
    """
    for element in default.elements:
        if element.restrictions in (None, TariffRestrictions()):
            for component in element.price_components:
                if component.type is Dimension.ENERGY:
                    return component
    raise SeriesInvalid(
        f"the default tariff {default.id!r} has no price per kWh that always holds",
        field="default",
    )


def _cells(slots: Sequence[Slot], zone: ZoneInfo) -> Cells:
    """Return the value of every five minutes of the wall clock, day by day."""
    cells: Cells = {}
    for slot in slots:
        at = slot.start
        while at < slot.end:
            local = at.astimezone(zone)
            day = cells.setdefault(local.date(), [None] * _CELLS)
            number = (local.hour * 60 + local.minute) // GRID_MINUTES
            known = day[number]
            day[number] = slot.value if known is None else min(known, slot.value)
            at += GRID
    return cells


def _runs(day: list[Decimal | None]) -> Iterator[tuple[int, int, Decimal]]:
    """Yield the first cell, the one after the last, and the value of each run of equal ones."""
    start = 0
    for number in range(1, len(day) + 1):
        if number < len(day) and day[number] == day[start]:
            continue
        value = day[start]
        if value is not None:
            yield start, number, value
        start = number


def _element(
    day: date, first: int, end: int, value: Decimal, model: PriceComponent
) -> TariffElement:
    return TariffElement(
        price_components=(structs.replace(model, price=value),),
        restrictions=TariffRestrictions(
            start_date=day.isoformat(),
            end_date=(day + _ONE_DAY).isoformat(),
            start_time=_clock(first) if first else None,
            end_time=_clock(end) if end < _CELLS else None,
        ),
    )


def _clock(cell: int) -> str:
    minutes = cell * GRID_MINUTES
    return f"{minutes // 60:02}:{minutes % 60:02}"
