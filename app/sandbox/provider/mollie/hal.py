"""Answers in hal+json, as Mollie publishes them."""

from collections.abc import Sequence
from datetime import datetime
from http import HTTPStatus
from urllib.parse import quote

from app.kernel.money import Money
from app.sandbox.provider.book.methods import Method, limits
from app.sandbox.provider.book.model import (
    AUTHORISED,
    FAILED,
    NOTIFIED,
    OPEN,
    PAID,
    REVERSED,
    Part,
    Payment,
)
from app.sandbox.provider.mollie import reversals
from app.sandbox.provider.mollie.amounts import written

Document = dict[str, object]
HAL = "application/hal+json"
_STATUS_FIELD = {"canceled": "canceledAt", "expired": "expiredAt", "failed": "failedAt"}


class Hal:
    """Writes documents whose links lead to *api* (the address asked) and *pages* (the driver's)."""

    def __init__(self, api: str, pages: str) -> None:
        """Remember the two addresses, without a slash at their end."""
        self.api = api
        self.pages = pages

    def payment(self, payment: Payment, *, embed: str | None = None) -> Document:
        """Return *payment*; *embed* may be `captures`, `refunds` or `chargebacks`."""
        document: Document = {
            "resource": "payment",
            "id": payment.id,
            "mode": "test",
            "createdAt": instant(payment.created_at),
            "amount": written(payment.amount),
            "description": payment.description,
            "metadata": payment.metadata,
            "status": payment.status,
            "isCancelable": payment.status == OPEN,
            "profileId": f"pfl_{payment.account[:10]}",
            "sequenceType": payment.sequence,
            "redirectUrl": payment.redirect_url or None,
            "webhookUrl": payment.webhook_url,
            "locale": payment.locale,
            "captureMode": payment.capture_mode,
            "_links": self._payment_links(payment),
        }
        if payment.method is not None:
            document["method"] = payment.method
        if payment.shopper is not None:
            document["customerId"] = payment.shopper
        if payment.stored is not None and payment.was_authorised():
            document["mandateId"] = payment.stored
        document.update(_instants(payment))
        document.update(_amounts(payment))
        document.update(_details(payment))
        if embed == "captures":
            document["_embedded"] = {"captures": self._parts("capture", payment)}
        elif embed == "refunds":
            document["_embedded"] = {"refunds": self._parts("refund", payment)}
        elif embed == "chargebacks":
            document["_embedded"] = {"chargebacks": self._chargebacks(payment)}
        return document

    def payments(self, payments: Sequence[Payment], path: str, after: str | None) -> Document:
        """Return one page of *payments*; *after* is the first id of the next page."""
        found: list[object] = [self.payment(payment) for payment in payments]
        following = f"{path}?from={after}&limit={len(payments)}" if after else None
        return self.listed("payments", found, path, following)

    def capture(self, payment: Payment, part: Part) -> Document:
        """Return one capture."""
        return self._part("capture", payment, part)

    def refund(self, payment: Payment, part: Part) -> Document:
        """Return one refund."""
        return self._part("refund", payment, part) | reversals.written(part)

    def captures(self, payment: Payment) -> Document:
        """Return the captures of *payment*."""
        path = f"payments/{payment.id}/captures"
        return self.listed("captures", self._parts("capture", payment), path, None)

    def refunds(self, payment: Payment) -> Document:
        """Return the refunds of *payment*."""
        path = f"payments/{payment.id}/refunds"
        return self.listed("refunds", self._parts("refund", payment), path, None)

    def chargeback(self, payment: Payment, part: Part) -> Document:
        """Return one chargeback."""
        path = f"payments/{payment.id}"
        return {
            "resource": "chargeback",
            "id": part.id,
            "amount": written(part.amount),
            "reason": {"code": "10.4", "description": "Fraud, card absent"},
            "paymentId": payment.id,
            "createdAt": instant(part.created_at),
            "reversedAt": instant(part.ended_at)
            if part.status == REVERSED and part.ended_at
            else None,
            "_links": {
                "self": self.link(f"{path}/chargebacks/{part.id}"),
                "payment": self.link(path),
                "documentation": documentation(),
            },
        }

    def chargebacks(self, payment: Payment) -> Document:
        """Return the chargebacks of *payment*."""
        path = f"payments/{payment.id}/chargebacks"
        return self.listed("chargebacks", self._chargebacks(payment), path)

    def methods(self, methods: Sequence[Method], currency: str) -> Document:
        """Return *methods* with their limits in *currency*."""
        found: list[object] = [self._method(method, currency) for method in methods]
        links: Document = {"self": self.link("methods"), "documentation": documentation()}
        return {"count": len(found), "_embedded": {"methods": found}, "_links": links}

    def _payment_links(self, payment: Payment) -> Document:
        links: Document = {
            "self": self.link(f"payments/{payment.id}"),
            "dashboard": {"href": f"{self.pages}/#{payment.id}", "type": "text/html"},
            "documentation": documentation(),
        }
        if payment.status == OPEN and payment.terminal is None:
            href = f"{self.pages}/checkout/{quote(payment.token)}"
            links["checkout"] = {"href": href, "type": "text/html"}
        if payment.captures:
            links["captures"] = self.link(f"payments/{payment.id}/captures")
        if payment.refunds:
            links["refunds"] = self.link(f"payments/{payment.id}/refunds")
        if charged_back(payment):
            links["chargebacks"] = self.link(f"payments/{payment.id}/chargebacks")
        if payment.terminal is not None:
            links["terminal"] = self.link(f"terminals/{payment.terminal}")
            page = {"href": f"{self.pages}/terminal/{payment.terminal}", "type": "text/html"}
            links["changePaymentState"] = page
        return links

    def _chargebacks(self, payment: Payment) -> list[object]:
        return [self.chargeback(payment, part) for part in reversed(charged_back(payment))]

    def _parts(self, kind: str, payment: Payment) -> list[object]:
        parts = payment.captures if kind == "capture" else payment.refunds
        return [self._part(kind, payment, part) for part in reversed(parts)]

    def _part(self, kind: str, payment: Payment, part: Part) -> Document:
        path = f"payments/{payment.id}"
        return {
            "resource": kind,
            "id": part.id,
            "mode": "test",
            "description": part.description,
            "amount": written(part.amount),
            "metadata": part.metadata,
            "status": part.status,
            "paymentId": payment.id,
            "createdAt": instant(part.created_at),
            "_links": {
                "self": self.link(f"{path}/{kind}s/{part.id}"),
                "payment": self.link(path),
                "documentation": documentation(),
            },
        }

    def _method(self, method: Method, currency: str) -> Document:
        lowest, highest = limits(method, currency)
        icon = f"{self.pages}/icons/{method.id}"
        return {
            "resource": "method",
            "id": method.id,
            "description": method.label,
            "minimumAmount": written(lowest),
            "maximumAmount": written(highest),
            "image": {"size1x": f"{icon}.svg", "size2x": f"{icon}.svg", "svg": f"{icon}.svg"},
            "status": "activated",
            "_links": {"self": self.link(f"methods/{method.id}")},
        }

    def listed(
        self, name: str, found: Sequence[object], path: str, following: str | None = None
    ) -> Document:
        """Return a page of a list; *following* is the path of the next one."""
        links: Document = {
            "self": self.link(path),
            "previous": None,
            "next": self.link(following) if following else None,
            "documentation": documentation(),
        }
        return {"count": len(found), "_embedded": {name: found}, "_links": links}

    def link(self, path: str) -> Document:
        """Return a link to a document below `/v2`."""
        return {"href": f"{self.api}/v2/{path}", "type": HAL}


def charged_back(payment: Payment) -> list[Part]:
    """Return the disputes that took money: Mollie tells of no others."""
    return [part for part in payment.disputes if part.status != NOTIFIED]


def problem(status: int, detail: str, field: str | None = None) -> Document:
    """Return the published form of an error."""
    document: Document = {
        "status": status,
        "title": HTTPStatus(status).phrase,
        "detail": detail,
        "_links": {"documentation": documentation()},
    }
    if field is not None:
        document["field"] = field
    return document


def _instants(payment: Payment) -> Document:
    times: Document = {}
    if payment.status == OPEN:
        times["expiresAt"] = instant(payment.expires_at)
    if payment.authorised_at is not None and payment.capture_mode == "manual":
        times["authorizedAt"] = instant(payment.authorised_at)
    if payment.status == AUTHORISED and payment.capture_before is not None:
        times["captureBefore"] = instant(payment.capture_before)
    if payment.status == PAID and payment.status_at is not None:
        times["paidAt"] = instant(payment.status_at)
    if payment.status in _STATUS_FIELD and payment.status_at is not None:
        times[_STATUS_FIELD[payment.status]] = instant(payment.status_at)
    return times


def _amounts(payment: Payment) -> Document:
    found: Document = {}
    if payment.capture_mode == "manual" and payment.authorised_at is not None:
        found["amountCaptured"] = written(payment.captured())
    if payment.status == PAID:
        left: Money = payment.captured() - payment.refunded()
        found["amountRefunded"] = written(payment.refunded())
        found["amountRemaining"] = written(left)
    if charged_back(payment):
        found["amountChargedBack"] = written(payment.charged_back())
    return found


def _details(payment: Payment) -> Document:
    card = payment.method in ("creditcard", "applepay")
    if payment.terminal is not None:
        return {"details": _at_terminal(payment)}
    if payment.status == FAILED and card:
        return {"details": {"failureReason": payment.failure_reason}}
    if payment.status in (AUTHORISED, PAID) and card:
        wallet: Document = {"wallet": "applepay"} if payment.method == "applepay" else {}
        numbers: Document = {
            "cardNumber": payment.card,
            "cardLabel": "Visa",
            "cardSecurity": "3dsecure",
        }
        return {"details": {**numbers, **wallet}}
    if payment.status == PAID and payment.method in ("ideal", "bancontact"):
        return {"details": {"consumerAccount": "NL53INGB0654422370"}}
    return {}


def _at_terminal(payment: Payment) -> Document:
    details: Document = {"terminalId": payment.terminal}
    if payment.status == PAID:
        details |= {
            "maskedNumber": f"************{payment.card}",
            "cardLabel": "Visa",
            "cardFunding": "debit",
            "cardFingerprint": f"BN895ync4krH6kr9TBhs{payment.card}",
            "receipt": {
                "authorizationCode": "874574",
                "applicationIdentifier": "A0000000031010",
                "cardReadMethod": "contactless",
                "cardVerificationMethod": "no-cvm-required",
            },
        }
    return details


def documentation() -> Document:
    """Return the link that every document has."""
    return {"href": "https://docs.mollie.com/reference", "type": "text/html"}


def instant(at: datetime) -> str:
    """Return a time as Mollie writes it."""
    return at.isoformat(timespec="seconds")
