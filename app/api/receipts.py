"""The receipt of a session: by mail, as PDF, and as a full invoice for a company."""

from typing import Annotated

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.openapi.datastructures import ResponseSpec
from litestar.openapi.spec import Example
from litestar.params import Body

from app.api.answers import private
from app.api.bodies import InvoiceOrder, MailOrder, Token
from app.api.counter import AnyRequest, Counter, host_of, require_control
from app.api.examples import INVOICE_ORDER, MAIL_ORDER
from app.api.problems import declared
from app.api.sessions import CONTROL, SESSION_NOW
from app.billing.receipts.errors import (
    BuyerOwesVat,
    InvalidBuyer,
    InvalidMailAddress,
    InvoiceAlreadyMade,
    InvoiceTooLate,
    TooManyMails,
)
from app.billing.receipts.model import Address, Buyer
from app.charging.meters.errors import NoMeterRecords
from app.directpay.desk import MAILS_PER_NETWORK
from app.directpay.errors import JourneyNotFound, NoReceipt, NotYours
from app.directpay.follow.show import journey_view
from app.directpay.receipt import ask_invoice, ask_receipt, meter_file, receipt_pdf
from app.directpay.views import JourneyView
from app.infra.limits import TooManyRequests, take

_FILE_HEADERS = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}


@post(
    "/sessions/{token:str}/receipt",
    operation_id="mailReceipt",
    summary="Mail the receipt",
    description="Mails the receipt to one address: now, or as soon as there is one.",
    tags=["Receipts"],
    security=CONTROL,
    status_code=200,
    responses={
        **SESSION_NOW,
        **declared(JourneyNotFound, NotYours, InvalidMailAddress, TooManyMails, TooManyRequests),
    },
)
async def mail_receipt(
    request: AnyRequest,
    token: Token,
    data: Annotated[MailOrder, Body(examples=[Example(summary="An address", value=MAIL_ORDER)])],
    counter: NamedDependency[Counter],
) -> Response[JourneyView]:
    """Take the address and answer how the journey stands."""
    await require_control(request, token, counter.desk)
    await take(counter.desk.limits, MAILS_PER_NETWORK, host_of(request))
    await ask_receipt(token, data.email, desk=counter.desk)
    return private(await journey_view(token, desk=counter.desk))


@post(
    "/sessions/{token:str}/invoice",
    operation_id="makeInvoice",
    summary="Make a full invoice",
    description="Turns the receipt into a full invoice for a company, once.",
    tags=["Receipts"],
    security=CONTROL,
    status_code=200,
    responses={
        **SESSION_NOW,
        **declared(
            JourneyNotFound,
            NotYours,
            NoReceipt,
            InvalidBuyer,
            InvoiceAlreadyMade,
            InvoiceTooLate,
            BuyerOwesVat,
        ),
    },
)
async def make_invoice(
    request: AnyRequest,
    token: Token,
    data: Annotated[
        InvoiceOrder,
        Body(examples=[Example(summary="A company", value=INVOICE_ORDER)]),
    ],
    counter: NamedDependency[Counter],
) -> Response[JourneyView]:
    """Make the invoice and answer how the journey stands."""
    await require_control(request, token, counter.desk)
    await ask_invoice(token, _buyer(data), desk=counter.desk)
    return private(await journey_view(token, desk=counter.desk))


@get(
    "/sessions/{token:str}/receipt.pdf",
    operation_id="getReceiptPdf",
    summary="The receipt as PDF",
    description="The receipt, or the invoice that took its place.",
    tags=["Receipts"],
    security=CONTROL,
    media_type="application/pdf",
    responses={
        200: ResponseSpec(
            bytes, generate_examples=False, description="The document", media_type="application/pdf"
        ),
        **declared(JourneyNotFound, NotYours, NoReceipt),
    },
)
async def get_receipt_pdf(
    request: AnyRequest, token: Token, counter: NamedDependency[Counter]
) -> Response[bytes]:
    """Answer the document."""
    await require_control(request, token, counter.desk)
    name, body = await receipt_pdf(token, desk=counter.desk)
    headers = {**_FILE_HEADERS, "Content-Disposition": f'inline; filename="{name}"'}
    return Response(body, media_type="application/pdf", headers=headers)


@get(
    "/sessions/{token:str}/meter.xml",
    operation_id="getMeterRecords",
    summary="The signed meter values",
    description="What the meter signed at begin and end, with its public key, as a file for the "
    "S.A.F.E. transparency software.",
    tags=["Receipts"],
    security=CONTROL,
    media_type="application/xml",
    responses={
        200: ResponseSpec(
            bytes, generate_examples=False, description="The file", media_type="application/xml"
        ),
        **declared(JourneyNotFound, NotYours, NoMeterRecords),
    },
)
async def get_meter_records(
    request: AnyRequest, token: Token, counter: NamedDependency[Counter]
) -> Response[bytes]:
    """Answer the file."""
    await require_control(request, token, counter.desk)
    body = await meter_file(token, desk=counter.desk)
    headers = {**_FILE_HEADERS, "Content-Disposition": 'attachment; filename="meter.xml"'}
    return Response(body, media_type="application/xml", headers=headers)


def _buyer(data: InvoiceOrder) -> Buyer:
    address = Address(data.street, data.postal_code, data.city, data.country)
    return Buyer(data.name, address, data.vat_number)
