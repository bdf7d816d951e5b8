"""Slots side by side: what holds when, what is new laid over what was known, and the gaps."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from decimal import Decimal

from app.pricing.tariffs.dynamic.model import Slot


def laid_over(known: Sequence[Slot], new: Sequence[Slot], *, since: datetime) -> tuple[Slot, ...]:
    """Return *known* with *new* in place of what it covers, without what ended before *since*."""
    rest = list(known)
    for slot in new:
        rest = [part for old in rest for part in _without(old, slot)]
    kept = [slot for slot in (*rest, *new) if slot.end > since]
    return tuple(sorted(kept, key=lambda slot: slot.start))


def _without(old: Slot, new: Slot) -> Iterator[Slot]:
    if old.end <= new.start or new.end <= old.start:
        yield old
        return
    if old.start < new.start:
        yield Slot(old.start, new.start, old.value)
    if new.end < old.end:
        yield Slot(new.end, old.end, old.value)


def value_throughout(slots: Sequence[Slot], start: datetime, end: datetime) -> Decimal | None:
    """Return the one value of *slots*, in order, from *start* to *end*; None: a gap or several."""
    values: set[Decimal] = set()
    for slot in slots:
        if slot.start <= start < slot.end:
            values.add(slot.value)
            start = min(slot.end, end)
            if start == end:
                return values.pop() if len(values) == 1 else None
    return None


def value_before(slots: Sequence[Slot], at: datetime) -> Decimal | None:
    """Return the value that holds right before the instant *at*, or None."""
    for slot in slots:
        if slot.start < at <= slot.end:
            return slot.value
    return None


def value_at(slots: Sequence[Slot], at: datetime) -> Decimal | None:
    """Return the value that holds at the instant *at*, or None."""
    for slot in slots:
        if slot.start <= at < slot.end:
            return slot.value
    return None


def gaps(slots: Sequence[Slot], since: datetime) -> Iterator[tuple[datetime, datetime]]:
    """Yield from when until when no value is known, after *since* and before the last slot."""
    reached = since
    for slot in sorted(slots, key=lambda slot: slot.start):
        if slot.start > reached:
            yield reached, slot.start
        reached = max(reached, slot.end)
