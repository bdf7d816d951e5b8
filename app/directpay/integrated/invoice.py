"""A full invoice for the company whose data were typed in at the charge point."""

import logging
from dataclasses import replace
from typing import Final

from app.billing.receipts.buyers import checked_buyer
from app.billing.receipts.errors import InvoiceAlreadyMade
from app.billing.receipts.invoice import make_full_invoice
from app.billing.receipts.model import Address, Buyer, Receipt
from app.billing.receipts.read import receipt_of_session
from app.directpay.integrated.model import Company
from app.directpay.integrated.till import Till
from app.directpay.integrated.vat import COUNTRY_OF_PREFIX
from app.kernel.errors import Problem

log = logging.getLogger(__name__)

_CODE_LENGTH: Final = 2


async def make_invoice(receipt: Receipt, company: Company, *, till: Till) -> Receipt:
    """
    Return the invoice that replaces *receipt*, made now or before.

    Data that no invoice can be made of leave the receipt what it is: the driver can still ask for
    the invoice on its page.
    """
    try:
        buyer = checked_buyer(_buyer(company))
        if buyer.vat_number is not None:
            found = await till.register.look_up(
                buyer.vat_number, requester=receipt.document.seller.vat_number
            )
            buyer = replace(buyer, registration=found)
        return await make_full_invoice(
            receipt.receipt_id, buyer, operator_id=receipt.operator_id, database=till.database
        )
    except InvoiceAlreadyMade:
        async with till.database.work(receipt.operator_id) as work:
            return await receipt_of_session(work, receipt.session_id) or receipt
    except Problem as problem:
        log.warning("receipt %s gets no invoice: %s", receipt.number, problem.detail)
        return receipt


def _buyer(company: Company) -> Buyer:
    country, number = company.country, company.vat_number
    if len(country) != _CODE_LENGTH:
        # OCPP lets the country be written out; the VAT number has its code.
        country = COUNTRY_OF_PREFIX.get(number[:2].upper(), number[:2])
    address = Address(company.street, company.postal_code, company.city, country)
    return Buyer(company.name, address, number or None)
