"""Messages of Adyen's Terminal API (nexo retailer), read and written."""

import base64
import binascii
from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Final
from urllib.parse import parse_qs, urlencode

import msgspec

from app.kernel.money import Money
from app.sandbox.provider.adyen.items import AUTH_CODE, EXPIRY
from app.sandbox.provider.adyen.merchants import merchant_of
from app.sandbox.provider.book.model import (
    AUTHORISED,
    CARD_READ,
    FAILED,
    OPEN,
    PAID,
    Payment,
    Refusal,
)
from app.sandbox.provider.exchange import Body, Document

PAYMENT: Final = "Payment"
CARD: Final = "CardAcquisition"
ABORT: Final = "Abort"
STATUS: Final = "TransactionStatus"
DISPLAY: Final = "Display"
ABORTED: Final = "aborted"


def header_of(body: Body) -> Document:
    """Return the header of a request; raise Refusal 400 when it is none."""
    return _part(_part(body, "SaleToPOIRequest"), "MessageHeader")


def request_of(body: Body, category: str) -> Document:
    """Return what a request of a *category* says."""
    return _part(_part(body, "SaleToPOIRequest"), f"{category}Request")


def text(document: Mapping[str, object], field: str) -> str:
    """Return a text of *document*; raise Refusal 400 when it is missing."""
    value = document.get(field)
    if not isinstance(value, str) or not value:
        raise Refusal(400, f"{field} is missing")
    return value


def transaction_of(request: Document) -> Document:
    """Return the merchant's own name of a transaction and its time."""
    return _part(_part(request, "SaleData"), "SaleTransactionID")


def amount_of(request: Document) -> Money:
    """Return what a payment request asks for; raise Refusal 400 when it is no amount."""
    asked = _part(_part(request, "PaymentTransaction"), "AmountsReq")
    currency, value = text(asked, "Currency"), asked.get("RequestedAmount")
    try:
        amount = Money.of(Decimal(str(value)), currency)
    except (InvalidOperation, ValueError) as error:
        raise Refusal(400, "RequestedAmount is not an amount") from error
    if isinstance(value, bool) or amount.minor <= 0 or amount.as_decimal() != Decimal(str(value)):
        raise Refusal(400, "RequestedAmount is not an amount")
    return amount


def acquirer_data(request: Document) -> dict[str, str]:
    """Return SaleToAcquirerData: a form, or JSON in base64."""
    given = _part(request, "SaleData").get("SaleToAcquirerData", "")
    if not isinstance(given, str):
        raise Refusal(400, "SaleToAcquirerData is a text")
    try:
        found = msgspec.json.decode(base64.b64decode(given, validate=True), type=dict[str, object])
    except (binascii.Error, msgspec.DecodeError):
        return {name: values[0] for name, values in parse_qs(given).items()}
    more = found.get("additionalData")
    flat = {**found, **(more if isinstance(more, dict) else {})}
    return {name: str(value) for name, value in flat.items()}


def holds(data: Mapping[str, str]) -> bool:
    """Tell whether a payment request only reserves."""
    return data.get("authorisationType") == "PreAuth" or data.get("manualCapture") == "true"


def answer(header: Mapping[str, object], name: str, content: Document) -> Document:
    """Return the response to the message with this *header*."""
    return {
        "SaleToPOIResponse": {
            "MessageHeader": {**header, "MessageType": "Response"},
            name: content,
        }
    }


def screen_of(request: Document) -> Document:
    """Return what a display request shows: `lines` of text, and a `link` as a QR code."""
    lines: list[str] = []
    link = None
    for content in (_part(each, "OutputContent") for each in _outputs(request)):
        if content.get("OutputFormat") == "Text":
            texts = content.get("OutputText")
            lines += [text(one, "Text") for one in (texts if isinstance(texts, list) else [])]
        elif content.get("OutputFormat") == "BarCode":
            link = text(_part(content, "OutputBarcode"), "BarcodeValue")
        else:
            raise Refusal(400, "The sandbox's terminals show text and bar codes")
    return {"lines": lines, "link": link}


def shown(request: Document, *, busy: bool) -> Document:
    """Return the answer to a display request."""
    how: Document = {"Result": "Success"}
    if busy:
        how = {"Result": "Failure", "ErrorCondition": "Busy"}
    return {
        "OutputResult": [
            {"Device": each["Device"], "InfoQualify": each["InfoQualify"], "Response": how}
            for each in _outputs(request)
        ]
    }


def _outputs(request: Document) -> list[Document]:
    found = request.get("DisplayOutput")
    if not isinstance(found, list) or not all(isinstance(each, dict) for each in found):
        raise Refusal(400, "DisplayOutput is missing")
    for each in found:
        text(each, "Device")
        text(each, "InfoQualify")
    return found


def rejected(header: Mapping[str, object], why: str, at: datetime) -> Document:
    """Return the notification that comes when a terminal can't be reached."""
    return {
        "SaleToPOIRequest": {
            "MessageHeader": {
                **header,
                "MessageClass": "Event",
                "MessageCategory": "Event",
                "MessageType": "Notification",
            },
            "EventNotification": {
                "TimeStamp": _instant(at),
                "EventToNotify": "Reject",
                "EventDetails": urlencode({"message": why}),
            },
        }
    }


def outcome(payment: Payment) -> Document:
    """Return how a payment at a terminal, or the reading of a card, went."""
    facts = msgspec.convert(payment.metadata, dict[str, object])
    content: Document = {
        "Response": _response(payment),
        "SaleData": {"SaleTransactionID": facts["transaction"]},
        "POIData": {
            "POITransactionID": {
                "TransactionID": f"{payment.id[:8]}.{payment.id}",
                "TimeStamp": _instant(payment.status_at or payment.created_at),
            }
        },
    }
    if payment.sequence == CARD_READ:
        return content | {"PaymentInstrumentData": _card(payment)}
    content["POIData"] = {**msgspec.convert(content["POIData"], dict), "POIReconciliationID": 1000}
    return content | {"PaymentResult": _result(payment), "PaymentReceipt": []}


def spoken(payment: Payment) -> Document:
    """Return what a terminal says at the end."""
    facts = msgspec.convert(payment.metadata, dict[str, object])
    header = msgspec.convert(facts["header"], dict[str, object])
    return answer(header, f"{header['MessageCategory']}Response", outcome(payment))


def status_answer(payment: Payment | None, reference: Document) -> Document:
    """Return where a transaction stands, with its response when it ended."""
    if payment is None:
        return {"Response": {"Result": "Failure", "ErrorCondition": "NotFound"}}
    if payment.status == OPEN:
        return {"Response": {"Result": "Failure", "ErrorCondition": "InProgress"}}
    facts = msgspec.convert(payment.metadata, dict[str, object])
    header = msgspec.convert(facts["header"], dict[str, object])
    category = str(header["MessageCategory"])
    return {
        "Response": {"Result": "Success"},
        "MessageReference": reference,
        "RepeatedMessageResponse": {
            "MessageHeader": {**header, "MessageType": "Response"},
            "RepeatedResponseMessageBody": {f"{category}Response": outcome(payment)},
        },
    }


def _response(payment: Payment) -> Document:
    more = {"pspReference": payment.id, "cardSummary": payment.card, "expiryDate": EXPIRY}
    if payment.was_authorised() or payment.failure_reason == CARD_READ:
        return {"Result": "Success", "AdditionalResponse": urlencode(more)}
    condition = "Refusal" if payment.status == FAILED else "Cancel"
    if payment.failure_reason == ABORTED:
        condition = "Aborted"
    words = {"pspReference": payment.id, "refusalReason": payment.failure_reason or "cancelled"}
    return {
        "Result": "Failure",
        "ErrorCondition": condition,
        "AdditionalResponse": urlencode(words),
    }


def _result(payment: Payment) -> Document:
    taken = payment.amount if payment.status in (AUTHORISED, PAID) else Money(0, "EUR")
    return {
        "PaymentInstrumentData": _card(payment),
        "AmountsResp": {
            "Currency": payment.amount.currency,
            "AuthorizedAmount": float(taken.as_decimal()),
        },
        "OnlineFlag": True,
        "PaymentAcquirerData": {
            "MerchantID": merchant_of(payment.account),
            "AcquirerPOIID": payment.terminal,
            "AcquirerTransactionID": {
                "TransactionID": payment.id,
                "TimeStamp": _instant(payment.status_at or payment.created_at),
            },
            "ApprovalCode": AUTH_CODE,
        },
    }


def _card(payment: Payment) -> Document:
    return {
        "PaymentInstrumentType": "Card",
        "CardData": {
            "PaymentBrand": "visa",
            "MaskedPan": f"411111 **** {payment.card}",
            "PaymentAccountRef": f"V00100000000000000000000{payment.card}",
            "EntryMode": ["Contactless"],
        },
    }


def _part(document: Mapping[str, object], name: str) -> Document:
    found = document.get(name)
    if not isinstance(found, dict):
        raise Refusal(400, f"{name} is missing")
    return found


def _instant(at: datetime) -> str:
    return at.isoformat(timespec="milliseconds")
