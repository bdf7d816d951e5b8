"""The guard rails: which rows of a document become prices, and what is said of the others."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from app.pricing.tariffs.dynamic.model import (
    FURTHEST,
    GRID,
    LONGEST_SLOT,
    Definition,
    Note,
    Row,
    Slot,
    Unit,
)
from app.pricing.tariffs.dynamic.slots import value_before, value_throughout

_MOST_DECIMALS = 6
_MOST_PRICE = 1000
_DAY_MINUTES = 1440


@dataclass(slots=True)
class Checked:
    """The slots that are new, and what was said of the other rows."""

    slots: list[Slot] = field(default_factory=list)
    unchanged: int = 0
    clamped: list[Note] = field(default_factory=list)
    refused: list[Note] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Rail:
    """What rows are checked against: the definition, what is *known* of the series, the time."""

    definition: Definition
    known: Sequence[Slot]
    now: datetime

    @property
    def earliest(self) -> datetime | None:
        """Return the first instant whose price may still change; None for a mere curve: any."""
        if self.definition.default is None:
            return None
        return self.now + timedelta(minutes=self.definition.rails.lead_minutes)


def check(rows: Sequence[Row], rail: Rail) -> Checked:
    """Return what *rows* become within the rails, row by row in the order of time."""
    checked = Checked()
    last: tuple[int, Slot] | None = None
    for row, slot in _in_time(rows, rail.definition, checked):
        if last is not None and slot.start < last[1].end:
            checked.refused.append(Note(row.number, slot.start, f"overlaps row {last[0]}"))
            continue
        taken = _taken(row, slot, rail, checked)
        if taken is not None:
            last = row.number, taken
    checked.refused.sort(key=lambda note: note.row)
    return checked


def _in_time(
    rows: Sequence[Row], definition: Definition, checked: Checked
) -> Iterator[tuple[Row, Slot]]:
    found: list[tuple[Row, Slot]] = []
    for row in rows:
        fault = row.fault or _fault(row, definition)
        if fault is not None or row.start is None or row.value is None:
            checked.refused.append(Note(row.number, row.start, fault or "there is no price"))
            continue
        end = row.end or _end_of(row.start, definition)
        found.append((row, Slot(row.start, end, row.value)))
    yield from sorted(found, key=lambda pair: (pair[1].start, pair[0].number))


def _fault(row: Row, definition: Definition) -> str | None:
    if row.start is None or row.value is None:
        return "there is no price"
    end = row.end or _end_of(row.start, definition)
    if any(_off_grid(at) for at in (row.start, end)):
        return "a price begins and ends at whole five minutes"
    if not GRID <= end - row.start <= LONGEST_SLOT:
        return "a price holds for five minutes to a day"
    return _unusable(row.value, definition.unit)


def _unusable(value: Decimal, unit: Unit) -> str | None:
    if not value.is_finite() or abs(value) > _MOST_PRICE:
        return f"{value} is no usable number"
    if value != round(value, _MOST_DECIMALS):
        return f"{value} has more than {_MOST_DECIMALS} decimals"
    if unit is Unit.PERCENT and not 0 <= value <= 100:  # noqa: PLR2004 - percent
        return f"{value} is no share in percent"
    return None


def _off_grid(at: datetime) -> bool:
    return bool(int(at.timestamp()) % int(GRID.total_seconds()) or at.microsecond)


def _end_of(start: datetime, definition: Definition) -> datetime:
    """Return when a price ends whose end is not said; a day ends at the next local midnight."""
    if definition.minutes < _DAY_MINUTES:
        return start + timedelta(minutes=definition.minutes)
    zone = ZoneInfo(definition.time_zone)
    local = start.astimezone(zone)
    return (local + timedelta(days=1)).replace(hour=0, minute=0).astimezone(start.tzinfo)


def _taken(row: Row, slot: Slot, rail: Rail, checked: Checked) -> Slot | None:
    value = _clamped(slot.value, rail.definition)
    if value_throughout(rail.known, slot.start, slot.end) == value:
        checked.unchanged += 1
        return Slot(slot.start, slot.end, value)
    reason = _refusal(slot, value, rail, checked)
    if reason is not None:
        checked.refused.append(Note(row.number, slot.start, reason))
        return None
    if value != slot.value:
        text = f"{slot.value} became {value}"
        checked.clamped.append(Note(row.number, slot.start, text))
    taken = Slot(slot.start, slot.end, value)
    checked.slots.append(taken)
    return taken


def _clamped(value: Decimal, definition: Definition) -> Decimal:
    rails = definition.rails
    if rails.floor is not None:
        value = max(value, rails.floor)
    return value if rails.ceiling is None else min(value, rails.ceiling)


def _refusal(slot: Slot, value: Decimal, rail: Rail, checked: Checked) -> str | None:
    earliest, step = rail.earliest, rail.definition.rails.biggest_step
    if earliest is not None and slot.start < earliest:
        return f"too late: what begins before {earliest:%Y-%m-%dT%H:%M}Z does not change any more"
    if slot.start > rail.now + FURTHEST:
        return f"more than {FURTHEST.days} days ahead"
    before = value_before([*rail.known, *checked.slots], slot.start)
    if step is not None and before is not None and abs(value - before) > step:
        return f"a step of {abs(value - before)} from {before}: more than {step}"
    return None
