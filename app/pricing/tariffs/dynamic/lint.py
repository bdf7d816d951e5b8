"""What is wrong with how a series is defined, and what surprises about the prices that it has."""

import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from app.pricing.tariffs.dynamic.compose import energy_of
from app.pricing.tariffs.dynamic.model import (
    GRID_MINUTES,
    LEAST_LEAD,
    Definition,
    Formula,
    Rails,
    SeriesVersion,
    Unit,
)
from app.pricing.tariffs.dynamic.slots import gaps, value_at
from app.pricing.tariffs.findings import Finding
from app.pricing.tariffs.model import DayOfWeek, Tariff, TaxIncluded

# With the name of a locked price behind it, it is still an OCPI id of 36 characters.
_ID = re.compile(r"[A-Za-z0-9_.]{1,23}")
_CLOCK = re.compile(r"([01][0-9]|2[0-3]):[0-5][05]|24:00")
_MOST_MINUTES = 1440
_MOST_DECIMALS = 6
Complaint = tuple[str, str]


def definition_complaints(
    definition: Definition, others: Mapping[str, Definition]
) -> Iterator[Complaint]:
    """Yield the field and the reason of all that is wrong; *others* are the operator's series."""
    if not _ID.fullmatch(definition.id):
        yield "id", "expected 1 to 23 letters, digits, '_' and '.'"
    if not GRID_MINUTES <= definition.minutes <= _MOST_MINUTES or definition.minutes % GRID_MINUTES:
        yield "minutes", f"expected a multiple of {GRID_MINUTES}, up to {_MOST_MINUTES}"
    if definition.default is not None and definition.unit is not Unit.KWH:
        yield "unit", "what becomes a tariff has prices per kWh"
    for field, reason in _rail_complaints(definition.rails, definition.default):
        yield f"rails.{field}", reason
    if definition.formula is not None:
        for field, reason in _formula_complaints(definition.formula, others):
            yield f"formula.{field}", reason


def _rail_complaints(rails: Rails, default: str | None) -> Iterator[Complaint]:
    least = int(LEAST_LEAD.total_seconds()) // 60 if default is not None else 0
    if rails.lead_minutes < least:
        yield "lead_minutes", f"expected at least {least}"
    if rails.floor is not None and rails.ceiling is not None and rails.ceiling < rails.floor:
        yield "ceiling", "expected at least the floor"
    if rails.biggest_step is not None and rails.biggest_step <= 0:
        yield "biggest_step", "expected more than 0"


def _formula_complaints(formula: Formula, others: Mapping[str, Definition]) -> Iterator[Complaint]:
    if not formula.sources:
        yield "curve", "expected a curve, or the renewables' share"
    yield from _source_complaints("curve", formula.curve, Unit.KWH, others)
    yield from _source_complaints("renewables", formula.renewables, Unit.PERCENT, others)
    if not 0 <= formula.decimals <= _MOST_DECIMALS:
        yield "decimals", f"expected 0 to {_MOST_DECIMALS}"
    for number, band in enumerate(formula.bands):
        if not (_CLOCK.fullmatch(band.start) and _CLOCK.fullmatch(band.end)):
            yield f"bands[{number}].start", "expected times such as 17:00, in whole five minutes"
        if not set(band.days) <= set(DayOfWeek):
            yield f"bands[{number}].days", f"expected some of {', '.join(DayOfWeek)}"


def _source_complaints(
    field: str, name: str | None, unit: Unit, others: Mapping[str, Definition]
) -> Iterator[Complaint]:
    source = others.get(name or "")
    if name is None:
        return
    if source is None:
        yield field, f"there is no price series {name!r}"
    elif source.formula is not None:
        yield field, f"{name!r} is worked out itself: name what it is worked out from"
    elif source.unit is not unit:
        yield field, f"{name!r} has the unit {source.unit}, not {unit}"


def lint_series(
    definition: Definition, default: Tariff | None, version: SeriesVersion | None, now: datetime
) -> Iterator[Finding]:
    """
    Yield what surprises about a series as of *now*: gaps, prices that lack, a default that is free.

    *default* is the tariff whose prices hold where the series has none.
    """
    slots = () if version is None else version.slots
    zone = ZoneInfo(definition.time_zone)
    if value_at(slots, now) is None:
        yield Finding("series_silent", definition.id)
    for start, end in gaps(slots, now):
        if start > now:
            times = {
                "start": f"{start.astimezone(zone):%Y-%m-%d %H:%M}",
                "end": f"{end.astimezone(zone):%Y-%m-%d %H:%M}",
            }
            yield Finding("series_gap", definition.id, times)
    if default is None:
        return
    if energy_of(default).price == 0:
        yield Finding("series_free_default", definition.id)
    follows_market = definition.formula is not None and definition.formula.curve is not None
    if follows_market and default.tax_included is TaxIncluded.YES:
        yield Finding("series_before_taxes", definition.id)
