"""
Who owes the VAT on electricity for cars: the seller, or the buyer by reverse charge.

Directive 2006/112/EC: what is sold to a taxable dealer, who sells it on (a charge point operator's
sale to a mobility provider), is supplied where the dealer is (Article 38); what is used by the
buyer, where the car is charged (Article 39). If the seller is not established there and the buyer
is identified for VAT there, the buyer owes it (Article 195). Some states put the VAT on a dealer
even within the country (Article 199a(1)(e)).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from app.infra.i18n import N_, said
from app.pricing.vat.errors import VatNumberInvalid
from app.pricing.vat.numbers import checked_vat_number
from app.pricing.vat.territories import EU_COUNTRIES

# Where a dealer owes the VAT on electricity from a seller of the same country, and by which law.
_DOMESTIC: Final[Mapping[str, str]] = {
    "AT": "UStG § 19(1d)",
    "DE": "UStG § 13b(2) No. 5 b",
    "IT": "DPR 633/1972, Article 17(6) d-quater",
    "RO": "Codul fiscal, Article 331(2) e",
}
REVERSE_CHARGE: Final = N_("Reverse charge")
OUTSIDE_SCOPE: Final = N_("Not subject to VAT here: electricity supplied to a dealer abroad")


class Category(StrEnum):
    """The VAT category of an invoice line (EN 16931, BT-151)."""

    STANDARD = "S"
    REVERSE_CHARGE = "AE"
    OUTSIDE_SCOPE = "O"


class Reason(StrEnum):
    """Why a sale is treated as it is."""

    CHARGED_HERE = "charged_here"
    SELLER_REGISTERS = "seller_registers"
    DEALER_AT_HOME = "dealer_at_home"
    DEALER_AT_HOME_OWES = "dealer_at_home_owes"
    DEALER_ABROAD = "dealer_abroad"
    DEALER_OUTSIDE_UNION = "dealer_outside_union"
    BUYER_IDENTIFIED = "buyer_identified"


@dataclass(frozen=True, slots=True)
class Buyer:
    """
    Who buys electricity: established in *country* (ISO 3166 alpha-2, and XI), with its VAT number.

    *is_dealer* says that its main activity is to sell the electricity on.
    """

    country: str
    vat_number: str | None = None
    is_dealer: bool = False

    def is_identified_in(self, country: str) -> bool:
        """Tell whether the buyer has a VAT number of *country* that can exist."""
        if self.vat_number is None:
            return False
        try:
            number = checked_vat_number(self.vat_number, self.country)
        except VatNumberInvalid:
            return False
        return number.startswith("EL" if country == "GR" else country)


@dataclass(frozen=True, slots=True)
class Sale:
    """Electricity of a *seller* established in that country, charged in *charged_in*."""

    seller: str
    charged_in: str
    buyer: Buyer


@dataclass(frozen=True, slots=True)
class Treatment:
    """
    How a sale is taxed: its *category*, the country of supply, and why.

    *law* is the article. *vatex* is the exemption code of an electronic invoice (BT-121), if any.
    """

    category: Category
    place: str
    reason: Reason
    law: str
    vatex: str | None = None

    @property
    def invoice_words(self) -> str | None:
        """Return what the invoice must say, in the current language; None: nothing."""
        match self.category:
            case Category.STANDARD:
                return None
            case Category.REVERSE_CHARGE:
                return said(REVERSE_CHARGE)
            case Category.OUTSIDE_SCOPE:
                return said(OUTSIDE_SCOPE)


def treatment(sale: Sale) -> Treatment:
    """
    Return who owes the VAT on *sale*, where, and what its invoice says.

    STANDARD means: the seller charges the VAT of *place*, where it must be registered.
    """
    if sale.buyer.is_dealer:
        return _to_dealer(sale)
    place = sale.charged_in
    if sale.seller == place:
        return Treatment(Category.STANDARD, place, Reason.CHARGED_HERE, "Article 39")
    if place in EU_COUNTRIES and sale.buyer.is_identified_in(place):
        return _reverse(place, Reason.BUYER_IDENTIFIED, "Articles 39 and 195")
    return Treatment(Category.STANDARD, place, Reason.SELLER_REGISTERS, "Article 39")


def _to_dealer(sale: Sale) -> Treatment:
    place = sale.buyer.country
    is_identified = sale.buyer.is_identified_in(place)
    if sale.seller == place:
        if place in _DOMESTIC and is_identified:
            return _reverse(place, Reason.DEALER_AT_HOME_OWES, _DOMESTIC[place])
        return Treatment(Category.STANDARD, place, Reason.DEALER_AT_HOME, "Article 38")
    if place not in EU_COUNTRIES and place != "XI":
        reason, vatex = Reason.DEALER_OUTSIDE_UNION, "VATEX-EU-O"
        return Treatment(Category.OUTSIDE_SCOPE, place, reason, "Article 38", vatex)
    if is_identified:
        return _reverse(place, Reason.DEALER_ABROAD, "Articles 38 and 195")
    return Treatment(Category.STANDARD, place, Reason.SELLER_REGISTERS, "Article 38")


def _reverse(place: str, reason: Reason, law: str) -> Treatment:
    return Treatment(Category.REVERSE_CHARGE, place, reason, law, "VATEX-EU-AE")
