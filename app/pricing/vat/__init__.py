"""Value-added tax: dated rates by territory, and VAT numbers. Others use what is listed here."""

from app.pricing.vat.errors import VatNumberInvalid, VatRateUnknown
from app.pricing.vat.numbers import checked_vat_number
from app.pricing.vat.rates import rate
from app.pricing.vat.territories import territory

__all__ = ["VatNumberInvalid", "VatRateUnknown", "checked_vat_number", "rate", "territory"]
