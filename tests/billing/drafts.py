"""Receipts to test with: a session in Utrecht of 12.345 kWh for € 7.22."""

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from uuid import UUID

from app.billing.receipts.model import (
    Address,
    Buyer,
    DocumentKind,
    LineKind,
    Logo,
    Look,
    Place,
    PriceLine,
    Receipt,
    ReceiptDocument,
    ReceiptDraft,
    Remark,
    Seller,
    Settlement,
    Supply,
    Unit,
)
from app.billing.receipts.rules import in_afir_order
from app.kernel.money import Money, TaxedAmount

OPERATOR = UUID("01890000-0000-7000-8000-000000000001")
SESSION = UUID("01890000-0000-7000-8000-000000000002")
RECEIPT = UUID("01890000-0000-7000-8000-000000000003")
VAT = Decimal(21)
LOGO = Logo(
    b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 40">'
    b'<rect width="40" height="40" rx="8" fill="#0b6b4f"/>'
    b'<path d="M22 4 8 24h10l-2 12 16-20H22z" fill="#fff"/></svg>',
    "image/svg+xml",
)


def eur(amount: str) -> Money:
    """Return an amount in euros."""
    return Money.of(Decimal(amount), "EUR")


def energy_line(kwh: str, price: str, amount: str) -> PriceLine:
    """Return a line of energy with VAT of 21 %."""
    return PriceLine(
        LineKind.ENERGY, eur(amount), VAT, Decimal(kwh), Unit.KWH, Decimal(price)
    )  # fmt: skip


# 12.345 kWh x 0.4892 = 6.0392; start fee 0.35; 10 min x 0.083 = 0.83; together 7.2192: 7.22.
LINES = (
    PriceLine(LineKind.SESSION, eur("0.35"), VAT, Decimal(1), Unit.SESSION, Decimal("0.35")),
    energy_line("12.345", "0.4892", "6.04"),
    PriceLine(LineKind.IDLE, eur("0.83"), VAT, Decimal(10), Unit.MINUTE, Decimal("0.083")),
)


def settled_for(charged: Money) -> Settlement:
    """Return how a hold of € 50.00 ended."""
    return Settlement(
        method="creditcard",
        strategy="hold",
        reference="DP-7K2M9QX4",
        held=eur("50.00"),
        charged=charged,
        returned=eur("50.00") - charged,
        instrument="Visa •••• 4242",
    )


def draft(**changes: object) -> ReceiptDraft:
    """Return a draft of a Dutch session, with *changes*."""
    made = ReceiptDraft(
        receipt_id=RECEIPT,
        session_id=SESSION,
        series="VS-{year}-{number:6}",
        language="en",
        seller=Seller(
            legal_name="Voltstad Laadinfra B.V.",
            address=Address("Stationsplein 12", "3511 ED", "Utrecht", "NL"),
            vat_number="NL004495445B01",
        ),
        look=Look("Voltstad", "#0b6b4f", "+31 30 123 45 67", "help@voltstad.example"),
        place=Place(
            evse_id="NL*VST*E0012*1",
            name="Jaarbeursplein P2",
            address=Address("Jaarbeursplein 6", "3521 AL", "Utrecht", "NL"),
            time_zone="Europe/Amsterdam",
        ),
        supply=Supply(
            started_at=datetime(2026, 3, 2, 7, 5, tzinfo=UTC),
            ended_at=datetime(2026, 3, 2, 8, 49, tzinfo=UTC),
            energy_kwh=Decimal("12.345"),
            start_register_kwh=Decimal("10450.120"),
            end_register_kwh=Decimal("10462.465"),
        ),
        lines=LINES,
        taxes=(TaxedAmount.from_gross(eur("7.22"), VAT),),
        settlement=settled_for(eur("7.22")),
        remarks=(Remark.STOPPED_LATE,),
        logo=LOGO,
    )
    return replace(made, **changes)  # type: ignore[arg-type]  # the tests' own spelling


def receipt(language: str = "en", *, kind: DocumentKind = DocumentKind.RECEIPT) -> Receipt:
    """Return a numbered receipt, or the invoice that replaces it."""
    made = draft()
    invoice = kind is DocumentKind.INVOICE
    buyer = Buyer(
        "Fietsen & Zonen N.V.",
        Address("Kungsträdgårdsgatan 4", "9000", "Gent", "BE"),
        "BE0403019261",
    )
    issued_at = datetime(2026, 3, 2, 9, tzinfo=UTC)
    document = ReceiptDocument(
        series=made.series,
        language=language,
        seller=made.seller,
        look=made.look,
        place=made.place,
        supply=made.supply,
        lines=in_afir_order(made.lines),
        taxes=made.taxes,
        settlement=made.settlement,
        remarks=made.remarks,
        buyer=buyer if invoice else None,
        replaces="VS-2026-000001" if invoice else None,
        replaces_issued_at=issued_at if invoice else None,
    )
    number = "VS-2026-000002" if invoice else "VS-2026-000001"
    return Receipt(OPERATOR, RECEIPT, SESSION, kind, number, issued_at, document, LOGO)
