"""The parts of an OCPI CDR that decide about its price; everything else is passed over."""

from datetime import UTC, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Final

from msgspec import Raw, Struct, field

from app.pricing.tariffs.compiled.units import energy, hours, micros
from app.pricing.tariffs.engine.spans import Span, ends
from app.pricing.tariffs.errors import CdrInvalid

# No period has more kWh or hours than this, and no session is before or after these years.
_LARGEST: Final = 1_000_000
_YEARS: Final = range(1990, 2190)


class Volume(StrEnum):
    """What a dimension of a period measures (OCPI 2.3.0, CdrDimensionType), if it has a price."""

    ENERGY = "ENERGY"
    TIME = "TIME"
    PARKING_TIME = "PARKING_TIME"
    RESERVATION_TIME = "RESERVATION_TIME"
    MIN_POWER = "MIN_POWER"
    MAX_POWER = "MAX_POWER"
    MIN_CURRENT = "MIN_CURRENT"
    MAX_CURRENT = "MAX_CURRENT"


_PRICED: Final = frozenset(Volume)
_HOURS: Final = (Volume.TIME, Volume.PARKING_TIME, Volume.RESERVATION_TIME)


class CdrDimension(Struct, frozen=True, gc=False):
    """One volume of a period: kWh, hours, A or kW."""

    type: str
    volume: Decimal


class ChargingPeriod(Struct, frozen=True):
    """What happened from *start_date_time* until the next period."""

    start_date_time: datetime
    dimensions: tuple[CdrDimension, ...] | None = None
    tariff_id: str | None = None

    def volumes(self) -> dict[str, Decimal]:
        """Return the volumes that can decide about a price; of a repeated one, the sum."""
        found: dict[str, Decimal] = {}
        for one in self.dimensions or ():
            if one.type in _PRICED:
                found[one.type] = found[one.type] + one.volume if one.type in found else one.volume
        return found


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
    """A charge detail record, as far as it can be checked and priced."""

    start_date_time: datetime
    end_date_time: datetime
    charging_periods: tuple[ChargingPeriod, ...]
    id: str = ""
    currency: str | None = None
    tariffs: Raw = field(default_factory=Raw)
    cdr_location: CdrLocation | None = None
    credit: bool | None = None
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


def spans_of_cdr(cdr: Cdr, plans: list[int]) -> list[Span]:
    """
    Return the periods of *cdr*, each with its place in *plans*; those of a credit are positive.

    Raises CdrInvalid for an instant or a volume that cannot be one.
    """
    instants = [checked(one.start_date_time, number) for number, one in _numbered(cdr)]
    instants.append(checked(cdr.end_date_time, None))
    sign = abs if cdr.credit else _as_it_is
    return [
        _span(
            {
                name: sign(_sound(volume, number))
                for name, volume in cdr.charging_periods[number].volumes().items()
            },
            (instants[number], instants[number + 1]),
            plan,
        )
        for number, plan in enumerate(plans)
    ]


def checked(at: datetime, number: int | None) -> int:
    """Return an instant of a CDR (one without a zone is UTC) as µs; raise CdrInvalid."""
    if at.year not in _YEARS:
        where = "end_date_time" if number is None else f"charging_periods[{number}].start_date_time"
        raise CdrInvalid(f"the year {at.year} cannot be", field=where)
    return micros(at if at.tzinfo else at.replace(tzinfo=UTC))


def _numbered(cdr: Cdr) -> list[tuple[int, ChargingPeriod]]:
    return list(enumerate(cdr.charging_periods))


def _as_it_is(volume: Decimal) -> Decimal:
    return volume


def _sound(volume: Decimal, number: int) -> Decimal:
    if not volume.is_finite() or not -_LARGEST <= volume <= _LARGEST:
        raise CdrInvalid(
            f"{volume} is not a usable volume", field=f"charging_periods[{number}].dimensions"
        )
    return volume


def _span(found: dict[str, Decimal], times: tuple[int, int], plan: int) -> Span:
    flow = found.get(Volume.ENERGY)
    time, parking, reserved = (hours(found[one]) if one in found else 0 for one in _HOURS)
    return Span(
        times[0],
        times[1],
        None if flow is None else energy(flow),
        time,
        parking,
        reserved,
        ends(found.get(Volume.MIN_POWER), found.get(Volume.MAX_POWER)),
        ends(found.get(Volume.MIN_CURRENT), found.get(Volume.MAX_CURRENT)),
        plan,
    )
