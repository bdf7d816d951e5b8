"""Local time: which elements the calendar allows at an instant, and until when."""

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache, lru_cache
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from app.pricing.tariffs.compiled.units import DAY, NEVER, SECOND, instant, micros
from app.pricing.tariffs.errors import TimeZoneUnknown

_DAY_SECONDS: Final = 86_400
_KEPT_DAYS: Final = 400
_ONE_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Window:
    """
    The calendar restrictions of an element; ends are excluded, a window may pass midnight.

    With *carries* the hours after midnight belong to the day on which the window opened.
    """

    start_second: int = 0
    end_second: int = _DAY_SECONDS
    start_date: date | None = None
    end_date: date | None = None
    weekdays: frozenset[int] = frozenset()
    carries: bool = False

    def holds(self, local: datetime) -> bool:
        """Tell whether the window is open at the wall-clock time *local*."""
        second = local.hour * 3600 + local.minute * 60 + local.second
        day = local.date()
        if self.carries and second < self.end_second < self.start_second:
            day -= _ONE_DAY
        return self._holds_by_clock(second) and self.opens_on(day)

    def opens_on(self, day: date) -> bool:
        """Tell whether the window opens at some time of *day*, by its dates and weekdays."""
        return (
            (self.start_date is None or self.start_date <= day)
            and (self.end_date is None or day < self.end_date)
            and (not self.weekdays or day.weekday() in self.weekdays)
        )

    def touches(self, day: date) -> bool:
        """Tell whether the dates of the window leave it a chance on *day*."""
        first = day - _ONE_DAY if self.carries else day
        return (self.start_date is None or self.start_date <= day) and (
            self.end_date is None or first < self.end_date
        )

    def _holds_by_clock(self, second: int) -> bool:
        if self.start_second < self.end_second:
            return self.start_second <= second < self.end_second
        if self.start_second == self.end_second:
            return False  # the compiler has widened it, if the policy says so
        return second >= self.start_second or second < self.end_second


ALWAYS: Final = Window()
_Near = list[tuple[int, Window]]
# The instants of a day at which the mask changes, and the masks from then on.
_Day = tuple[list[int], list[int]]
# What decides about a whole day of UTC: how far the clock is off, and which windows open around it.
_Kind = tuple[timedelta | None, int, int, int]


@lru_cache(maxsize=512)
def zone(name: str) -> ZoneInfo:
    """Return the IANA time zone *name*; raise TimeZoneUnknown."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as unknown:
        raise TimeZoneUnknown(f"{name!r} is not a time zone", time_zone=name) from unknown


@lru_cache(maxsize=512)
def zone_name(name: str) -> str:
    """Return the IANA name of the time zone that somebody writes *name*; raise TimeZoneUnknown."""
    try:
        return zone(name).key
    except TimeZoneUnknown:
        meant = _names().get(name.strip().lower())
        if meant is None:
            raise
        return meant


@cache
def _names() -> dict[str, str]:
    return {name.lower(): name for name in available_timezones()}


class Calendar:
    """
    The windows of one tariff in one time zone, laid out day by day of UTC.

    An answer is a mask: bit *n* is set when window *n* is open. A day is cut at every wall-clock
    time that a window names, in both of its meanings when clocks go back, and where clocks change.
    """

    def __init__(self, windows: tuple[Window, ...], time_zone: ZoneInfo) -> None:
        """Lay out nothing yet: days are made when they are asked for."""
        self._windows = windows
        self._zone = time_zone
        self._static = all(window == ALWAYS for window in windows)
        self._all = (1 << len(windows)) - 1
        self._days: dict[int, _Day] = {}
        self._near: dict[date, _Near] = {}
        self._kinds: dict[_Kind, _Day] = {}

    def at(self, when: int) -> tuple[int, int]:
        """Return the mask at the instant *when* (µs) and until which instant it surely holds."""
        if self._static:
            return self._all, NEVER
        number = when // DAY
        day = self._days.get(number)
        if day is None:
            day = self._laid_out(number)
        starts, masks = day
        place = bisect_right(starts, when)
        return masks[place - 1], starts[place] if place < len(starts) else (number + 1) * DAY

    def changes(self, when: int, *, days: int) -> Iterator[tuple[int, int]]:
        """Yield each instant (µs) after *when*, and the mask from then on, for so many *days*."""
        mask, until = self.at(when)
        while until < when + days * DAY:
            changed, after = self.at(until)
            if changed != mask:
                yield until, changed
            mask, until = changed, after

    def _laid_out(self, number: int) -> _Day:
        """Lay out a day; one of the same kind as another, as most are, is laid out like it."""
        if len(self._days) >= _KEPT_DAYS:
            self._days.clear()
            self._near.clear()
            self._kinds.clear()
        start, kind = number * DAY, self._kind_of(number * DAY)
        if kind is None:
            starts, masks = self._worked_out(start)
        else:
            if kind not in self._kinds:
                self._kinds[kind] = self._worked_out(start)
            starts, masks = self._kinds[kind]
            shift = start - starts[0]
            starts = [at + shift for at in starts]
        self._days[number] = starts, masks
        return starts, masks

    def _kind_of(self, start: int) -> _Kind | None:
        """Return the kind of the day of UTC from *start* on; None where clocks change in it."""
        offset = self._offset(start)
        if offset != self._offset(start + DAY):
            return None
        day = instant(start).astimezone(self._zone).date()
        before, after = day - _ONE_DAY, day + _ONE_DAY
        return offset, self._open_on(before), self._open_on(day), self._open_on(after)

    def _open_on(self, day: date) -> int:
        return sum(bit for bit, window in self._near_to(day) if window.opens_on(day))

    def _worked_out(self, start: int) -> _Day:
        starts: list[int] = []
        masks: list[int] = []
        for cut in sorted(self._cuts(start, start + DAY)):
            mask = self._mask(cut)
            if not masks or masks[-1] != mask:
                starts.append(cut)
                masks.append(mask)
        return starts, masks

    def _mask(self, at: int) -> int:
        local = instant(at).astimezone(self._zone)
        return sum(bit for bit, window in self._near_to(local.date()) if window.holds(local))

    def _near_to(self, day: date) -> _Near:
        """Return the windows that their dates let open on the local *day*: of hundreds a few."""
        if day not in self._near:
            self._near[day] = [
                (1 << bit, window)
                for bit, window in enumerate(self._windows)
                if window.touches(day)
            ]
        return self._near[day]

    def _cuts(self, start: int, end: int) -> set[int]:
        first = instant(start).astimezone(self._zone).date()
        cuts = {start, *self._clock_changes(start, end)}
        for day in (first, first + timedelta(days=1)):
            windows = [window for _, window in self._near_to(day)]
            seconds = {0} | {one.start_second for one in windows}
            seconds |= {one.end_second % _DAY_SECONDS for one in windows}
            midnight = datetime(day.year, day.month, day.day, tzinfo=self._zone)
            for second in seconds:
                wall = midnight + timedelta(seconds=second)
                cuts |= {micros(wall), micros(wall.replace(fold=1))}
        return {cut for cut in cuts if start <= cut < end}

    def _clock_changes(self, start: int, end: int) -> set[int]:
        if self._offset(start) == self._offset(end):
            return set()
        while end - start > SECOND:
            middle = (start + end) // (2 * SECOND) * SECOND
            if self._offset(middle) == self._offset(start):
                start = middle
            else:
                end = middle
        return {end}

    def _offset(self, at: int) -> timedelta | None:
        return instant(at).astimezone(self._zone).utcoffset()
