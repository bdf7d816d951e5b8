"""Price series: what one is made of, who writes it, and within which rails."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Final

from msgspec import Struct

GRID_MINUTES: Final = 5
GRID: Final = timedelta(minutes=GRID_MINUTES)
# The day on which clocks go back has 25 hours.
LONGEST_SLOT: Final = timedelta(hours=25)
# Live sessions count on a price that they know to be final: see docs/concepts/dynamic-prices.md.
LEAST_LEAD: Final = timedelta(minutes=10)
# A session lasts a day, and may be reported late.
KEPT: Final = timedelta(days=3)
FURTHEST: Final = timedelta(days=8)


class Unit(StrEnum):
    """What the values of a series are: an amount per kWh, or a share of renewables in percent."""

    KWH = "kwh"
    PERCENT = "percent"


class Lock(StrEnum):
    """Whether a session keeps the price that holds when it is agreed on, or follows the series."""

    SESSION_START = "session_start"
    LIVE = "live"


class Slot(Struct, frozen=True, array_like=True):
    """From *start* to before *end* the *value* holds: major units per kWh, or percent."""

    start: datetime
    end: datetime
    value: Decimal


class Rails(Struct, frozen=True, forbid_unknown_fields=True):
    """
    What is clamped, and what is refused: a slip of the keyboard must not reach a driver.

    Below *floor* and above *ceiling* a price is clamped. What begins sooner than *lead_minutes*
    from now, or differs by more than *biggest_step* from the price before it, is refused.
    """

    floor: Decimal | None = None
    ceiling: Decimal | None = None
    lead_minutes: int = 15
    biggest_step: Decimal | None = None


class Band(Struct, frozen=True, forbid_unknown_fields=True):
    """So much *plus* between two local times, such as 17:00 and 20:00; *days* empty is all."""

    start: str
    end: str
    plus: Decimal
    days: tuple[str, ...] = ()


class ShareStep(Struct, frozen=True, forbid_unknown_fields=True):
    """So much *plus* while renewables have at least this share in percent."""

    at_least: Decimal
    plus: Decimal


class Formula(Struct, frozen=True, forbid_unknown_fields=True):
    """
    A price worked out: *factor* x *curve* + *plus* + the band of the hour + the renewables' step.

    *curve* and *renewables* are ids of other series. Without a curve only the others count. The
    result is rounded half up to *decimals*.
    """

    curve: str | None = None
    factor: Decimal = Decimal(1)
    plus: Decimal = Decimal(0)
    bands: tuple[Band, ...] = ()
    renewables: str | None = None
    steps: tuple[ShareStep, ...] = ()
    decimals: int = 4

    @property
    def sources(self) -> tuple[str, ...]:
        """Return the ids of the series that the prices are worked out from."""
        return tuple(name for name in (self.curve, self.renewables) if name is not None)


class Definition(Struct, frozen=True, forbid_unknown_fields=True):
    """
    A price series as the operator defines it.

    With a *default*, the id of a tariff, the series becomes a tariff of its own id: the default's
    prices hold wherever and whenever the series has none. Without one it is only a curve that
    formulas use. *minutes* is how long a price holds whose end is not said. Times of day are those
    of *time_zone*.
    """

    id: str
    time_zone: str
    currency: str = ""
    default: str | None = None
    unit: Unit = Unit.KWH
    minutes: int = 60
    rails: Rails = Rails()
    formula: Formula | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """
    A line of a document: *number* counts from 1, *end* is None where it is not said.

    *fault* says why it is no price at all.
    """

    number: int
    start: datetime | None
    end: datetime | None
    value: Decimal | None
    fault: str | None = None


@dataclass(frozen=True, slots=True)
class Note:
    """What became of a row that was not taken as it stood, and why."""

    row: int
    start: datetime | None
    reason: str


@dataclass(frozen=True, slots=True)
class SeriesVersion:
    """All that was known of a series at an instant; a version never changes."""

    series_id: str
    version: int
    slots: tuple[Slot, ...]
    written_at: datetime
    source: str


@dataclass(frozen=True, slots=True)
class Written:
    """
    What became of a document: how many prices are new, and what was clamped or refused.

    *version* is the series' newest now, 0 when it has none. *tariffs* name the tariff versions that
    follow. *worked_out* tells the same of the series whose formulas follow from it; their rows are
    the prices that were worked out.
    """

    series_id: str
    version: int
    taken: int
    unchanged: int
    clamped: tuple[Note, ...] = ()
    refused: tuple[Note, ...] = ()
    tariffs: tuple[str, ...] = ()
    worked_out: tuple["Written", ...] = ()
