"""The choices that OCPI leaves open, each with the default that Direct Pay uses."""

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from enum import StrEnum


class WeekdayOf(StrEnum):
    """Which day a weekday means in a window over midnight: that of the instant, or the first."""

    INSTANT = "instant"
    OPENING = "opening"


class FlatPer(StrEnum):
    """How often a fixed price is due: once a phase, a session, or element that becomes active."""

    PHASE = "phase"
    SESSION = "session"
    ELEMENT = "element"


class Bounds(StrEnum):
    """
    When a range of power or current holds.

    REACHED: `min_` looks at the highest and `max_` at the lowest value of a period; THROUGHOUT: the
    other way round, so that the whole period has to lie within.
    """

    REACHED = "reached"
    THROUGHOUT = "throughout"


class UnknownPower(StrEnum):
    """What a power is that a period does not state: the average, within bounds, or outside."""

    AVERAGE = "average"
    HOLDS = "holds"
    FAILS = "fails"


class Limits(StrEnum):
    """How price limits hold: before and after taxes each, before taxes alone, or not at all."""

    EACH_SIDE = "each_side"
    BEFORE_TAXES = "before_taxes"
    IGNORED = "ignored"


class Spanning(StrEnum):
    """A period that spans a price change: priced as it starts, or split evenly over its time."""

    AT_START = "at_start"
    SPLIT = "split"


class Rounding(StrEnum):
    """
    How exact sums become money.

    KEEP_GROSS, for drivers: the gross total is rounded once, and net and VAT are split from it.
    SUM_BY_NET, for invoices to companies: each line is rounded before taxes, and the VAT of each
    rate is that of their sum (EN 16931, BR-CO-17).
    """

    KEEP_GROSS = "keep_gross"
    SUM_BY_NET = "sum_by_net"


@dataclass(frozen=True, slots=True)
class Policy:
    """
    How ambiguous tariffs, meters and CDRs are read: docs/reference/pricing.md has a line for each.

    The defaults are those of Direct Pay; other values answer the question how another engine came
    to its number.
    """

    idle_below_kw: Decimal = Decimal("0.1")
    equal_times_are_whole_day: bool = True
    midnight_ends_the_day: bool = True
    weekday_of: WeekdayOf = WeekdayOf.INSTANT
    flat_per: FlatPer = FlatPer.PHASE
    steps_count_unpriced: bool = False
    steps_time_beside_parking: bool = False
    bounds: Bounds = Bounds.REACHED
    unknown_power: UnknownPower = UnknownPower.AVERAGE
    snap_within: timedelta = timedelta(milliseconds=360)
    infers_time: bool = False
    spanning: Spanning = Spanning.AT_START
    limits: Limits = Limits.EACH_SIDE
    limits_with_several_tariffs: bool = True
    expiry_replaces_reservation: bool = True
    reservation_shares_steps: bool = False
    duration_counts_reservation: bool = False
    takes_energy_back: bool = True
    rounding: Rounding = Rounding.KEEP_GROSS


DEFAULT_POLICY = Policy()
