"""What the terminal inside a charge point tells: a card that pays, and how it was settled."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from app.funds.payments.outside.answer import SettlementStatus


@dataclass(frozen=True, slots=True)
class Spot:
    """A charge point, and its transaction in its own words."""

    operator_id: UUID
    identity: str
    transaction_id: str


@dataclass(frozen=True, slots=True)
class Tap:
    """
    A card was authorised at the terminal for the transaction of *spot*.

    *psp_ref* is what the terminal's payment provider calls the authorisation, *limit* what was
    authorised, in the currency of the EVSE (None: what we told the charge point to authorise).
    *details* are the further facts by the names of OCPP 2.1, such as PaymentBrand.
    """

    spot: Spot
    evse_no: int | None
    psp_ref: str
    limit: Decimal | None
    at: datetime | None
    details: Mapping[str, str]

    @property
    def instrument(self) -> str | None:
        """Return how the driver knows the card again, such as `VISA •••• 1234`, or None."""
        brand, digits = self.details.get("PaymentBrand"), self.details.get("CardLast4Digits")
        shown = f"•••• {digits}" if digits else ""
        return f"{brand or ''} {shown}".strip() or None


def pay_key(identity: str, psp_ref: str) -> str:
    """Return by which key the journey of an authorisation is known, however often it is told."""
    return f"terminal:{identity}:{psp_ref}"


@dataclass(frozen=True, slots=True)
class Company:
    """The company that wants an invoice, as it was typed in at the charge point."""

    name: str
    street: str
    postal_code: str
    city: str
    country: str
    vat_number: str


@dataclass(frozen=True, slots=True)
class Settlement:
    """
    How the terminal settled an authorisation (OCPP 2.1, NotifySettlement).

    *amount* is in the currency of the EVSE. *receipt_id* and *receipt_url* are those of the
    terminal's own receipt, where it makes one.
    """

    operator_id: UUID
    identity: str
    psp_ref: str
    status: SettlementStatus
    amount: Decimal
    settled_at: datetime | None
    detail: str = ""
    transaction_id: str | None = None
    receipt_id: str | None = None
    receipt_url: str | None = None
    company: Company | None = None
    instrument: str | None = None


@dataclass(frozen=True, slots=True)
class ReceiptRef:
    """Our receipt: the payer's page, which shows it without an account, and its number."""

    url: str
    number: str
