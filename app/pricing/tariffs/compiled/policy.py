"""The choices that OCPI leaves open, each with the default that Direct Pay uses."""

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Policy:
    """
    How ambiguous tariffs and meters are read (docs/reference/pricing.md tells why).

    *idle_below_kw*: with less power than this a vehicle counts as not requesting any.
    *equal_times_are_whole_day*: a window from 08:00 to 08:00 holds always, not never.
    *snap_within*: a CDR's hours (4 decimals) that miss the time between its timestamps by less than
    this are taken as that time where a step size is applied.
    """

    idle_below_kw: Decimal = Decimal("0.1")
    equal_times_are_whole_day: bool = True
    snap_within: timedelta = timedelta(milliseconds=360)


DEFAULT_POLICY = Policy()
