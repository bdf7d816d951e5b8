"""The periods of a CDR in the engine's whole numbers, in the order of time."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from operator import attrgetter
from typing import Final, NamedTuple

from app.pricing.tariffs.cdrs.model import UNKNOWN, Cdr, ChargingPeriod, aware
from app.pricing.tariffs.compiled.units import HOUR, KWH, all_micros, micros
from app.pricing.tariffs.engine.spans import Ends, Spans
from app.pricing.tariffs.errors import CdrInvalid

# No volume has more digits before its point, and no session is before or after these years.
_MOST_DIGITS: Final = 7
_FIRST: Final = micros(datetime(1990, 1, 1, tzinfo=UTC))
_LAST: Final = micros(datetime(2190, 1, 1, tzinfo=UTC))
_UNKNOWN: Final = micros(UNKNOWN)
# The units of the engine in those of CDR dimensions (OCPI 2.3.0, CdrDimensionType).
_KWH: Final = Decimal(KWH)
_HOUR: Final = Decimal(HOUR)
_DIRECTIONS: Final = frozenset(("ENERGY_IMPORT", "ENERGY_EXPORT"))
# What OCPI knows beside energy and times, of which a state of charge decides nothing.
_OTHERS: Final = _DIRECTIONS | {
    *("MIN_POWER", "MAX_POWER", "POWER"),
    *("MIN_CURRENT", "MAX_CURRENT", "CURRENT"),
    "STATE_OF_CHARGE",
}


class _Volumes(NamedTuple):
    """What periods state, kind by kind; *others* by the period's number; *unknown* to OCPI."""

    energy: list[int | None]
    time: list[int]
    parking: list[int]
    reserved: list[int | None]
    others: dict[int, dict[str, int]]
    unknown: set[str]

    def add_other(self, number: int, kind: str, volume: Decimal) -> None:
        """Keep what says something about power, current or the way the energy flowed."""
        if kind in _OTHERS:
            self.others.setdefault(number, {})[kind] = round(volume * _KWH)
        else:
            self.unknown.add(kind)


def spans_of_cdr(cdr: Cdr, plans: Sequence[int], notes: dict[str, None]) -> Spans:
    """
    Return the periods of *cdr*, each with its place in *plans*; a credit's as in its session.

    They come in the order of time, and each ends where the next one starts. Raises CdrInvalid for
    an instant or a volume that cannot be one.
    """
    starts, ended_at = _starts(cdr.charging_periods), _end(cdr)
    if not starts:
        return Spans(*([] for _ in Spans._fields))
    in_order = sorted(starts)
    _check_years(in_order, starts)
    volumes = _volumes(cdr.charging_periods)
    if volumes.unknown:
        notes["dimension_unknown"] = None
    found = _spans(starts, ended_at, volumes, plans)
    if starts != in_order:
        notes["periods_out_of_order"] = None
        found = Spans(*zip(*sorted(found.each(), key=attrgetter("start")), strict=True))
        found = found._replace(end=[*found.start[1:], ended_at])
    if ended_at == _UNKNOWN:
        notes["end_unknown"] = None
        reserved = found.reserved[-1] or 0
        ended_at = found.start[-1] + found.time[-1] + found.parking[-1] + reserved
        found = found._replace(end=[*found.end[:-1], ended_at])
    if cdr.credit:
        return _as_credited(found)
    if _has_negative(found):
        notes["time_negative"] = None
    return found


def _has_negative(found: Spans) -> bool:
    """Tell whether some time is below zero; reservations are rare, so they are looked at last."""
    if min(found.time) < 0 or min(found.parking) < 0:
        return True
    if found.reserved.count(None) == len(found.reserved):
        return False
    return min(filter(None, found.reserved), default=0) < 0


def _starts(periods: Sequence[ChargingPeriod]) -> list[int]:
    try:
        return all_micros([period.start_date_time for period in periods])
    except TypeError:  # one of them has no zone
        return all_micros([aware(period.start_date_time) for period in periods])


def _check_years(in_order: Sequence[int], starts: Sequence[int]) -> None:
    if not _FIRST <= in_order[0] <= in_order[-1] < _LAST:
        number = next(number for number, at in enumerate(starts) if not _FIRST <= at < _LAST)
        field = f"cdr.charging_periods[{number}].start_date_time"
        raise CdrInvalid("no session was then", field=field)


def _end(cdr: Cdr) -> int:
    found = micros(aware(cdr.end_date_time))
    if found != _UNKNOWN and not _FIRST <= found < _LAST:
        raise CdrInvalid("no session was then", field="cdr.end_date_time")
    return found


def _volumes(periods: Sequence[ChargingPeriod]) -> _Volumes:
    nothing = [0] * len(periods)
    found = _Volumes([], nothing, nothing.copy(), [None] * len(periods), {}, set())
    try:
        _read(periods, found)
    except (ValueError, ArithmeticError) as wrong:
        number = len(found.energy)
        raise CdrInvalid(
            f"in the period from {periods[number].start_date_time} a volume is not a usable number",
            field=f"cdr.charging_periods[{number}].dimensions",
        ) from wrong
    return found


def _read(periods: Sequence[ChargingPeriod], found: _Volumes) -> None:
    energies, times, parkings, reservations = found[:4]
    for number, period in enumerate(periods):
        energy: int | None = None
        for one in period.dimensions or ():
            kind, volume = one.type, one.volume
            if volume.adjusted() >= _MOST_DIGITS:
                raise OverflowError(volume)
            if kind == "ENERGY":
                energy = (energy or 0) + round(volume * _KWH)
            elif kind == "TIME":
                times[number] += round(volume * _HOUR)
            elif kind == "PARKING_TIME":
                parkings[number] += round(volume * _HOUR)
            elif kind == "RESERVATION_TIME":
                reservations[number] = _reserved(reservations[number], volume, period)
            else:
                found.add_other(number, kind, volume)
        energies.append(energy)


def _reserved(before: int | None, volume: Decimal, period: ChargingPeriod) -> int | None:
    """Return how long a period is reserved; for no time only where it states nothing else."""
    time = (before or 0) + round(volume * _HOUR)
    return time or (0 if len(period.dimensions or ()) == 1 else None)


def _spans(starts: list[int], ended_at: int, found: _Volumes, plans: Sequence[int]) -> Spans:
    """Return what was *found*, with power, current, and the energy of both directions."""
    energy, time, parking, reserved, others, _ = found
    power: list[Ends | None] = [None] * len(starts)
    current = power.copy()
    for number, stated in others.items():
        power[number], current[number] = _ends(stated, "POWER"), _ends(stated, "CURRENT")
        if energy[number] is None and not _DIRECTIONS.isdisjoint(stated):
            energy[number] = stated.get("ENERGY_IMPORT", 0) - stated.get("ENERGY_EXPORT", 0)
    ends = [*starts[1:], ended_at]
    return Spans(starts, ends, energy, time, parking, reserved, power, current, plans)


def _ends(found: Mapping[str, int], name: str) -> Ends | None:
    """Return the lowest and the highest value; the average stands for what is not stated."""
    average = found.get(name)
    least, most = found.get(f"MIN_{name}", average), found.get(f"MAX_{name}", average)
    return None if least is None and most is None else (least, most)


def _as_credited(found: Spans) -> Spans:
    """Return the volumes of a credit as its session had them; some send them all negative."""
    sign = -1 if sum(filter(None, found.energy)) < 0 else 1
    return found._replace(
        energy=[None if one is None else sign * one for one in found.energy],
        time=[abs(one) for one in found.time],
        parking=[abs(one) for one in found.parking],
        reserved=[None if one is None else abs(one) for one in found.reserved],
    )
