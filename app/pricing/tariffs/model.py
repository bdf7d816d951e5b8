"""The tariff in the words of OCPI 2.3.0: what an operator publishes, exact to the last digit."""

from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any
from uuid import UUID

from msgspec import Struct, field, structs
from msgspec.structs import force_setattr

Json = dict[str, Any]


class Dimension(StrEnum):
    """What a price component is a price of (OCPI 2.3.0, TariffDimensionType)."""

    FLAT = "FLAT"
    ENERGY = "ENERGY"
    TIME = "TIME"
    PARKING_TIME = "PARKING_TIME"

    # The engine keeps its sums by dimension: that of Enum is written in Python.
    __hash__ = str.__hash__


class TaxIncluded(StrEnum):
    """Whether the prices of a tariff include taxes (OCPI 2.3.0, TaxIncluded)."""

    YES = "YES"
    NO = "NO"
    NOT_APPLICABLE = "N/A"


class TariffType(StrEnum):
    """Whom a tariff is for (OCPI 2.3.0, TariffType)."""

    AD_HOC_PAYMENT = "AD_HOC_PAYMENT"
    PROFILE_CHEAP = "PROFILE_CHEAP"
    PROFILE_FAST = "PROFILE_FAST"
    PROFILE_GREEN = "PROFILE_GREEN"
    REGULAR = "REGULAR"


class DayOfWeek(StrEnum):
    """A weekday; its place in the list is `datetime.weekday()`."""

    MONDAY = "MONDAY"
    TUESDAY = "TUESDAY"
    WEDNESDAY = "WEDNESDAY"
    THURSDAY = "THURSDAY"
    FRIDAY = "FRIDAY"
    SATURDAY = "SATURDAY"
    SUNDAY = "SUNDAY"


class Reservation(StrEnum):
    """Which reservations an element prices (OCPI 2.3.0, ReservationRestrictionType)."""

    RESERVATION = "RESERVATION"
    RESERVATION_EXPIRES = "RESERVATION_EXPIRES"


class OcpiObject(Struct, frozen=True, kw_only=True):
    """An OCPI object; *unknown* keeps the fields that OCPI 2.3.0 does not name."""

    unknown: Json = field(default_factory=dict)


class DisplayText(OcpiObject, frozen=True, kw_only=True):
    """A text in one language."""

    language: str
    text: str


class PriceLimit(OcpiObject, frozen=True, kw_only=True):
    """The least or the most that a session costs, in major units."""

    before_taxes: Decimal | None = None
    after_taxes: Decimal | None = None


class PriceComponent(OcpiObject, frozen=True, kw_only=True):
    """A price: per session, per kWh or per hour; *vat* in percent; *step_size* in Wh or seconds."""

    type: Dimension
    price: Decimal
    vat: Decimal | None = None
    step_size: int = 1


class TariffRestrictions(OcpiObject, frozen=True, kw_only=True):
    """When an element holds: local time, energy in kWh, current in A, power in kW, time in s."""

    start_time: str | None = None
    end_time: str | None = None
    start_date: str | None = None
    end_date: str | None = None
    min_kwh: Decimal | None = None
    max_kwh: Decimal | None = None
    min_current: Decimal | None = None
    max_current: Decimal | None = None
    min_power: Decimal | None = None
    max_power: Decimal | None = None
    min_duration: int | None = None
    max_duration: int | None = None
    day_of_week: tuple[DayOfWeek, ...] = ()
    reservation: Reservation | None = None


class TariffElement(OcpiObject, frozen=True, kw_only=True):
    """Prices that hold together under the same restrictions."""

    price_components: tuple[PriceComponent, ...]
    restrictions: TariffRestrictions | None = None


class Tariff(OcpiObject, frozen=True, kw_only=True):
    """A tariff: the first element that holds and prices a dimension decides about it."""

    country_code: str = ""
    party_id: str = ""
    id: str
    currency: str
    type: TariffType | None = None
    tariff_alt_text: tuple[DisplayText, ...] = ()
    tariff_alt_url: str | None = None
    min_price: PriceLimit | None = None
    max_price: PriceLimit | None = None
    preauthorize_amount: Decimal | None = None
    elements: tuple[TariffElement, ...]
    tax_included: TaxIncluded = TaxIncluded.NO
    start_date_time: datetime | None = None
    end_date_time: datetime | None = None
    energy_mix: Json | None = None
    last_updated: datetime | None = None

    def __post_init__(self) -> None:
        """Bring every instant to UTC; OCPI: one without a zone is UTC already."""
        for name in ("start_date_time", "end_date_time", "last_updated"):
            found: datetime | None = getattr(self, name)
            if found is not None:
                aware = found if found.tzinfo else found.replace(tzinfo=UTC)
                force_setattr(self, name, _in_utc(aware, name))


def _in_utc(at: datetime, name: str) -> datetime:
    try:
        return at.astimezone(UTC)
    except OverflowError as wrong:  # some write "always" as year 1 or 9999 in local time
        raise ValueError(f"{name}: no year in UTC can say when {at.isoformat()} is") from wrong


@dataclass(frozen=True, slots=True)
class SeriesPart:
    """
    What a tariff with dynamic prices was made of: its default tariff, and its price series.

    It begins with *dated* elements that are the prices of the series.
    """

    default_id: str
    default_version: int
    series_version: int
    dated: int


@dataclass(frozen=True, slots=True)
class TariffVersion:
    """
    A tariff as it was published once and will always be: *version* counts from 1.

    *series* tells that it has dynamic prices. *variant* names the one price of them that a session
    keeps; empty is the tariff as it was published.
    """

    operator_id: UUID
    tariff_id: str
    version: int
    tariff: Tariff
    published_at: datetime = datetime(1970, 1, 1, tzinfo=UTC)
    series: SeriesPart | None = None
    variant: str = ""

    @property
    def name(self) -> str:
        """Return what people call it: `per-kwh version 3`."""
        return f"{self.tariff_id} version {self.version}"


def with_vat(tariff: Tariff, percent: Decimal) -> Tariff:
    """Return *tariff* with its VAT said at each price that does not say it."""
    return structs.replace(
        tariff,
        elements=tuple(
            structs.replace(
                element,
                price_components=tuple(
                    one if one.vat is not None else structs.replace(one, vat=percent)
                    for one in element.price_components
                ),
            )
            for element in tariff.elements
        ),
    )
