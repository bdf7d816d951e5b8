"""Operators: the companies that sell charging, as the law and the driver know them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from typing import Final
from uuid import UUID

from app.infra.addresses import one_address
from app.infra.i18n import LANGUAGES
from app.kernel.money import Money
from app.people.identity.brand.model import Brand
from app.people.identity.brand.rules import brand_complaints
from app.people.identity.complaint import Complaint, plain

MOST_PERCENT = 100

# What stands in one line of a receipt, an address or a mail.
MOST_LINE: Final = 140

_SLUG = re.compile(r"[a-z0-9][a-z0-9-]{1,39}")
_COUNTRY = re.compile(r"[A-Z]{2}")
_SERIES = re.compile(r"[A-Z0-9][A-Z0-9-]{0,11}")
_PHONE = re.compile(r"\+[0-9][0-9 ().-]{5,24}")
_EMAIL = re.compile(r"[^@\s<>\"'\\]+@[^@\s<>\"'\\]+\.[^@\s<>\"'\\]+")
_LINK = re.compile(r"https?://[^\s<>\"'\\`{}|^\x00-\x1f]+")
_PARTY = re.compile(r"[A-Z0-9]{3}")


@dataclass(frozen=True, slots=True)
class Address:
    """A postal address; *country* is ISO 3166-1 alpha-2."""

    street: str
    postal_code: str
    city: str
    country: str


@dataclass(frozen=True, slots=True)
class Support:
    """Where a driver gets help."""

    phone: str
    email: str


@dataclass(frozen=True, slots=True)
class Links:
    """The pages that the law wants within reach."""

    terms: str
    privacy: str
    imprint: str


class MerchantOfRecord(StrEnum):
    """Who sells in law, owes the VAT and is paid: the operator itself, or the platform for it."""

    OPERATOR = "operator"
    PLATFORM = "platform"


@dataclass(frozen=True, slots=True)
class Commission:
    """What the platform takes of a sale: *percent* of its net price, and so much a session."""

    percent: Decimal = Decimal(0)
    per_session: Money | None = None

    def of(self, net: Money) -> Money:
        """Return the fee of a sale, rounded once, half up, and never more than the sale."""
        share = (self.percent * net.minor / 100).quantize(Decimal(1), ROUND_HALF_UP)
        fixed = self.per_session
        flat = fixed.minor if fixed is not None and fixed.currency == net.currency else 0
        return Money(max(0, min(int(share) + flat, net.minor)), net.currency)


@dataclass(frozen=True, slots=True)
class Operator:
    """
    A company that sells charging.

    *receipt_series* begins its receipt numbers; *languages* are those of its pages, the first is
    the default; *public_url* is where its codes point to when that is not the product's own
    address; *party_id* are its three letters in OCPI. What a session gets back above *refund_limit*
    needs two people. With *cable_first* nobody pays before the cable is in. With *sticker_tags* a
    code without the check tag of one of our stickers leads to a warning.
    """

    operator_id: UUID
    slug: str
    legal_name: str
    address: Address
    vat_number: str
    brand: Brand
    support: Support
    links: Links
    receipt_series: str
    languages: tuple[str, ...]
    public_url: str | None = None
    party_id: str = "DPY"
    merchant_of_record: MerchantOfRecord = MerchantOfRecord.OPERATOR
    commission: Commission = Commission()
    refund_limit: Money | None = None
    cable_first: bool = False
    sticker_tags: bool = False

    def mails_from(self, usual: str) -> str:
        """Return the address that its mails come from; *usual* is the installation's own."""
        return self.brand.details.mail_sender or usual


def complaints(operator: Operator) -> list[Complaint]:
    """Return all that is wrong with *operator*; an empty list when it may be saved."""
    return [*_names(operator), *brand_complaints(operator.brand), *_reach(operator)]


def _names(operator: Operator) -> Iterator[Complaint]:
    yield from plain("legal_name", operator.legal_name, most=MOST_LINE)
    yield from plain("vat_number", operator.vat_number, most=MOST_LINE)
    if not _SLUG.fullmatch(operator.slug):
        yield Complaint("slug", "expected 2 to 40 of a-z, 0-9 and '-'")
    for name in ("street", "postal_code", "city"):
        yield from plain(f"address.{name}", getattr(operator.address, name), most=MOST_LINE)
    if not _COUNTRY.fullmatch(operator.address.country):
        yield Complaint("address.country", "expected two capital letters (ISO 3166-1), such as NL")
    if not _SERIES.fullmatch(operator.receipt_series):
        yield Complaint("receipt_series", "expected 1 to 12 of A-Z, 0-9 and '-'")
    if not _PARTY.fullmatch(operator.party_id):
        yield Complaint("party_id", "expected three capital letters or digits (OCPI party id)")


def _reach(operator: Operator) -> Iterator[Complaint]:
    if not _PHONE.fullmatch(operator.support.phone):
        yield Complaint("support.phone", "expected an international number such as +31 20 123 4567")
    mail = operator.support.email
    if not _EMAIL.fullmatch(mail) or one_address(mail) is None:
        yield Complaint("support.email", "expected an e-mail address")
    for name in ("terms", "privacy", "imprint"):
        if not _LINK.fullmatch(getattr(operator.links, name)):
            yield Complaint(f"links.{name}", "expected an address that begins with https://")
    if operator.public_url is not None and not _LINK.fullmatch(operator.public_url):
        yield Complaint("public_url", "expected an address that begins with https://")
    if not 0 <= operator.commission.percent <= MOST_PERCENT:
        yield Complaint("commission.percent", f"expected 0 to {MOST_PERCENT}")
    unknown = [language for language in operator.languages if language not in LANGUAGES]
    if unknown or not operator.languages:
        yield Complaint("languages", f"expected some of {', '.join(LANGUAGES)}, got {unknown}")
