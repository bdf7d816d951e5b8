"""The charging periods of a CDR in the engine's whole numbers."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from functools import partial
from typing import Final, NamedTuple

from app.pricing.tariffs.compiled.units import duration, energy, micros
from app.pricing.tariffs.engine.result import Period

NO_TIME: Final = timedelta()
Ends = tuple[int | None, int | None]


class Span(NamedTuple):
    """
    A period from *start* to *end* (µs) with its volumes, in nano-kilowatt-hours and microseconds.

    *energy* and *reserved* are None when the CDR does not state any; other times are 0. *power*
    (µW) and *current* (nA) are the lowest and the highest, None where not stated. *plan* says which
    of several plans prices it.
    """

    start: int
    end: int
    energy: int | None = None
    time: int = 0
    parking: int = 0
    reserved: int | None = None
    power: Ends | None = None
    current: Ends | None = None
    plan: int = 0

    @property
    def is_reservation(self) -> bool:
        """Tell whether the period is one of a reservation, before any charging."""
        return self.reserved is not None and not (self.energy or self.time or self.parking)

    def cut(self, at: int) -> tuple["Span", "Span"]:
        """Return the parts before and after the instant *at*; volumes are shared by time."""

        def share(volume: int) -> int:
            return volume * (at - self.start) // (self.end - self.start)

        first = self._replace(
            end=at,
            energy=None if self.energy is None else share(self.energy),
            time=share(self.time),
            parking=share(self.parking),
            reserved=None if self.reserved is None else share(self.reserved),
        )
        rest = self._replace(
            start=at,
            energy=None if self.energy is None else self.energy - share(self.energy),
            time=self.time - first.time,
            parking=self.parking - first.parking,
            reserved=None if self.reserved is None else self.reserved - share(self.reserved),
        )
        return first, rest


# A span from a tuple: half the time of naming its fields.
_span: Final = partial(tuple.__new__, Span)


class Spans(NamedTuple):
    """
    The spans of a session, field by field, so that they can be added up at once.

    Each field has for every span what the field of that name in `Span` says. They are in order, and
    each ends where the next one starts.
    """

    start: Sequence[int]
    end: Sequence[int]
    energy: Sequence[int | None]
    time: Sequence[int]
    parking: Sequence[int]
    reserved: Sequence[int | None]
    power: Sequence[Ends | None]
    current: Sequence[Ends | None]
    plan: Sequence[int]

    def each(self) -> list[Span]:
        """Return the spans one by one."""
        return list(map(_span, zip(*self, strict=True)))


def spans_of(periods: Sequence[Period], ended_at: datetime) -> Spans:
    """Return *periods* as spans; each ends where the next one starts, the last at *ended_at*."""
    starts = [micros(period.start) for period in periods]
    return Spans(
        start=starts,
        end=[*starts[1:], micros(ended_at)] if starts else [],
        energy=[
            None if period.energy_kwh is None else energy(period.energy_kwh) for period in periods
        ],
        time=[duration(period.time or NO_TIME) for period in periods],
        parking=[duration(period.parking or NO_TIME) for period in periods],
        reserved=[
            None if period.reserved is None else duration(period.reserved) for period in periods
        ],
        power=[ends(period.min_power, period.max_power) for period in periods],
        current=[ends(period.min_current, period.max_current) for period in periods],
        plan=[0] * len(periods),
    )


def ends(least: Decimal | None, most: Decimal | None) -> Ends | None:
    """Return the lowest and the highest value in the engine's units; None when both are unknown."""
    if least is None and most is None:
        return None
    return None if least is None else energy(least), None if most is None else energy(most)
