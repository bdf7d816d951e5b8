"""Value-added tax: dated rates by territory, who owes it, VAT numbers. Others use this list."""

from app.pricing.vat.dealers import Buyer, Category, Reason, Sale, Treatment, treatment
from app.pricing.vat.errors import VatNumberInvalid, VatRateUnknown
from app.pricing.vat.numbers import checked_vat_number
from app.pricing.vat.ports import NoRegister, Registration, Registry, VatRegister
from app.pricing.vat.rates import rate
from app.pricing.vat.supplies import Supply
from app.pricing.vat.territories import EU_COUNTRIES, currency_of, territory

__all__ = [
    "EU_COUNTRIES",
    "Buyer",
    "Category",
    "NoRegister",
    "Reason",
    "Registration",
    "Registry",
    "Sale",
    "Supply",
    "Treatment",
    "VatNumberInvalid",
    "VatRateUnknown",
    "VatRegister",
    "checked_vat_number",
    "currency_of",
    "rate",
    "territory",
    "treatment",
]
