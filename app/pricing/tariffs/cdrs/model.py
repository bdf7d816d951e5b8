"""The parts of an OCPI CDR that decide about its price; everything else is passed over."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Final

from msgspec import Raw, Struct, field

# Who does not know an instant writes this one (OCPI 2.3.0, mod_cdrs).
UNKNOWN: Final = datetime(1970, 1, 1, tzinfo=UTC)


class CdrDimension(Struct, frozen=True, gc=False):
    """One volume of a period: kWh, hours, A or kW."""

    type: str
    volume: Decimal


class ChargingPeriod(Struct, frozen=True, gc=False):
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


# A plain number is OCPI 2.1.1's: before taxes.
Amount = CdrPrice | Decimal


def price_of(amount: Amount | None) -> CdrPrice | None:
    """Return an amount that a CDR states, with the sides that it has."""
    return CdrPrice(before_taxes=amount) if isinstance(amount, Decimal) else amount


class SignedValue(Struct, frozen=True):
    """A signed record of the meter, in base64 as a rule."""

    signed_data: str = ""


class SignedData(Struct, frozen=True):
    """What the meter signed of a session."""

    signed_values: tuple[SignedValue, ...] = ()


class CdrLocation(Struct, frozen=True):
    """Where the CDR's session was; the time zone is not OCPI's, but some send it."""

    time_zone: str | None = None
    id: str = ""
    evse_uid: str = ""


class CdrToken(Struct, frozen=True):
    """Who charged."""

    uid: str = ""


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
    country_code: str = ""
    party_id: str = ""
    cdr_token: CdrToken | None = None
    authorization_reference: str | None = None
    credit_reference_id: str | None = None
    meter_id: str | None = None
    signed_data: SignedData | None = None
    total_cost: Amount | None = None
    total_fixed_cost: Amount | None = None
    total_energy: Decimal | None = None
    total_energy_cost: Amount | None = None
    total_time: Decimal | None = None
    total_time_cost: Amount | None = None
    total_parking_time: Decimal | None = None
    total_parking_cost: Amount | None = None
    total_reservation_cost: Amount | None = None


def aware(at: datetime) -> datetime:
    """Return an instant of a CDR; one without a zone is UTC."""
    return at if at.tzinfo else at.replace(tzinfo=UTC)
