"""Turn a receipt into a full invoice for a business, once."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

from app.billing.receipts import store
from app.billing.receipts.buyers import checked_buyer
from app.billing.receipts.errors import (
    BuyerOwesVat,
    InvoiceAlreadyMade,
    InvoiceTooLate,
    ReceiptNotFound,
)
from app.billing.receipts.model import Buyer, DocumentKind, Receipt, ReceiptDocument
from app.billing.receipts.series import series_at
from app.infra.database import Database, Work
from app.pricing.vat import Buyer as VatBuyer
from app.pricing.vat import Category, Sale, treatment

INVOICE_DAYS = 90


async def make_full_invoice(
    receipt_id: UUID, buyer: Buyer, *, operator_id: UUID, database: Database
) -> Receipt:
    """
    Return the full invoice (Directive 2006/112/EC, Art. 226) that replaces a receipt.

    It has a number of its own in the receipt's series and names the receipt it replaces, so that
    the VAT is owed once. What was paid stays as it is, so it is not rounded anew by net lines.
    Raises ReceiptNotFound, InvalidBuyer, InvoiceAlreadyMade, after INVOICE_DAYS InvoiceTooLate, and
    BuyerOwesVat where the law puts the VAT on the buyer.
    """
    checked = checked_buyer(buyer)
    async with database.work(operator_id) as work:
        receipt = await store.find_receipt(work, receipt_id)
        if receipt is None:
            raise ReceiptNotFound("no receipt has this id", receipt_id=str(receipt_id))
        if work.now > receipt.issued_at + timedelta(days=INVOICE_DAYS):
            detail = f"an invoice can be made within {INVOICE_DAYS} days of the receipt"
            raise InvoiceTooLate(detail, days=INVOICE_DAYS)
        _check_who_owes_vat(receipt.document, checked)
        return await _replace(work, receipt, checked)


def _check_who_owes_vat(document: ReceiptDocument, buyer: Buyer) -> None:
    """Raise BuyerOwesVat when the seller may not charge the VAT that the receipt has."""
    sale = Sale(
        seller=document.seller.address.country,
        charged_in=document.place.address.country,
        buyer=VatBuyer(buyer.address.country, buyer.vat_number),
    )
    found = treatment(sale)
    if found.category is Category.REVERSE_CHARGE:
        detail = "the seller is not established there, and the buyer has a VAT number there"
        raise BuyerOwesVat(detail, country=found.place, law=found.law)


async def _replace(work: Work, receipt: Receipt, buyer: Buyer) -> Receipt:
    old = receipt.document
    series = series_at(old.series, issued_at=work.now, time_zone=old.place.time_zone)
    turn = await store.take_turn(work, series)
    made = await store.find_of_session(work, receipt.session_id, DocumentKind.INVOICE)
    if made is not None:
        detail = f"invoice {made.number} replaces the receipt"
        raise InvoiceAlreadyMade(detail, number=made.number)
    invoice = replace(
        receipt,
        receipt_id=work.ids.uuid7(work.now),
        kind=DocumentKind.INVOICE,
        number=series.number(turn.sequence),
        issued_at=turn.issued_at,
        document=replace(
            old, buyer=buyer, replaces=receipt.number, replaces_issued_at=receipt.issued_at
        ),
    )
    await store.add_receipt(work, invoice, turn)
    return invoice
