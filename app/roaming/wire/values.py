"""What several OCPI objects are made of."""

from datetime import datetime
from decimal import Decimal

from msgspec import structs

from app.pricing.tariffs.model import OcpiObject


class TaxAmount(OcpiObject, frozen=True, kw_only=True):
    """A tax of an amount; *percentage* in percent."""

    name: str = "VAT"
    account_number: str | None = None
    percentage: Decimal | None = None
    amount: Decimal


class Price(OcpiObject, frozen=True, kw_only=True):
    """An amount in major units before taxes, and its taxes; None: nobody said what they are."""

    before_taxes: Decimal
    taxes: tuple[TaxAmount, ...] | None = None

    @property
    def gross(self) -> Decimal:
        """Return the amount with its taxes, as far as they are known."""
        return self.before_taxes + sum((tax.amount for tax in self.taxes or ()), Decimal(0))

    def __neg__(self) -> "Price":
        """Return the same amounts with the other sign."""
        taxes = None
        if self.taxes is not None:
            taxes = tuple(structs.replace(tax, amount=-tax.amount) for tax in self.taxes)
        return structs.replace(self, before_taxes=-self.before_taxes, taxes=taxes)


class GeoLocation(OcpiObject, frozen=True, kw_only=True):
    """Degrees (WGS 84) as text."""

    latitude: str
    longitude: str


class Image(OcpiObject, frozen=True, kw_only=True):
    """A picture on the web."""

    url: str
    thumbnail: str | None = None
    category: str
    type: str
    width: int | None = None
    height: int | None = None


class BusinessDetails(OcpiObject, frozen=True, kw_only=True):
    """A company as drivers know it."""

    name: str
    website: str | None = None
    logo: Image | None = None


class CdrDimension(OcpiObject, frozen=True, kw_only=True):
    """One volume of a period: kWh, hours, A, kW or percent."""

    type: str
    volume: Decimal


class ChargingPeriod(OcpiObject, frozen=True, kw_only=True):
    """What happened from *start_date_time* until the next period."""

    start_date_time: datetime
    dimensions: tuple[CdrDimension, ...] = ()
    tariff_id: str | None = None


class CdrToken(OcpiObject, frozen=True, kw_only=True):
    """The token by which somebody charged."""

    country_code: str = ""
    party_id: str = ""
    uid: str
    type: str
    contract_id: str
