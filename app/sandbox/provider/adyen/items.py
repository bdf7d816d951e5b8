"""The items of Adyen's webhooks: what happened to a payment, each signed by itself."""

import base64
import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

import msgspec

from app.kernel.money import Money
from app.sandbox.provider.adyen import amounts
from app.sandbox.provider.adyen.merchants import Merchant
from app.sandbox.provider.book import news
from app.sandbox.provider.book.letters import Letter
from app.sandbox.provider.book.model import (
    AUTHORISED,
    CHARGED_BACK,
    EXPIRED,
    FAILED,
    NOTIFIED,
    OPEN,
    PAID,
    REVERSED,
    WELL,
    Part,
    Payment,
)
from app.sandbox.provider.book.news import News
from app.sandbox.provider.exchange import Document

# The published list of what a signature covers, in this order; eventDate and reason are not in it.
SIGNED: Final = (
    "pspReference",
    "originalReference",
    "merchantAccountCode",
    "merchantReference",
    "value",
    "currency",
    "eventCode",
    "success",
)
LAST_FOUR: Final = "1234"
EXPIRY: Final = "03/2030"
AUTH_CODE: Final = "874574"
CARDS: Final = frozenset({"scheme", "applepay", "googlepay"})
_CHANGES: Final = {
    news.CAPTURE: "CAPTURE",
    news.REFUND: "REFUND",
    news.CANCEL: "CANCELLATION",
    news.TECHNICAL: "TECHNICAL_CANCEL",
    news.REVERSAL: "CANCEL_OR_REFUND",
    news.RAISE: "AUTHORISATION_ADJUSTMENT",
}
_DISPUTES: Final = {
    NOTIFIED: "NOTIFICATION_OF_CHARGEBACK",
    CHARGED_BACK: "CHARGEBACK",
    REVERSED: "CHARGEBACK_REVERSED",
}
_REASONS: Final = {
    "insufficient_funds": "NOT_ENOUGH_BALANCE",
    "authentication_failed": "3D_NOT_AUTHENTICATED",
    "expired_card": "EXPIRED_CARD",
}


def items_of(payment: Payment, happened: Sequence[News], merchant: Merchant) -> list[Document]:
    """Return the unsigned items about what *happened*; much of it Adyen does not tell."""
    found = [_item(payment, what, merchant) for what in happened]
    return [item for item in found if item is not None]


def letter_of(items: Sequence[Document], merchant: Merchant, at: datetime) -> Letter | None:
    """Return the webhook with *items*, signed and dated; None when nobody listens."""
    if merchant.webhook_url is None:
        return None
    dated = [signed({**item, "eventDate": at.isoformat(timespec="seconds")}, merchant.hmac_key)
             for item in items]  # fmt: skip
    subject = str(items[0]["pspReference"])
    url = merchant.webhook_url
    return Letter("adyen", url, subject, _body(dated), "application/json", line=url)


def signed(item: Document, hmac_key: str) -> Document:
    """Return *item* with its signature (HMAC-SHA256 over the published fields, base64)."""
    flat = {**item, **msgspec.convert(item["amount"], dict[str, object])}
    text = ":".join(str(flat.get(name, "")) for name in SIGNED)
    digest = hmac.new(bytes.fromhex(hmac_key), text.encode(), hashlib.sha256).digest()
    more = msgspec.convert(item.get("additionalData", {}), dict[str, object])
    signature = base64.b64encode(digest).decode()
    return {**item, "additionalData": {**more, "hmacSignature": signature}}


def together(letters: Sequence[Letter]) -> Letter:
    """Return one webhook with the items of all *letters*."""
    items = [item for letter in letters for item in _items_in(letter)]
    return replace(letters[-1], body=_body(items))


def again(letter: Letter) -> Letter:
    """Return *letter* as a second message about the same: a later date, the same signature."""

    def later(item: Document) -> Document:
        date = datetime.fromisoformat(str(item["eventDate"])) + timedelta(seconds=1)
        return {**item, "eventDate": date.isoformat(timespec="seconds")}

    return replace(letter, body=_body([later(item) for item in _items_in(letter)]))


def plain_item(merchant: str, event: str, psp: str, amount: Money) -> Document:
    """Return the fields that every item has; *success* is true until somebody says otherwise."""
    return {
        "amount": amounts.written(amount),
        "eventCode": event,
        "merchantAccountCode": merchant,
        "merchantReference": "",
        "pspReference": psp,
        "reason": "",
        "success": "true",
    }


def _item(payment: Payment, what: News, merchant: Merchant) -> Document | None:
    if what.part is not None:
        return _of_part(payment, what, what.part, merchant)
    if what.was == OPEN and what.now in (AUTHORISED, PAID, FAILED):
        return _authorisation(payment, merchant)
    if what.was == AUTHORISED and what.now == EXPIRED:
        return _about(payment, merchant, "EXPIRE", payment.id, payment.amount)
    return None


def _about(payment: Payment, merchant: Merchant, event: str, psp: str, amount: Money) -> Document:
    return {
        **plain_item(merchant.name, event, psp, amount),
        "merchantReference": payment.reference,
        "paymentMethod": variant_of(payment),
    }


def _authorisation(payment: Payment, merchant: Merchant) -> Document:
    item = _about(payment, merchant, "AUTHORISATION", payment.id, payment.amount)
    more: dict[str, str] = {"paymentMethodVariant": variant_of(payment)}
    if payment.session is not None:
        more["checkoutSessionId"] = payment.session
    if payment.status == FAILED:
        reason = _REASONS.get(payment.failure_reason or "", "Refused")
        return {**item, "additionalData": more, "reason": reason, "success": "false"}
    if payment.method in CARDS:
        item["reason"] = f"{AUTH_CODE}:{payment.card}:{EXPIRY}"
        more |= {"authCode": AUTH_CODE, "cardSummary": payment.card, "expiryDate": EXPIRY}
        secured = "true" if payment.secured else "false"
        more |= {"threeDAuthenticated": secured, "threeDOffered": secured}
    more |= token_of(payment)
    operations = ["CANCEL", "CAPTURE", "REFUND"] if payment.status == AUTHORISED else ["REFUND"]
    return {**item, "additionalData": more, "operations": operations}


def _of_part(payment: Payment, what: News, part: Part, merchant: Merchant) -> Document:
    if what.kind == news.DISPUTE:
        return _dispute(payment, part, merchant)
    undone = what.was in WELL
    kind = news.REVERSAL if part.kind == news.REVERSAL else what.kind
    event = f"{what.kind.upper()}_FAILED" if undone else _CHANGES[kind]
    item = _about(payment, merchant, event, part.id, part.amount)
    item["originalReference"] = payment.id
    item["merchantReference"] = part.reference or payment.reference
    item["success"] = "true" if undone or what.now != FAILED else "false"
    item["reason"] = part.reason if what.now == FAILED else ""
    if event == "CANCEL_OR_REFUND":
        action = "refund" if what.kind == news.REFUND else "cancel"
        item["additionalData"] = {"modification.action": action}
    return item


def _dispute(payment: Payment, part: Part, merchant: Merchant) -> Document:
    item = _about(payment, merchant, _DISPUTES[part.status], part.id, part.amount)
    return {
        **item,
        "originalReference": payment.id,
        "reason": part.reason or "Fraudulent Processing of Transactions",
        "additionalData": {
            "chargebackReasonCode": "10.4",
            "chargebackSchemeCode": "visa",
            "defendable": "true",
            "paymentMethodVariant": variant_of(payment),
        },
    }


def token_of(payment: Payment) -> dict[str, str]:
    """Return what is told of a way to pay that was stored with this payment."""
    if not (payment.keeps and payment.stored and payment.was_authorised()):
        return {}
    return {
        "tokenization.shopperReference": payment.shopper or "",
        "tokenization.storedPaymentMethodId": payment.stored,
        "tokenization.store.operationType": "created",
    }


def variant_of(payment: Payment) -> str:
    """Return the name of what was paid with: a card's brand, else the method."""
    if payment.method == "scheme":
        return "visa"
    return f"visa_{payment.method}" if payment.method in CARDS else payment.method or ""


def _items_in(letter: Letter) -> list[Document]:
    body = msgspec.json.decode(letter.body, type=dict[str, object])
    wrapped = msgspec.convert(body["notificationItems"], list[dict[str, Document]])
    return [entry["NotificationRequestItem"] for entry in wrapped]


def _body(items: Sequence[Document]) -> bytes:
    wrapped = [{"NotificationRequestItem": item} for item in items]
    return msgspec.json.encode({"live": "false", "notificationItems": wrapped})
