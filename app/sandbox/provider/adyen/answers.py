"""Answers of Adyen's Checkout API, as published."""

from collections.abc import Iterable
from typing import Final

from app.sandbox.provider.adyen import amounts
from app.sandbox.provider.adyen.face import result_of
from app.sandbox.provider.adyen.items import (
    AUTH_CODE,
    CARDS,
    EXPIRY,
    token_of,
    variant_of,
)
from app.sandbox.provider.adyen.merchants import merchant_of
from app.sandbox.provider.book.methods import Method
from app.sandbox.provider.book.model import (
    AUTHORISED,
    CANCELLED,
    EXPIRED,
    FAILED,
    OPEN,
    PAID,
    Part,
    Payment,
)
from app.sandbox.provider.exchange import Body, Document

# What a session repeats of the request, when it was given.
_REPEATED: Final = (
    "allowedPaymentMethods",
    "blockedPaymentMethods",
    "channel",
    "countryCode",
    "metadata",
    "recurringProcessingModel",
    "shopperEmail",
    "shopperInteraction",
    "shopperLocale",
    "shopperReference",
    "shopperStatement",
    "splits",
    "store",
    "storePaymentMethod",
    "storePaymentMethodMode",
)
_RESULTS: Final = {
    OPEN: "active",
    AUTHORISED: "completed",
    PAID: "completed",
    FAILED: "refused",
    CANCELLED: "canceled",
    EXPIRED: "expired",
}
_CODES: Final = {
    OPEN: "Pending",
    AUTHORISED: "Authorised",
    PAID: "Authorised",
    FAILED: "Refused",
    CANCELLED: "Cancelled",
    EXPIRED: "Cancelled",
}
_REFUSALS: Final = {
    "insufficient_funds": ("Not enough balance", "12"),
    "authentication_failed": ("3D Not Authenticated", "11"),
    "expired_card": ("Expired Card", "6"),
}


def session(payment: Payment, body: Body, pages: str) -> Document:
    """Return a session that was just made; in hosted mode with the address of its page."""
    document: Document = {
        "id": payment.session,
        "amount": amounts.written(payment.amount),
        "expiresAt": payment.expires_at.isoformat(timespec="seconds"),
        "merchantAccount": merchant_of(payment.account),
        "reference": payment.reference,
        "returnUrl": payment.redirect_url,
        "mode": body.get("mode", "embedded"),
        **{name: body[name] for name in _REPEATED if body.get(name) is not None},
    }
    if document["mode"] == "hosted":
        document["url"] = f"{pages}/checkout/{payment.token}"
    else:
        document["sessionData"] = result_of(f"data:{payment.token}")
    return document


def session_result(payment: Payment) -> Document:
    """Return how a session stands; its payments are the authorised ones."""
    document: Document = {
        "id": payment.session,
        "status": "completed" if payment.was_authorised() else _RESULTS[payment.status],
        "reference": payment.reference,
        "additionalData": {},
    }
    if payment.was_authorised():
        document["payments"] = [
            {
                "amount": amounts.written(payment.amount),
                "paymentMethod": _method_of(payment),
                "pspReference": payment.id,
                "resultCode": "Authorised",
            }
        ]
    return document


def payment(paid: Payment) -> Document:
    """Return how a payment without a session went."""
    document: Document = {
        "pspReference": paid.id,
        "resultCode": _CODES[paid.status],
        "merchantReference": paid.reference,
        "amount": amounts.written(paid.amount),
        "paymentMethod": _method_of(paid),
    }
    if paid.status == FAILED:
        reason, code = _REFUSALS.get(paid.failure_reason or "", ("Refused", "2"))
        document |= {"refusalReason": reason, "refusalReasonCode": code}
    elif paid.was_authorised() and paid.method in CARDS:
        document["additionalData"] = {
            "authCode": AUTH_CODE,
            "cardSummary": paid.card,
            "expiryDate": EXPIRY,
            "paymentMethodVariant": variant_of(paid),
            **token_of(paid),
        }
    return document


def redirect(paid: Payment, pages: str) -> Document:
    """Return the order to send the driver to their bank's page."""
    return {
        "resultCode": "RedirectShopper",
        "merchantReference": paid.reference,
        "action": {
            "type": "redirect",
            "method": "GET",
            "url": f"{pages}/checkout/{paid.token}",
            "paymentMethodType": paid.method,
        },
    }


def change(paid: Payment, part: Part, *, with_amount: bool) -> Document:
    """Return that a change was received; how it went is told by webhook."""
    document: Document = {
        "merchantAccount": merchant_of(paid.account),
        "paymentPspReference": paid.id,
        "pspReference": part.id,
        "reference": part.reference,
        "status": "received",
    }
    if with_amount:
        document["amount"] = amounts.written(part.amount)
    if part.metadata is not None:
        document["splits"] = part.metadata
    return document


def methods(found: Iterable[Method], stored: list[Document]) -> Document:
    """Return the list of ways to pay, with what the shopper *stored*."""
    document: Document = {"paymentMethods": [_method(method) for method in found]}
    if stored:
        document["storedPaymentMethods"] = stored
    return document


def _method(method: Method) -> Document:
    document: Document = {"type": method.id, "name": method.label}
    if method.id in CARDS:
        document["brands"] = ["visa", "mc", "amex", "maestro"]
    return document


def _method_of(paid: Payment) -> Document:
    document: Document = {"type": paid.method or ""}
    if paid.method in CARDS:
        document["brand"] = "visa"
    return document
