"""The windows of a day in a tariff: two that overlap, and the time that none of them covers."""

from collections.abc import Iterator
from itertools import combinations
from typing import Final

from app.pricing.tariffs.findings import Finding
from app.pricing.tariffs.model import Dimension, Tariff, TariffRestrictions

_NONE: Final = TariffRestrictions()
_DAY: Final = 24 * 60
# The start and end of a stretch of the day, in minutes.
_Stretch = tuple[int, int]


def window_findings(tariff: Tariff) -> Iterator[Finding]:
    """Yield windows for energy that overlap one before them, and gaps between them."""
    windows = [
        (number, element.restrictions or _NONE)
        for number, element in enumerate(tariff.elements)
        if any(one.type is Dimension.ENERGY for one in element.price_components)
    ]
    daily = [(number, found) for number, found in windows if _is_daily(found)]
    for (first, earlier), (second, later) in combinations(daily, 2):
        if earlier != later and _overlap(_stretches(earlier), _stretches(later)):
            field = f"elements[{second}].restrictions.start_time"
            yield Finding("windows_overlap", field, {"other": first + 1})
    if daily and len(daily) == len(windows):
        yield from _gaps([stretch for _, found in daily for stretch in _stretches(found)])


def _is_daily(found: TariffRestrictions) -> bool:
    """Tell whether *found* says only which hours of every day it holds."""
    if not (found.start_time or found.end_time):
        return False
    hours = TariffRestrictions(start_time=found.start_time, end_time=found.end_time)
    return found == hours


def _stretches(found: TariffRestrictions) -> list[_Stretch]:
    start, end = _minute(found.start_time or "00:00"), _minute(found.end_time or "00:00") or _DAY
    if start < end:
        return [(start, end)]
    if start == end:
        return [(0, _DAY)]
    return [(0, end), (start, _DAY)]


def _minute(text: str) -> int:
    return int(text[:2]) * 60 + int(text[3:])


def _overlap(some: list[_Stretch], others: list[_Stretch]) -> bool:
    return any(a < d and c < b for a, b in some for c, d in others)


def _gaps(stretches: list[_Stretch]) -> Iterator[Finding]:
    covered = 0
    for start, end in sorted([*stretches, (_DAY, _DAY)]):
        if start > covered:
            values = {"start": _clock(covered), "end": _clock(start)}
            yield Finding("gap", "elements", values)
        covered = max(covered, end)


def _clock(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"
