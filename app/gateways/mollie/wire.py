"""Mollie's answers as typed values, and what they mean in our words."""

import re
from datetime import datetime
from hashlib import sha256
from typing import Final

import msgspec

from app.funds.payments.ports import Part, PartStatus, ProviderStatus, Snapshot
from app.gateways.mollie import amounts
from app.gateways.mollie.capabilities import name_of
from app.kernel.money import Money

STATUSES: Final = {
    "open": ProviderStatus.OPEN,
    "pending": ProviderStatus.PENDING,
    "authorized": ProviderStatus.AUTHORISED,
    "paid": ProviderStatus.PAID,
    "canceled": ProviderStatus.CANCELLED,
    "expired": ProviderStatus.EXPIRED,
    "failed": ProviderStatus.FAILED,
}
PART_STATUSES: Final = {
    "queued": PartStatus.PENDING,
    "pending": PartStatus.PENDING,
    "processing": PartStatus.PENDING,
    "succeeded": PartStatus.SUCCEEDED,
    "refunded": PartStatus.SUCCEEDED,
    "failed": PartStatus.FAILED,
    "canceled": PartStatus.CANCELLED,
}
_LAST_DIGITS: Final = re.compile(r"[0-9A-Z]{4}\Z")


class WireAmount(msgspec.Struct):
    """`{"currency": "EUR", "value": "10.00"}`."""

    currency: str
    value: str

    def money(self) -> Money:
        """Return the amount; raise ValueError when it isn't one."""
        return amounts.read(self.currency, self.value)


class WireLink(msgspec.Struct):
    """Where something is."""

    href: str


class WireLinks(msgspec.Struct):
    """The links of a payment that we follow."""

    checkout: WireLink | None = None
    captures: WireLink | None = None
    refunds: WireLink | None = None


class WireDetails(msgspec.Struct, rename="camel"):
    """What is known of the instrument."""

    card_number: str | None = None
    card_label: str | None = None
    consumer_account: str | None = None
    wallet: str | None = None
    card_fingerprint: str | None = None
    masked_number: str | None = None


class WirePart(msgspec.Struct):
    """A capture or a refund."""

    id: str
    status: str
    amount: WireAmount


class WireEmbedded(msgspec.Struct):
    """What was asked to come along."""

    captures: list[WirePart] = []


class WirePayment(msgspec.Struct, rename="camel"):
    """The fields of a payment that we read."""

    id: str
    status: str
    amount: WireAmount
    amount_captured: WireAmount | None = None
    amount_refunded: WireAmount | None = None
    method: str | None = None
    capture_mode: str | None = None
    capture_before: datetime | None = None
    metadata: object = None
    details: WireDetails | None = None
    links: WireLinks = msgspec.field(name="_links", default_factory=WireLinks)
    embedded: WireEmbedded | None = msgspec.field(name="_embedded", default=None)

    def checkout_url(self) -> str | None:
        """Return the address of Mollie's page for the driver, while the payment is open."""
        return self.links.checkout.href if self.links.checkout else None


class WireNamed(msgspec.Struct):
    """Anything of which only the id matters."""

    id: str


class WireMandate(msgspec.Struct, rename="camel"):
    """A mandate of a customer."""

    id: str
    status: str
    method: str
    details: WireDetails | None = None


class WireTerminal(msgspec.Struct, rename="camel"):
    """A card terminal; *status* is pending, active, inactive or disabled."""

    id: str
    status: str
    description: str
    serial_number: str | None = None


class WireMethod(msgspec.Struct, rename="camel"):
    """A method on offer."""

    id: str
    description: str
    minimum_amount: WireAmount | None = None
    maximum_amount: WireAmount | None = None
    status: str | None = None


def snapshot(payment: WirePayment, refunds: list[WirePart]) -> Snapshot:
    """Return *payment* in our words; raise ValueError when Mollie said something new."""
    captures = payment.embedded.captures if payment.embedded else []
    if payment.links.captures is not None and not captures:
        msg = f"{payment.id}: the captures did not come along"
        raise ValueError(msg)
    return Snapshot(
        provider_ref=payment.id,
        status=_status(payment.status),
        amount=payment.amount.money(),
        captured=_captured(payment),
        refunded=_refunded(payment),
        method=payment.method,
        checkout_url=payment.checkout_url(),
        capture_before=payment.capture_before,
        instrument=instrument(payment),
        captures=tuple(_part(part) for part in reversed(captures)),
        refunds=tuple(_part(part) for part in reversed(refunds)),
        reference=_reference(payment.metadata),
        fingerprint=_fingerprint(payment.details),
    )


def instrument(payment: WirePayment) -> str | None:
    """Return what the driver recognises, `Visa •••• 1234`, or None before anybody paid."""
    if payment.method is None:
        return None
    name = name_of(payment.method)
    details = payment.details or WireDetails()
    if details.card_number and details.card_label:
        card = f"{details.card_label} •••• {details.card_number[-4:]}"
        return f"{name}, {card}" if details.wallet or payment.method == "applepay" else card
    number = details.consumer_account or details.card_number or details.masked_number or ""
    found = _LAST_DIGITS.search(number)
    return f"{name} •••• {found[0]}" if found else name


def _fingerprint(details: WireDetails | None) -> str | None:
    if details is None or details.card_fingerprint is None:
        return None
    return sha256(details.card_fingerprint.encode()).hexdigest()[:32]


def _captured(payment: WirePayment) -> Money:
    # A partly captured hold is `paid` with its whole `amount`: only amountCaptured tells the truth,
    # and only payments that were collected at once have none.
    if payment.amount_captured is not None:
        return payment.amount_captured.money()
    paid = payment.status == "paid" and payment.capture_mode != "manual"
    return payment.amount.money() if paid else Money.zero(payment.amount.currency)


def _refunded(payment: WirePayment) -> Money:
    if payment.amount_refunded is None:
        return Money.zero(payment.amount.currency)
    return payment.amount_refunded.money()


def _part(part: WirePart) -> Part:
    if part.status not in PART_STATUSES:
        msg = f"{part.id}: unknown status {part.status!r}"
        raise ValueError(msg)
    return Part(part.id, PART_STATUSES[part.status], part.amount.money())


def _status(status: str) -> ProviderStatus:
    if status not in STATUSES:
        msg = f"unknown status {status!r}"
        raise ValueError(msg)
    return STATUSES[status]


def _reference(metadata: object) -> str | None:
    reference = metadata.get("reference") if isinstance(metadata, dict) else None
    return reference if isinstance(reference, str) else None
