"""What goes into the engine and what comes out of it: samples and periods, prices and lines."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from typing import NamedTuple

from app.kernel.money import Money


@dataclass(frozen=True, slots=True)
class Sample:
    """
    A reading of the meter: *energy_kwh* since the session's start, at the charge point's time.

    *power_kw* is the power then, if the charge point reports it. *requesting* is True when the
    charge point says that the vehicle asks for power (a pause is not the driver's), else None.
    """

    at: datetime
    energy_kwh: Decimal
    power_kw: Decimal | None = None
    requesting: bool | None = None


@dataclass(frozen=True, slots=True)
class Period:
    """
    A charging period of an OCPI CDR: it ends where the next one starts.

    Energy in kWh, currents in A, powers in kW; None where the CDR does not say.
    """

    start: datetime
    energy_kwh: Decimal | None = None
    time: timedelta | None = None
    parking: timedelta | None = None
    reserved: timedelta | None = None
    min_current: Decimal | None = None
    max_current: Decimal | None = None
    min_power: Decimal | None = None
    max_power: Decimal | None = None


class LineKind(StrEnum):
    """What a line of a price is for: an OCPI dimension, or a limit that was reached."""

    ENERGY = "ENERGY"
    TIME = "TIME"
    PARKING_TIME = "PARKING_TIME"
    FLAT = "FLAT"
    MIN_PRICE = "MIN_PRICE"
    MAX_PRICE = "MAX_PRICE"


class Reason(StrEnum):
    """Why a line is there as it is: measured, rounded up to a step, once, reserved, or a limit."""

    MEASURED = "measured"
    STEP_SIZE = "step_size"
    ONCE = "once"
    RESERVATION = "reservation"
    MIN_PRICE = "min_price"
    MAX_PRICE = "max_price"


class Unit(StrEnum):
    """The unit of a quantity and of its price; their order is that of AFIR, Article 5(4)."""

    KWH = "kwh"
    MINUTE = "minute"
    SESSION = "session"
    OTHER = "other"


class Exact(NamedTuple):
    """An amount before rounding, net and gross, in `1 / scale` of a major unit."""

    net_scaled: int
    gross_scaled: int
    scale: int

    @property
    def net(self) -> Fraction:
        """Return the amount before taxes, in major units."""
        return Fraction(self.net_scaled, self.scale)

    @property
    def gross(self) -> Fraction:
        """Return the amount after taxes, in major units."""
        return Fraction(self.gross_scaled, self.scale)


class Line(NamedTuple):
    """
    One line of a price, with all that explains it.

    *element* and *component* count from 0 in the tariff (None for a limit). *measured* and
    *billed* differ by the step size; they and *unit_price* (incl. VAT, in major units per *unit*)
    are rounded for display to 6 decimals. *gross* and *net* are shares of the rounded total: all
    lines of a price add up to it, and so do their *exact* amounts. *vat_rate* is in percent.
    """

    tariff_id: str
    tariff_version: int
    kind: LineKind
    unit: Unit
    element: int | None
    component: int | None
    measured: Decimal
    billed: Decimal
    unit_price: Decimal
    vat_rate: Decimal | None
    gross: Money
    net: Money
    exact: Exact
    reserved: bool = False

    @property
    def reason(self) -> Reason:
        """Return why the line is there, or why more is billed than was measured."""
        if self.kind in _LIMITS:
            return _LIMITS[self.kind]
        if self.billed != self.measured:
            return Reason.STEP_SIZE
        if self.reserved:
            return Reason.RESERVATION
        return Reason.ONCE if self.kind is LineKind.FLAT else Reason.MEASURED


_LIMITS = {LineKind.MIN_PRICE: Reason.MIN_PRICE, LineKind.MAX_PRICE: Reason.MAX_PRICE}


@dataclass(frozen=True, slots=True)
class PriceNow:
    """
    One price, incl. VAT, in major units per *unit*; *kind* is the OCPI dimension.

    It holds from *from_minute* of the session (the end of a grace period), from *from_kwh* (the end
    of a free band) or from a power of *from_kw* on, and, by the calendar, until *until*.
    """

    unit: Unit
    kind: LineKind
    price: Decimal
    currency: str
    from_minute: int | None = None
    from_kwh: Decimal | None = None
    from_kw: Decimal | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class PriceBlock:
    """The prices of a session that starts now, in AFIR order: kWh, minute, session, other."""

    tariff_id: str
    tariff_version: int
    currency: str
    vat_rate: Decimal | None
    components: tuple[PriceNow, ...]
    minimum: Money | None
    maximum: Money | None
    next_change: datetime | None
    next_components: tuple[PriceNow, ...]


@dataclass(frozen=True, slots=True)
class Running:
    """
    A session under way: what settling now would cost, and the prices of this moment, incl. VAT.

    The prices change next at *next_change*, or at *next_change_kwh* of energy, if that is sooner;
    *next_components* are those from *next_change* on.
    """

    cost: Money
    price_now: tuple[PriceNow, ...]
    next_change: datetime | None
    next_change_kwh: Decimal | None
    next_components: tuple[PriceNow, ...] = ()
