"""The dated prices of a tariff on the wall clock of its place: which one holds when, until when."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from app.pricing.tariffs.dynamic.model import GRID, GRID_MINUTES
from app.pricing.tariffs.model import TariffElement, TariffRestrictions, TariffVersion

_CELLS = 24 * 60 // GRID_MINUTES
_NOTHING = TariffRestrictions()


class Span(NamedTuple):
    """From *start* to before *end* the dated *element* holds; None: the default's prices do."""

    start: datetime
    end: datetime
    element: TariffElement | None


class Timetable:
    """The dated elements of a tariff version, laid out by day and five minutes."""

    def __init__(self, version: TariffVersion, time_zone: str) -> None:
        """Lay out the dated elements of *version*; what has no series has none."""
        self._zone = ZoneInfo(time_zone)
        self._days: dict[date, list[TariffElement | None]] = {}
        dated = version.series.dated if version.series is not None else 0
        for element in version.tariff.elements[:dated]:
            found = element.restrictions or _NOTHING
            day = self._days.setdefault(date.fromisoformat(found.start_date or ""), [None] * _CELLS)
            first = _cell(found.start_time) if found.start_time else 0
            end = _cell(found.end_time) if found.end_time else _CELLS
            day[first:end] = [element] * (end - first)

    def at(self, at: datetime) -> TariffElement | None:
        """Return the dated element of the instant *at*, or None."""
        local = at.astimezone(self._zone)
        day = self._days.get(local.date())
        return None if day is None else day[(local.hour * 60 + local.minute) // GRID_MINUTES]

    def day_of(self, at: datetime) -> date:
        """Return the local day of the instant *at*."""
        return at.astimezone(self._zone).date()

    def midnight(self, day: date) -> datetime:
        """Return the instant at which the local *day* begins."""
        return datetime(day.year, day.month, day.day, tzinfo=self._zone).astimezone(UTC)

    @property
    def known_until(self) -> datetime | None:
        """Return until when prices are known, or None when none are."""
        if not self._days:
            return None
        day = max(self._days)
        end = self.midnight(day + timedelta(days=1))
        while self.at(end - GRID) is None:
            end -= GRID
        return end

    def change_after(self, at: datetime) -> datetime | None:
        """Return when another element than that of the instant *at* holds, or None."""
        element, until = self.at(at), self.known_until
        step = _on_grid(at) + GRID
        while until is not None and step <= until:
            if self.at(step) is not element:
                return step
            step += GRID
        return None

    def spans(self, since: datetime, until: datetime) -> Iterator[Span]:
        """Yield what holds from *since* to before *until*, piece by piece."""
        start, element, at = since, self.at(since), _on_grid(since) + GRID
        while at < until:
            if (following := self.at(at)) is not element:
                yield Span(start, at, element)
                start, element = at, following
            at += GRID
        yield Span(start, until, element)


def _cell(text: str) -> int:
    return (int(text[:2]) * 60 + int(text[3:])) // GRID_MINUTES


def _on_grid(at: datetime) -> datetime:
    return at.replace(minute=at.minute // GRID_MINUTES * GRID_MINUTES, second=0, microsecond=0)
