"""The parts of an OCPI CDR that decide about its price; everything else is passed over."""

from collections.abc import Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, Final

from msgspec import Raw, Struct, field

from app.pricing.tariffs.compiled.units import HOUR, KWH, energy, micros
from app.pricing.tariffs.engine.spans import Span
from app.pricing.tariffs.errors import CdrInvalid

# No volume has more digits before its point, and no session is before or after these years.
_MOST_DIGITS: Final = 7
_FIRST: Final = micros(datetime(1990, 1, 1, tzinfo=UTC))
_LAST: Final = micros(datetime(2190, 1, 1, tzinfo=UTC))

# Which volumes can decide about a price (OCPI 2.3.0, CdrDimensionType): the units of the engine in
# one of theirs, and the place in a Span; power and current have two values each.
_KWH: Final = Decimal(KWH)
_HOUR: Final = Decimal(HOUR)
_VOLUMES: Final = {
    "ENERGY": (_KWH, 2),
    "TIME": (_HOUR, 3),
    "PARKING_TIME": (_HOUR, 4),
    "RESERVATION_TIME": (_HOUR, 5),
}
_EXTREMES: Final = {
    "MIN_POWER": (0, 6),
    "MAX_POWER": (1, 6),
    "MIN_CURRENT": (0, 7),
    "MAX_CURRENT": (1, 7),
}


class CdrDimension(Struct, frozen=True, gc=False):
    """One volume of a period: kWh, hours, A or kW."""

    type: str
    volume: Decimal


class ChargingPeriod(Struct, frozen=True):
    """What happened from *start_date_time* until the next period."""

    start_date_time: datetime
    dimensions: tuple[CdrDimension, ...] | None = None
    tariff_id: str | None = None


class CdrPrice(Struct, frozen=True):
    """An amount that a CDR states, under its names in OCPI 2.3.0 or 2.2.1."""

    before_taxes: Decimal | None = None
    taxes: tuple["TaxAmount", ...] | None = None
    excl_vat: Decimal | None = None
    incl_vat: Decimal | None = None

    @property
    def net(self) -> Decimal | None:
        """Return the amount before taxes, if it is stated."""
        return self.excl_vat if self.before_taxes is None else self.before_taxes

    @property
    def gross(self) -> Decimal | None:
        """Return the amount after taxes, if it is stated."""
        if self.before_taxes is None or self.taxes is None:
            return self.incl_vat
        return self.before_taxes + sum((tax.amount for tax in self.taxes), Decimal(0))


class TaxAmount(Struct, frozen=True):
    """A tax of an amount."""

    amount: Decimal


class CdrLocation(Struct, frozen=True):
    """Where the CDR's session was; the time zone is not OCPI's, but some send it."""

    time_zone: str | None = None


class Cdr(Struct, frozen=True):
    """A charge detail record, as far as it decides about its price."""

    start_date_time: datetime
    end_date_time: datetime
    charging_periods: tuple[ChargingPeriod, ...]
    currency: str | None = None
    tariffs: Raw = field(default_factory=Raw)
    cdr_location: CdrLocation | None = None
    credit: bool | None = None


class StatedCdr(Cdr, frozen=True):
    """A charge detail record with the totals that it states, which can be checked."""

    id: str = ""
    credit_reference_id: str | None = None
    total_cost: CdrPrice | None = None
    total_fixed_cost: CdrPrice | None = None
    total_energy: Decimal | None = None
    total_energy_cost: CdrPrice | None = None
    total_time: Decimal | None = None
    total_time_cost: CdrPrice | None = None
    total_parking_time: Decimal | None = None
    total_parking_cost: CdrPrice | None = None
    total_reservation_cost: CdrPrice | None = None


def spans_of_cdr(cdr: Cdr, plans: Sequence[int]) -> list[Span]:
    """
    Return the periods of *cdr*, each with its place in *plans*; those of a credit are positive.

    Raises CdrInvalid for an instant or a volume that cannot be one.
    """
    instants = _instants(cdr)
    spans = []
    for number, period in enumerate(cdr.charging_periods):
        try:
            spans.append(_span(period, instants[number], instants[number + 1], plans[number]))
        except (ValueError, ArithmeticError) as wrong:
            raise CdrInvalid(
                "a volume is not a usable number", field=f"charging_periods[{number}].dimensions"
            ) from wrong
    return [_positive(span) for span in spans] if cdr.credit else spans


def aware(at: datetime) -> datetime:
    """Return an instant of a CDR; one without a zone is UTC."""
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def _instants(cdr: Cdr) -> list[int]:
    """Return when each period starts, and when the last one ends."""
    found = [micros(aware(period.start_date_time)) for period in cdr.charging_periods]
    found.append(micros(aware(cdr.end_date_time)))
    if min(found) < _FIRST or max(found) >= _LAST:
        number = next(n for n, at in enumerate(found) if not _FIRST <= at < _LAST)
        ends = number == len(cdr.charging_periods)
        field = "end_date_time" if ends else f"charging_periods[{number}].start_date_time"
        raise CdrInvalid("no session was then", field=field)
    return found


def _span(period: ChargingPeriod, start: int, end: int, plan: int) -> Span:
    found: list[Any] = [start, end, None, 0, 0, 0, None, None, plan]  # in the order of a Span
    for one in period.dimensions or ():
        kind, volume = one.type, one.volume
        if volume.adjusted() >= _MOST_DIGITS:
            raise OverflowError(volume)
        if kind in _VOLUMES:
            unit, place = _VOLUMES[kind]
            found[place] = round(volume * unit) + (found[place] or 0)
        elif kind in _EXTREMES:
            side, place = _EXTREMES[kind]
            ends = found[place] or (None, None)
            value = energy(volume)
            found[place] = (value, ends[1]) if side == 0 else (ends[0], value)
    return Span._make(found)


def _positive(span: Span) -> Span:
    return span._replace(
        energy=None if span.energy is None else abs(span.energy),
        time=abs(span.time),
        parking=abs(span.parking),
        reserved=abs(span.reserved),
    )
