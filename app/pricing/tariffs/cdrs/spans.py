"""The periods of a CDR in the engine's whole numbers, in the order of time."""

from collections.abc import Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import Final

from app.pricing.tariffs.cdrs.model import Cdr, CdrDimension, ChargingPeriod, aware
from app.pricing.tariffs.compiled.units import HOUR, KWH, micros
from app.pricing.tariffs.engine.spans import Ends, Span
from app.pricing.tariffs.errors import CdrInvalid

# No volume has more digits before its point, and no session is before or after these years.
_MOST_DIGITS: Final = 7
_FIRST: Final = micros(datetime(1990, 1, 1, tzinfo=UTC))
_LAST: Final = micros(datetime(2190, 1, 1, tzinfo=UTC))
# The units of the engine in those of CDR dimensions (OCPI 2.3.0, CdrDimensionType).
_KWH: Final = Decimal(KWH)
_HOUR: Final = Decimal(HOUR)
_DIRECTIONS: Final = frozenset(("ENERGY_IMPORT", "ENERGY_EXPORT"))
_OTHERS: Final = _DIRECTIONS | {
    *("MIN_POWER", "MAX_POWER", "POWER"),
    *("MIN_CURRENT", "MAX_CURRENT", "CURRENT"),
}


def spans_of_cdr(cdr: Cdr, plans: Sequence[int], notes: dict[str, None]) -> list[Span]:
    """
    Return the periods of *cdr*, each with its place in *plans*; a credit's as in its session.

    They come in the order of time, and each ends where the next one starts. Raises CdrInvalid for
    an instant or a volume that cannot be one.
    """
    periods: Sequence[ChargingPeriod] = cdr.charging_periods
    starts = _starts(periods)
    if starts != sorted(starts):
        notes["periods_out_of_order"] = None
        order = sorted(range(len(starts)), key=starts.__getitem__)
        periods = [periods[number] for number in order]
        plans = [plans[number] for number in order]
        starts.sort()
    ended_at = _end(cdr)
    ends = [*starts[1:], starts[-1] if ended_at is None else ended_at] if starts else []
    spans = _read(periods, starts, ends, plans)
    if ended_at is None and spans:
        notes["end_unknown"] = None
        last = spans[-1]
        spans[-1] = last._replace(end=last.start + last.time + last.parking + last.reserved)
    return _as_credited(spans) if cdr.credit else spans


def _starts(periods: Sequence[ChargingPeriod]) -> list[int]:
    found = [micros(aware(period.start_date_time)) for period in periods]
    if found and not _FIRST <= min(found) <= max(found) < _LAST:
        number = next(number for number, at in enumerate(found) if not _FIRST <= at < _LAST)
        field = f"charging_periods[{number}].start_date_time"
        raise CdrInvalid("no session was then", field=field)
    return found


def _end(cdr: Cdr) -> int | None:
    found = micros(aware(cdr.end_date_time))
    if found == 0:  # 1970-01-01: nobody knows (OCPI 2.3.0, mod_cdrs)
        return None
    if not _FIRST <= found < _LAST:
        raise CdrInvalid("no session was then", field="end_date_time")
    return found


def _read(
    periods: Sequence[ChargingPeriod], starts: list[int], ends: list[int], plans: Sequence[int]
) -> list[Span]:
    spans: list[Span] = []
    try:
        for period, start, end, plan in zip(periods, starts, ends, plans, strict=True):
            spans.append(_measured(period.dimensions or (), start, end, plan))
    except (ValueError, ArithmeticError) as wrong:
        at = periods[len(spans)].start_date_time
        raise CdrInvalid(
            f"in the period from {at} a volume is not a usable number",
            field=f"charging_periods[{len(spans)}].dimensions",
        ) from wrong
    return spans


def _measured(dimensions: Sequence[CdrDimension], start: int, end: int, plan: int) -> Span:
    """Return a period with what its dimensions state of what can decide about a price."""
    energy, time, parking, reserved = None, 0, 0, 0
    others: dict[str, Decimal] = {}
    for one in dimensions:
        kind, volume = one.type, one.volume
        if volume.adjusted() >= _MOST_DIGITS:
            raise OverflowError(volume)
        if kind == "ENERGY":
            energy = (energy or 0) + round(volume * _KWH)
        elif kind == "TIME":
            time += round(volume * _HOUR)
        elif kind == "PARKING_TIME":
            parking += round(volume * _HOUR)
        elif kind == "RESERVATION_TIME":
            reserved += round(volume * _HOUR)
        else:
            others[kind] = volume
    found = Span(start, end, energy, time, parking, reserved, None, None, plan)
    return _with_others(found, others) if others else found


def _with_others(span: Span, others: dict[str, Decimal]) -> Span:
    """Return *span* with its power and its current, and with the energy of both directions."""
    found = {kind: round(others[kind] * _KWH) for kind in others.keys() & _OTHERS}
    energy = span.energy
    if energy is None and not _DIRECTIONS.isdisjoint(found):
        energy = found.get("ENERGY_IMPORT", 0) - found.get("ENERGY_EXPORT", 0)
    return span._replace(
        energy=energy, power=_ends(found, "POWER"), current=_ends(found, "CURRENT")
    )


def _ends(found: dict[str, int], name: str) -> Ends | None:
    """Return the lowest and the highest value; the average stands for what is not stated."""
    average = found.get(name)
    least, most = found.get(f"MIN_{name}", average), found.get(f"MAX_{name}", average)
    return None if least is None and most is None else (least, most)


def _as_credited(spans: list[Span]) -> list[Span]:
    """Return the volumes of a credit as its session had them; some send them all negative."""
    energy = -1 if sum(span.energy or 0 for span in spans) < 0 else 1
    return [
        span._replace(
            energy=None if span.energy is None else energy * span.energy,
            time=abs(span.time),
            parking=abs(span.parking),
            reserved=abs(span.reserved),
        )
        for span in spans
    ]
