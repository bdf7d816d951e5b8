"""Issue a credit note: a numbered document that takes back a part of a receipt."""

from dataclasses import dataclass, replace
from uuid import UUID

from app.billing.receipts import store
from app.billing.receipts.credits.split import Taxes, remaining, share
from app.billing.receipts.errors import CreditTooLarge
from app.billing.receipts.model import (
    DocumentKind,
    LineKind,
    PriceLine,
    Receipt,
    ReceiptDocument,
)
from app.billing.receipts.rules import total
from app.billing.receipts.series import series_at
from app.infra.database import Work
from app.kernel.money import Money


@dataclass(frozen=True, slots=True)
class Credit:
    """What is taken back: *amount* incl. VAT, and the *reason* that the document tells."""

    credit_id: UUID
    amount: Money
    reason: str


async def remaining_taxes(work: Work, receipt: Receipt) -> Taxes:
    """Step: return what is left of a receipt per VAT rate, after its credit notes."""
    notes = await store.credit_notes_of(work, receipt.session_id)
    return remaining(receipt.document.taxes, [note.document.taxes for note in notes])


async def issue_credit_note(work: Work, receipt: Receipt, credit: Credit) -> Receipt:
    """
    Step: return the credit note of *credit*, numbered in the receipt's series, and stored.

    It names the receipt and its date (Directive 2006/112/EC, Art. 219) and takes VAT back at the
    rates of the receipt. The same credit gets the same note again. Raises CreditTooLarge.
    """
    issued = await store.find_receipt(work, credit.credit_id)
    if issued is not None:
        return issued
    old = receipt.document
    series = series_at(old.series, issued_at=work.now, time_zone=old.place.time_zone)
    # The turn also lets nobody else credit the same receipt meanwhile.
    turn = await store.take_turn(work, series)
    left = await remaining_taxes(work, receipt)
    most = total(tax.gross for tax in left)
    if not Money.zero(most.currency) < credit.amount <= most:
        detail = f"{credit.amount} of {most}, which is left of {receipt.number}"
        raise CreditTooLarge(detail, most=str(most))
    note = replace(
        receipt,
        receipt_id=credit.credit_id,
        kind=DocumentKind.CREDIT_NOTE,
        number=series.number(turn.sequence),
        issued_at=turn.issued_at,
        document=_document(receipt, credit, share(left, credit.amount)),
    )
    await store.add_receipt(work, note, turn)
    return note


def _document(receipt: Receipt, credit: Credit, taxes: Taxes) -> ReceiptDocument:
    old = receipt.document
    nothing = Money.zero(credit.amount.currency)
    paid = replace(
        old.settlement, held=nothing, charged=nothing, returned=credit.amount, contributions=()
    )
    lines = (PriceLine(LineKind.CREDIT, tax.gross, tax.rate, label=credit.reason) for tax in taxes)
    return replace(
        old,
        lines=tuple(lines),
        taxes=taxes,
        settlement=paid,
        remarks=(),
        vouchers=(),
        replaces=None,
        replaces_issued_at=None,
        corrects=receipt.number,
        corrects_issued_at=receipt.issued_at,
    )
