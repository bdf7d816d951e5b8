"""Value-added tax: dated rates by country. Others use `rate`."""

from app.pricing.vat.errors import VatRateUnknown
from app.pricing.vat.rates import rate

__all__ = ["VatRateUnknown", "rate"]
