"""Prices worked out: a factor on a curve, a fixed part, bands by the hour, renewables."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from zoneinfo import ZoneInfo

from app.pricing.tariffs.dynamic.model import GRID, Band, Definition, Formula, Slot
from app.pricing.tariffs.dynamic.slots import value_at
from app.pricing.tariffs.model import DayOfWeek

_WEEK = tuple(DayOfWeek)
_DAY_MINUTES = 1440


def worked_out(
    definition: Definition, sources: Mapping[str, Sequence[Slot]], since: datetime
) -> tuple[Slot, ...]:
    """
    Return the prices of a series with a formula, from *since* on, where its curve is known.

    Without a curve they are known where the renewables' share is.
    """
    formula = definition.formula
    assert formula is not None, "only series with a formula are worked out"  # noqa: S101
    leading = formula.curve or formula.renewables
    assert leading is not None, "a formula has a source"  # noqa: S101
    zone = ZoneInfo(definition.time_zone)
    shares = sources.get(formula.renewables or "", ())
    slots = [slot for slot in sources.get(leading, ()) if slot.start >= since]
    return tuple(part for slot in slots for part in _parts(slot, formula, shares, zone))


def _parts(slot: Slot, formula: Formula, shares: Sequence[Slot], zone: ZoneInfo) -> Iterator[Slot]:
    """Yield *slot* cut wherever the hour or the share makes another price of it."""
    start, at = slot.start, slot.start
    value = _price(slot, at, formula, shares, zone)
    while at < slot.end:
        following = min(at + GRID, slot.end)
        price = value
        if following < slot.end:
            price = _price(slot, following, formula, shares, zone)
        if following == slot.end or price != value:
            yield Slot(start, following, value)
            start, value = following, price
        at = following


def _price(
    slot: Slot, at: datetime, formula: Formula, shares: Sequence[Slot], zone: ZoneInfo
) -> Decimal:
    market = slot.value if formula.curve is not None else Decimal(0)
    share = slot.value if formula.curve is None else value_at(shares, at)
    local = at.astimezone(zone)
    bands = sum((band.plus for band in formula.bands if _holds(band, local)), Decimal(0))
    price = formula.factor * market + formula.plus + bands + _step(formula, share)
    return price.quantize(Decimal(1).scaleb(-formula.decimals), ROUND_HALF_UP)


def _step(formula: Formula, share: Decimal | None) -> Decimal:
    """Return what the highest step that *share* reaches adds; nothing where it is not known."""
    reached = [] if share is None else [step for step in formula.steps if step.at_least <= share]
    return max(reached, key=lambda step: step.at_least).plus if reached else Decimal(0)


def _holds(band: Band, local: datetime) -> bool:
    if band.days and _WEEK[local.weekday()] not in band.days:
        return False
    start, end = minute_of(band.start), minute_of(band.end) or _DAY_MINUTES
    now = local.hour * 60 + local.minute
    return start <= now < end if start < end else now >= start or now < end


def minute_of(text: str) -> int:
    """Return the minute of the day that HH:MM names."""
    return int(text[:2]) * 60 + int(text[3:])
