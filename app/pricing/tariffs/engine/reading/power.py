"""The power and the current of a CDR's period, where restrictions look at them."""

from app.pricing.tariffs.compiled.plan import Plan, Slots, place
from app.pricing.tariffs.compiled.policy import Bounds, Policy, UnknownPower
from app.pricing.tariffs.compiled.units import HOUR
from app.pricing.tariffs.engine.spans import Ends, Span


def power_of(span: Span, plan: Plan, notes: dict[str, None]) -> Slots:
    """Return between which thresholds the power of *span* lies; what is unknown is noted."""
    average = _average(span) if plan.policy.unknown_power is UnknownPower.AVERAGE else None
    if span.power is None and average is not None:
        slot = place(plan.cuts.power, average)
        return slot, slot
    low, high = span.power or (None, None)
    low, high = average if low is None else low, average if high is None else high
    found = _known((low, high), plan.policy)
    if None in found:
        notes["power_unknown"] = None
    return _slots(plan.cuts.power, found, plan.policy)


def _average(span: Span) -> int | None:
    passed = span.end - span.start
    return span.energy * HOUR // passed if span.energy is not None and passed > 0 else None


def current_of(span: Span, plan: Plan, notes: dict[str, None]) -> Slots:
    """Return between which thresholds the current of *span* lies; what is unknown is noted."""
    found = _known(span.current or (None, None), plan.policy)
    if None in found:
        notes["current_unknown"] = None
    return _slots(plan.cuts.current, found, plan.policy)


def _known(found: Ends, policy: Policy) -> Ends:
    """Return the lowest and the highest value; of one that is not stated the other is the best."""
    low, high = found
    if policy.unknown_power is not UnknownPower.AVERAGE:
        return found
    return high if low is None else low, low if high is None else high


def _slots(cuts: tuple[int, ...], found: Ends, policy: Policy) -> Slots:
    """Return where the values lie that "max_" and "min_" look at, in this order."""
    for_most, for_least = found
    if policy.bounds is Bounds.THROUGHOUT:
        for_most, for_least = for_least, for_most
    nowhere = (0, len(cuts))
    if policy.unknown_power is UnknownPower.FAILS:
        nowhere = (len(cuts), 0)
    return (
        nowhere[0] if for_most is None else place(cuts, for_most),
        nowhere[1] if for_least is None else place(cuts, for_least),
    )
