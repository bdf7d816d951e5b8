"""The receipt in the driver's hands: by mail, as PDF, and as a full invoice for a company."""

import asyncio
from dataclasses import replace

from app.billing.receipts.buyers import checked_buyer
from app.billing.receipts.errors import InvalidMailAddress
from app.billing.receipts.invoice import make_full_invoice
from app.billing.receipts.model import Buyer, Receipt
from app.billing.receipts.pdf import pdf_filename, render_pdf
from app.billing.receipts.read import receipt_of_session
from app.billing.receipts.send import queue_receipt_mail
from app.charging.cdrs.errors import CdrNotFound
from app.charging.cdrs.ocpi import signed_records
from app.charging.cdrs.read import get_cdr
from app.charging.meters.errors import NoMeterRecords
from app.charging.meters.transparency import transparency_file
from app.directpay import store
from app.directpay.desk import Desk, find
from app.directpay.errors import NoReceipt
from app.directpay.letters.ask import mails_caused, queue_letter
from app.funds.payments.ports import Origin
from app.funds.payments.steps import get_payment
from app.infra.addresses import one_address


async def ask_receipt(token: str, email: str, *, desk: Desk) -> None:
    """
    Mail the receipt to *email* now, or once there is one; until then the link to follow and stop.

    Raises JourneyNotFound, InvalidMailAddress and TooManyMails.
    """
    address = one_address(email)
    if address is None:
        raise InvalidMailAddress("write one address, for example name@example.com", field="email")
    found = await find(token, desk=desk)
    async with desk.database.work(found.operator_id) as work:
        # Locked, so that settling does not pass between the look and the note.
        journey = await store.lock_journey(work, found.journey_id)
        assert journey is not None, "journeys are never deleted"  # noqa: S101
        await store.set_receipt_email(work, journey.journey_id, address)
        receipt = await receipt_of_session(work, journey.session_id)
        if receipt is None:
            await queue_letter(work, journey, address)
            return
        others = await mails_caused(work, journey)
        await queue_receipt_mail(work, receipt, address, other_mails=others)


async def ask_invoice(token: str, buyer: Buyer, *, desk: Desk) -> Receipt:
    """
    Turn the receipt into a full invoice for *buyer*, once.

    What the register says of the VAT number is kept with the invoice and decides nothing: many
    companies that sell only at home are not in it. Raises JourneyNotFound, NoReceipt, and what
    make_full_invoice raises.
    """
    receipt = await _receipt(token, desk)
    checked = checked_buyer(buyer)
    if checked.vat_number is not None:
        seller = receipt.document.seller.vat_number
        found = await desk.register.look_up(checked.vat_number, requester=seller)
        checked = replace(checked, registration=found)
    return await make_full_invoice(
        receipt.receipt_id, checked, operator_id=receipt.operator_id, database=desk.database
    )


async def receipt_pdf(token: str, *, desk: Desk) -> tuple[str, bytes]:
    """Return the file name and the PDF of the valid document. Raises JourneyNotFound, NoReceipt."""
    receipt = await _receipt(token, desk)
    return pdf_filename(receipt), await asyncio.to_thread(render_pdf, receipt, desk.press)


async def meter_file(token: str, *, desk: Desk) -> bytes:
    """
    Return what the meter signed, as the session's CDR keeps it, for the transparency software.

    Raises JourneyNotFound and NoMeterRecords.
    """
    journey = await find(token, desk=desk)
    async with desk.database.work(journey.operator_id) as work:
        try:
            recorded = await get_cdr(work, journey.session_id)
        except CdrNotFound as error:
            raise NoMeterRecords("the session is not settled yet") from error
    records = signed_records(recorded.body)
    if not records:
        raise NoMeterRecords("the charge point sent none")
    return transparency_file(records, 1)


async def _receipt(token: str, desk: Desk) -> Receipt:
    journey = await find(token, desk=desk)
    async with desk.database.work(journey.operator_id) as work:
        receipt = await receipt_of_session(work, journey.session_id)
        if receipt is None:
            raise NoReceipt("nothing was charged, or it is not settled yet")
        if receipt.document.settlement.instrument is not None:
            return receipt
        payment = await get_payment(work, journey.payment_id)
    if payment.origin is not Origin.OCPI_PTP:
        return receipt
    return _paid_with(receipt, payment.instrument)


def _paid_with(receipt: Receipt, instrument: str | None) -> Receipt:
    """Return *receipt* with the card that its terminal told of after it was written."""
    settlement = replace(receipt.document.settlement, instrument=instrument)
    return replace(receipt, document=replace(receipt.document, settlement=settlement))
