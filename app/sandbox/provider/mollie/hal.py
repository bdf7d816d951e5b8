"""Answers in hal+json, as Mollie publishes them."""

from collections.abc import Sequence
from datetime import datetime
from http import HTTPStatus
from urllib.parse import quote

from app.kernel.money import Money
from app.sandbox.provider.book.methods import Method, limits
from app.sandbox.provider.book.model import AUTHORISED, FAILED, OPEN, PAID, Part, Payment
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
        """Return *payment*; *embed* may be `captures` or `refunds`."""
        document: Document = {
            "resource": "payment",
            "id": payment.id,
            "mode": "test",
            "createdAt": _instant(payment.created_at),
            "amount": written(payment.amount),
            "description": payment.description,
            "metadata": payment.metadata,
            "status": payment.status,
            "isCancelable": payment.status == OPEN,
            "profileId": f"pfl_{payment.account[:10]}",
            "sequenceType": "oneoff",
            "redirectUrl": payment.redirect_url,
            "webhookUrl": payment.webhook_url,
            "locale": payment.locale,
            "captureMode": payment.capture_mode,
            "_links": self._payment_links(payment),
        }
        if payment.method is not None:
            document["method"] = payment.method
        document.update(_instants(payment))
        document.update(_amounts(payment))
        document.update(_details(payment))
        if embed == "captures":
            document["_embedded"] = {"captures": self._parts("capture", payment)}
        elif embed == "refunds":
            document["_embedded"] = {"refunds": self._parts("refund", payment)}
        return document

    def payments(self, payments: Sequence[Payment], path: str, after: str | None) -> Document:
        """Return one page of *payments*; *after* is the first id of the next page."""
        found: list[object] = [self.payment(payment) for payment in payments]
        following = f"{path}?from={after}&limit={len(payments)}" if after else None
        return self._list("payments", found, path, following)

    def capture(self, payment: Payment, part: Part) -> Document:
        """Return one capture."""
        return self._part("capture", payment, part)

    def refund(self, payment: Payment, part: Part) -> Document:
        """Return one refund."""
        return self._part("refund", payment, part)

    def captures(self, payment: Payment) -> Document:
        """Return the captures of *payment*."""
        path = f"payments/{payment.id}/captures"
        return self._list("captures", self._parts("capture", payment), path, None)

    def refunds(self, payment: Payment) -> Document:
        """Return the refunds of *payment*."""
        path = f"payments/{payment.id}/refunds"
        return self._list("refunds", self._parts("refund", payment), path, None)

    def methods(self, methods: Sequence[Method], currency: str) -> Document:
        """Return *methods* with their limits in *currency*."""
        found: list[object] = [self._method(method, currency) for method in methods]
        links: Document = {"self": self._link("methods"), "documentation": _documentation()}
        return {"count": len(found), "_embedded": {"methods": found}, "_links": links}

    def _payment_links(self, payment: Payment) -> Document:
        links: Document = {
            "self": self._link(f"payments/{payment.id}"),
            "dashboard": {"href": f"{self.pages}/#{payment.id}", "type": "text/html"},
            "documentation": _documentation(),
        }
        if payment.status == OPEN:
            href = f"{self.pages}/checkout/{quote(payment.token)}"
            links["checkout"] = {"href": href, "type": "text/html"}
        if payment.captures:
            links["captures"] = self._link(f"payments/{payment.id}/captures")
        if payment.refunds:
            links["refunds"] = self._link(f"payments/{payment.id}/refunds")
        return links

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
            "createdAt": _instant(part.created_at),
            "_links": {
                "self": self._link(f"{path}/{kind}s/{part.id}"),
                "payment": self._link(path),
                "documentation": _documentation(),
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
            "_links": {"self": self._link(f"methods/{method.id}")},
        }

    def _list(self, name: str, found: list[object], path: str, following: str | None) -> Document:
        links: Document = {
            "self": self._link(path),
            "previous": None,
            "next": self._link(following) if following else None,
            "documentation": _documentation(),
        }
        return {"count": len(found), "_embedded": {name: found}, "_links": links}

    def _link(self, path: str) -> Document:
        return {"href": f"{self.api}/v2/{path}", "type": HAL}


def problem(status: int, detail: str, field: str | None = None) -> Document:
    """Return the published form of an error."""
    document: Document = {
        "status": status,
        "title": HTTPStatus(status).phrase,
        "detail": detail,
        "_links": {"documentation": _documentation()},
    }
    if field is not None:
        document["field"] = field
    return document


def _instants(payment: Payment) -> Document:
    times: Document = {}
    if payment.status == OPEN:
        times["expiresAt"] = _instant(payment.expires_at)
    if payment.authorised_at is not None and payment.capture_mode == "manual":
        times["authorizedAt"] = _instant(payment.authorised_at)
    if payment.status == AUTHORISED and payment.capture_before is not None:
        times["captureBefore"] = _instant(payment.capture_before)
    if payment.status == PAID and payment.status_at is not None:
        times["paidAt"] = _instant(payment.status_at)
    if payment.status in _STATUS_FIELD and payment.status_at is not None:
        times[_STATUS_FIELD[payment.status]] = _instant(payment.status_at)
    return times


def _amounts(payment: Payment) -> Document:
    found: Document = {}
    if payment.capture_mode == "manual" and payment.authorised_at is not None:
        found["amountCaptured"] = written(payment.captured())
    if payment.status == PAID:
        left: Money = payment.captured() - payment.refunded()
        found["amountRefunded"] = written(payment.refunded())
        found["amountRemaining"] = written(left)
    return found


def _details(payment: Payment) -> Document:
    card = payment.method in ("creditcard", "applepay")
    if payment.status == FAILED and card:
        return {"details": {"failureReason": payment.failure_reason}}
    if payment.status in (AUTHORISED, PAID) and card:
        wallet: Document = {"wallet": "applepay"} if payment.method == "applepay" else {}
        numbers: Document = {"cardNumber": "1234", "cardLabel": "Visa", "cardSecurity": "3dsecure"}
        return {"details": {**numbers, **wallet}}
    if payment.status == PAID and payment.method in ("ideal", "bancontact"):
        return {"details": {"consumerAccount": "NL53INGB0654422370"}}
    return {}


def _documentation() -> Document:
    return {"href": "https://docs.mollie.com/reference", "type": "text/html"}


def _instant(at: datetime) -> str:
    return at.isoformat(timespec="seconds")
