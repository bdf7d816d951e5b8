"""Payment terminals, what they collected, and invoices (OCPI 2.3.0, mod_payments, mod_invoice)."""

from datetime import datetime

from app.pricing.tariffs.model import OcpiObject
from app.roaming.wire.values import GeoLocation, Price


class Terminal(OcpiObject, frozen=True, kw_only=True):
    """A payment terminal and where it stands; *invoice_creator* is CPO or PTP."""

    terminal_id: str
    customer_reference: str | None = None
    party_id: str | None = None
    country_code: str | None = None
    address: str | None = None
    city: str | None = None
    postal_code: str | None = None
    state: str | None = None
    country: str | None = None
    coordinates: GeoLocation | None = None
    invoice_base_url: str | None = None
    invoice_creator: str | None = None
    reference: str | None = None
    location_ids: tuple[str, ...] = ()
    evse_uids: tuple[str, ...] = ()
    last_updated: datetime | None = None


class FinancialAdviceConfirmation(OcpiObject, frozen=True, kw_only=True):
    """What a terminal took: *total_costs* of the driver, *eft_data* for the invoice."""

    id: str
    authorization_reference: str
    total_costs: Price
    currency: str
    eft_data: tuple[str, ...] = ()
    capture_status_code: str
    capture_status_message: str | None = None
    last_updated: datetime


class InvoiceReconciliation(OcpiObject, frozen=True, kw_only=True):
    """The CDRs that an invoice is about."""

    country_code: str
    party_id: str
    id: str
    invoice_id: str
    cdrs: tuple[str, ...]
    last_updated: datetime
