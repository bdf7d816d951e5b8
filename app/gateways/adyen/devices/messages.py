"""
What is asked of a terminal, as nexo messages.

Source: Adyen, Terminal API v1 and Cloud Device API v1, as published.
"""

import base64
import hashlib
import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Final
from urllib.parse import urlencode

import msgspec

from app.funds.payments.ports import PromptName, Screen, StartPayment, Strategy

Body = dict[str, object]
PAYMENT: Final = "Payment"
CARD: Final = "CardAcquisition"
_SALE_ID: Final = "DirectPay"
_SERVICE_LENGTH: Final = 10
_DEVICE: Final = re.compile(r"[0-9A-Za-z]{1,20}-[0-9A-Za-z]{1,40}")
# Amounts are numbers in nexo: written from decimals, so that no digit is lost on the way.
_ENCODER: Final = msgspec.json.Encoder(decimal_format="number")


def encoded(body: Body) -> bytes:
    """Return *body* as JSON."""
    return _ENCODER.encode(body)


def is_device(name: str) -> bool:
    """Tell whether *name* can be a terminal (`V400m-324688179`): it goes into an address."""
    return _DEVICE.fullmatch(name) is not None


def service_id(key: str) -> str:
    """Return what the message of the order with this *key* is called: always the same."""
    digest = hashlib.sha256(key.encode()).digest()
    return base64.b32encode(digest).decode()[:_SERVICE_LENGTH]


def reference_of(prompt: PromptName) -> str:
    """Return by what a payment at a terminal is known while it has no other name."""
    return f"{prompt.device}:{service_id(prompt.key)}"


def payment(order: StartPayment, prompt: PromptName) -> Body:
    """Return the order to ask for a card for *order*; a hold is a pre-authorisation."""
    holds = order.strategy is Strategy.HOLD
    data = {"authorisationType": "PreAuth", "manualCapture": "true"} if holds else {}
    sale = _sale(order.reference, prompt)
    if data:
        sale["SaleToAcquirerData"] = urlencode(data)
    amounts: Body = {
        "Currency": order.amount.currency,
        "RequestedAmount": Decimal(order.amount.as_decimal()),
    }
    content: Body = {"SaleData": sale, "PaymentTransaction": {"AmountsReq": amounts}}
    return _request(PAYMENT, content, prompt.device, service_id(prompt.key))


def card(prompt: PromptName) -> Body:
    """Return the order to read a card without money."""
    name = service_id(prompt.key)
    content: Body = {"SaleData": _sale(name, prompt), "CardAcquisitionTransaction": {}}
    return _request(CARD, content, prompt.device, name)


def abort(prompt: PromptName, category: str) -> Body:
    """Return the order to end a prompt of a *category*."""
    content = _about(prompt, category) | {"AbortReason": "MerchantAbort"}
    return _request("Abort", content, prompt.device, _other(prompt, "abort"))


def status(prompt: PromptName, category: str) -> Body:
    """Return the question what became of a prompt of a *category*."""
    content = _about(prompt, category)
    return _request("TransactionStatus", content, prompt.device, _other(prompt, "status"))


def display(device: str, screen: Screen, key: str) -> Body:
    """Return the order to show *screen*: its text, and its link as a QR code."""
    text: Body = {
        "OutputFormat": "Text",
        "OutputText": [{"Text": line, "EndOfLineFlag": True} for line in screen.lines],
    }
    outputs = [_output("Display", text)]
    if screen.link is not None:
        code: Body = {"OutputFormat": "BarCode", "OutputBarcode": {"BarcodeValue": screen.link}}
        outputs.append(_output("Receipt", code))
    content: Body = {"DisplayOutput": outputs}
    return _request("Display", content, device, service_id(key), kind="Device")


def _output(what: str, content: Body) -> Body:
    return {
        "Device": "CustomerDisplay",
        "InfoQualify": what,
        "ResponseRequiredFlag": True,
        "OutputContent": content,
    }


def _request(
    category: str, content: Mapping[str, object], device: str, name: str, *, kind: str = "Service"
) -> Body:
    header: Body = {
        "ProtocolVersion": "3.0",
        "MessageClass": kind,
        "MessageCategory": category,
        "MessageType": "Request",
        "SaleID": _SALE_ID,
        "ServiceID": name,
        "POIID": device,
    }
    return {"SaleToPOIRequest": {"MessageHeader": header, f"{category}Request": content}}


def _sale(reference: str, prompt: PromptName) -> Body:
    at = prompt.asked_at.isoformat(timespec="milliseconds")
    return {"SaleTransactionID": {"TransactionID": reference, "TimeStamp": at}}


def _about(prompt: PromptName, category: str) -> Body:
    name = service_id(prompt.key)
    return {
        "MessageReference": {
            "MessageCategory": category,
            "ServiceID": name,
            "SaleID": _SALE_ID,
            "POIID": prompt.device,
        }
    }


def _other(prompt: PromptName, what: str) -> str:
    """Return the name of a message about a prompt, which must be another than the prompt's."""
    return service_id(f"{prompt.key}:{what}")
