"""
What a receipt says: a simplified invoice (Directive 2006/112/EC, Art. 226b) and more.

The classes here are the stored document too: it is kept for ten years, so they share nothing with
the models of other contexts, and a field may be added with a default but never renamed.
"""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from app.kernel.money import Money, TaxedAmount
from app.pricing.vat import Registration


class DocumentKind(StrEnum):
    """
    RECEIPT is the simplified invoice of every session, INVOICE the full one for a business.

    A CREDIT_NOTE takes back a part of either; a session may have several.
    """

    RECEIPT = "receipt"
    INVOICE = "invoice"
    CREDIT_NOTE = "credit_note"


class LineKind(StrEnum):
    """What a line charges for, in the order of AFIR Art. 5(4): kWh, minute, session, other."""

    ENERGY = "energy"
    TIME = "time"
    IDLE = "idle"
    SESSION = "session"
    MINIMUM = "minimum"
    MAXIMUM = "maximum"
    HOLD = "hold"
    DISCOUNT = "discount"
    ROUNDING = "rounding"
    CREDIT = "credit"
    OTHER = "other"


class Unit(StrEnum):
    """What a quantity counts."""

    KWH = "kwh"
    MINUTE = "minute"
    HOUR = "hour"
    SESSION = "session"


class Remark(StrEnum):
    """What was unusual about a session and is told in words."""

    STOPPED_LATE = "stopped_late"
    CLOSED_BY_US = "closed_by_us"
    READINGS_CORRECTED = "readings_corrected"
    OFFLINE_PART = "offline_part"
    STOPPED_AT_HOLD = "stopped_at_hold"
    CAPPED_AT_HOLD = "capped_at_hold"


@dataclass(frozen=True, slots=True)
class Address:
    """A postal address; *country* is ISO 3166 alpha-2."""

    street: str
    postal_code: str
    city: str
    country: str


@dataclass(frozen=True, slots=True)
class Seller:
    """Who sells the electricity, in law."""

    legal_name: str
    address: Address
    vat_number: str


@dataclass(frozen=True, slots=True)
class Look:
    """
    How the seller is known to drivers; *colour* is `#rrggbb`.

    *logo_place* is left, right or none, *header* band, line or plain: how the PDF wears both.
    *note* and *support_hours* are the seller's own words, in the document's language.
    """

    brand: str
    colour: str
    support_phone: str
    support_email: str
    logo_digest: str | None = None
    logo_place: str = "left"
    header: str = "band"
    note: str = ""
    support_hours: str = ""


@dataclass(frozen=True, slots=True)
class Logo:
    """A brand's logo: *media_type* is image/svg+xml, image/png or image/webp."""

    content: bytes
    media_type: str


@dataclass(frozen=True, slots=True)
class Place:
    """Where the car was charged; *time_zone* is its IANA name."""

    evse_id: str
    name: str
    address: Address
    time_zone: str


@dataclass(frozen=True, slots=True)
class TariffName:
    """The version of a tariff, which never changes; a locked dynamic price is part of the id."""

    tariff_id: str
    version: int


@dataclass(frozen=True, slots=True)
class MeterProof:
    """
    What the signatures of a meter prove: *verdict* is valid, invalid or unproven.

    *meter_serial* is "" where its records do not say it.
    """

    verdict: str
    meter_serial: str


@dataclass(frozen=True, slots=True)
class Supply:
    """
    What was supplied: instants in UTC, energy and meter registers in kWh.

    *tariff* is what it was priced by, *proof* what its signed meter values prove, None where the
    meter signs nothing; documents of earlier releases say neither.
    """

    started_at: datetime
    ended_at: datetime
    energy_kwh: Decimal
    start_register_kwh: Decimal | None = None
    end_register_kwh: Decimal | None = None
    tariff: TariffName | None = None
    proof: MeterProof | None = None


@dataclass(frozen=True, slots=True)
class PriceLine:
    """
    One price component: *quantity* times *unit_price* (major units) is *amount*, all incl. VAT.

    Several lines of one kind tell their part of the session by *started_at* and *ended_at*.
    A line without a unit price (a minimum, a cap, a rounding) has only an amount. *label* is the
    name of the campaign that a discount comes from.
    """

    kind: LineKind
    amount: Money
    vat_rate: Decimal
    quantity: Decimal | None = None
    unit: Unit | None = None
    unit_price: Decimal | None = None
    started_at: datetime | None = None
    ended_at: datetime | None = None
    label: str = ""


@dataclass(frozen=True, slots=True)
class Contribution:
    """What a *partner* pays in the driver's place, in a campaign of this *name*."""

    partner: str
    name: str
    amount: Money


@dataclass(frozen=True, slots=True)
class Voucher:
    """A gift: *what* is handed out for the *code*, and who pays it, "" being the seller."""

    what: str
    code: str
    partner: str = ""


@dataclass(frozen=True, slots=True)
class Settlement:
    """
    How it was paid: *held* was reserved (or paid first), *charged* kept, *returned* given back.

    *strategy* is hold, pay_first or charge_after (then nothing was held but what is charged).
    *instrument* is masked, never a full card or account number.
    What is charged and the *contributions* of others are the price. *shown_within* is after how
    many working days the bank shows at most what went back; None before this was known, 0: at once.
    """

    method: str
    strategy: str
    reference: str
    held: Money
    charged: Money
    returned: Money
    instrument: str | None = None
    contributions: tuple[Contribution, ...] = ()
    shown_within: int | None = None


@dataclass(frozen=True, slots=True)
class Buyer:
    """
    The business that asked for a full invoice; *vat_number* with its country's prefix.

    *registration* is what the register of VAT numbers said of it then, if it was asked.
    """

    name: str
    address: Address
    vat_number: str | None = None
    registration: Registration | None = None


@dataclass(frozen=True, slots=True)
class ReceiptDraft:
    """
    All that a receipt says, before it has a number.

    *series* is the operator's number format, *taxes* one amount per VAT rate, *lines* in any order.
    """

    receipt_id: UUID
    session_id: UUID
    series: str
    language: str
    seller: Seller
    look: Look
    place: Place
    supply: Supply
    lines: tuple[PriceLine, ...]
    taxes: tuple[TaxedAmount, ...]
    settlement: Settlement
    remarks: tuple[Remark, ...] = ()
    logo: Logo | None = None
    vouchers: tuple[Voucher, ...] = ()


@dataclass(frozen=True, slots=True)
class ReceiptDocument:
    """
    What is stored and never changes.

    An invoice names the receipt that it *replaces*, a credit note the document that it *corrects*.
    """

    series: str
    language: str
    seller: Seller
    look: Look
    place: Place
    supply: Supply
    lines: tuple[PriceLine, ...]
    taxes: tuple[TaxedAmount, ...]
    settlement: Settlement
    remarks: tuple[Remark, ...] = ()
    buyer: Buyer | None = None
    replaces: str | None = None
    replaces_issued_at: datetime | None = None
    corrects: str | None = None
    corrects_issued_at: datetime | None = None
    vouchers: tuple[Voucher, ...] = ()


@dataclass(frozen=True, slots=True)
class Receipt:
    """A numbered document of a session."""

    operator_id: UUID
    receipt_id: UUID
    session_id: UUID
    kind: DocumentKind
    number: str
    issued_at: datetime
    document: ReceiptDocument
    logo: Logo | None = None
