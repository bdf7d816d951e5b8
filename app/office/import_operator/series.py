"""The price series of an operator file, how prices lock, and what must fit around them."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import msgspec

from app.charging.chargers.setup.model import EvseDraft
from app.office.import_operator.entries.prices import SeriesEntry
from app.office.import_operator.faults import Fault, Path, parsed
from app.office.import_operator.plan import Plan
from app.office.import_operator.rules import rules_met
from app.pricing.tariffs.compiled.calendar import zone
from app.pricing.tariffs.dynamic.compose import energy_of
from app.pricing.tariffs.dynamic.errors import SeriesInvalid
from app.pricing.tariffs.dynamic.lint import definition_complaints
from app.pricing.tariffs.dynamic.model import Definition, Lock
from app.pricing.tariffs.errors import TimeZoneUnknown
from app.pricing.tariffs.model import Tariff

_ELSEWHERE = "default"
_COUNTRY_LETTERS = 2
# Two zones that agree every six hours of these years have one clock.
_FIRST = datetime(2026, 1, 1, tzinfo=UTC)
_STEPS = 4 * 730


def definition_of(path: Path, entry: SeriesEntry, faults: list[Fault]) -> Definition | None:
    """Return the series of *entry*; when it is none, None, and why is added to *faults*."""
    try:
        definition = msgspec.convert(msgspec.to_builtins(entry), Definition)
        zone(definition.time_zone)
    except msgspec.ValidationError as wrong:
        text, _, field = str(wrong).partition(" - at `$.")
        faults.append(Fault((*path, *parsed(field.rstrip("`"))), text))
        return None
    except TimeZoneUnknown as wrong:
        faults.append(Fault((*path, "time_zone"), wrong.detail))
        return None
    return definition


def locks_of(found: Mapping[str, str], faults: list[Fault]) -> dict[str, Lock]:
    """Return how prices lock by country, and ("") elsewhere."""
    locks: dict[str, Lock] = {}
    for country, text in found.items():
        path: Path = ("price_lock", country)
        if country != _ELSEWHERE and not (len(country) == _COUNTRY_LETTERS and country.isupper()):
            faults.append(Fault(path, "expected 'default' or a country such as DE"))
        elif text not in set(Lock):
            faults.append(Fault(path, f"expected one of {', '.join(Lock)}"))
        else:
            locks["" if country == _ELSEWHERE else country] = Lock(text)
    return locks


def series_faults(plan: Plan) -> Iterator[Fault]:
    """Yield what is wrong with the series of *plan*, each by itself and with their tariffs."""
    known = {series.id: series for series in plan.series}
    tariffs = {tariff.id: tariff for tariff in plan.tariffs}
    for number, series in enumerate(plan.series):
        path: Path = ("price_series", number)
        for field, reason in definition_complaints(series, known):
            yield Fault((*path, *parsed(field)), reason)
        if series.id in tariffs:
            yield Fault((*path, "id"), f"the id {series.id!r} is that of a tariff")
        if series.default is not None:
            yield from _default_faults(path, series, tariffs)


def _default_faults(
    path: Path, series: Definition, tariffs: Mapping[str, Tariff]
) -> Iterator[Fault]:
    default = tariffs.get(series.default or "")
    if default is None:
        yield Fault((*path, "default"), f"no tariff has the id {series.default!r}")
        return
    if series.currency != default.currency:
        yield Fault((*path, "currency"), f"the default tariff is in {default.currency}")
    try:
        energy_of(default)
    except SeriesInvalid as wrong:
        yield Fault((*path, "default"), wrong.detail)


def clock_faults(plan: Plan, path: Path, evse: EvseDraft) -> Iterator[Fault]:
    """Yield series whose times of day are another clock's than that of *evse*."""
    clock = next(each.time_zone for each in plan.locations if each.location_id == evse.location_id)
    used = {rule.tariff_id for rule in rules_met(plan, evse)}
    for series in plan.series:
        if series.id in used and not _same_clock(series.time_zone, clock):
            yield Fault(path, f"is on {clock}, but its price series {series.id!r} is not")


def with_defaults(plan: Plan, tariff_ids: set[str]) -> set[str]:
    """Return *tariff_ids* with the default tariffs of the series among them in their place."""
    defaults = {series.id: series.default for series in plan.series if series.default is not None}
    return {defaults.get(name, name) for name in tariff_ids}


@lru_cache(maxsize=64)
def _same_clock(one: str, other: str) -> bool:
    zones = ZoneInfo(one), ZoneInfo(other)
    instants = (_FIRST + timedelta(hours=6 * step) for step in range(_STEPS))
    offsets = ([at.astimezone(each).utcoffset() for each in zones] for at in instants)
    return one == other or all(first == second for first, second in offsets)
