"""A CDR under one price all along, as most are: its periods are added up, column by column."""

from collections.abc import Sequence
from operator import sub

from app.pricing.tariffs.compiled.plan import Plan, calendar_of
from app.pricing.tariffs.engine.spans import Spans
from app.pricing.tariffs.engine.tally import Tally
from app.pricing.tariffs.model import Dimension


def steady_tally(plan: Plan, spans: Spans, time_zone: str, notes: dict[str, None]) -> Tally | None:
    """
    Return what a session used of the only prices that hold from its first to its last instant.

    It is what `Reader` finds, who looks at each span. None leaves it to him: where prices change on
    the way, or may, where there is a reservation, disorder, or time that is priced but not stated.
    Raises TimeZoneUnknown.
    """
    if not (spans.start and plan.is_by_clock and plan.policy.takes_energy_back):
        return None
    mask, until = calendar_of(plan, time_zone).at(spans.start[0])
    if spans.end[-1] > until or spans.start[-1] >= until:
        return None
    active = plan.by_clock(mask)
    starts, ends, energies, times, parkings, reserved = spans[:6]
    is_reserved = reserved.count(None) < len(reserved)
    if is_reserved or starts[0] > min(starts) or starts[-1] < max(starts):
        return None
    if (active.time or active.parking) and not all(map(max, times, parkings)):
        return None
    passed = list(map(sub, ends, starts))
    tally = Tally()
    tally.open(active)
    tally.add(Dimension.ENERGY, active.energy, sum(filter(None, energies)))
    tally.add(Dimension.TIME, active.time, _sum(times, passed, plan.snap_within, notes))
    tally.add(
        Dimension.PARKING_TIME, active.parking, _sum(parkings, passed, plan.snap_within, notes)
    )
    return tally


def _sum(stated: Sequence[int], passed: Sequence[int], within: int, notes: dict[str, None]) -> int:
    """Return the sum of *stated* times, each the time that *passed* where it comes so near."""
    if stated == passed or not any(stated):
        return sum(stated)
    off = list(map(sub, passed, stated))
    if all(stated) and -within < min(off) and max(off) < within:
        taken = [*passed]
    else:
        taken = [
            volume + missed if volume and -within < missed < within else volume
            for volume, missed in zip(stated, off, strict=True)
        ]
    if taken != [*stated]:
        notes["time_snapped"] = None
    return sum(taken)
