"""Mollie's signed webhooks: events, kept for whoever asks again."""

import hashlib
import hmac
from collections.abc import Iterator, Sequence
from typing import Final

import msgspec

from app.sandbox.provider.book import news
from app.sandbox.provider.book.bank import Bank
from app.sandbox.provider.book.letters import Letter
from app.sandbox.provider.book.model import (
    AUTHORISED,
    CHARGED_BACK,
    FAILED,
    PAID,
    REFUNDED,
    REVERSED,
    SUCCEEDED,
    Payment,
)
from app.sandbox.provider.book.news import News
from app.sandbox.provider.book.records import EVENT, WEBHOOK, Record
from app.sandbox.provider.exchange import Document
from app.sandbox.provider.mollie.hal import Hal, documentation, instant

TYPES: Final = {
    (news.PAYMENT, PAID): "payment.paid",
    (news.PAYMENT, AUTHORISED): "payment.authorized",
    (news.PAYMENT, FAILED): "payment.failed",
    (news.PAYMENT, "canceled"): "payment.canceled",
    (news.PAYMENT, "expired"): "payment.expired",
    (news.CAPTURE, SUCCEEDED): "capture.succeeded",
    (news.CAPTURE, FAILED): "capture.failed",
    (news.REFUND, REFUNDED): "refund.refunded",
    (news.REFUND, FAILED): "refund.failed",
    (news.DISPUTE, CHARGED_BACK): "chargeback.received",
    (news.DISPUTE, REVERSED): "chargeback.reversed",
}
SIGNATURE: Final = "X-Mollie-Signature"


def event_of(hal: Hal, event: Record) -> Document:
    """Return an event as published, with the whole of what it is about."""
    facts = event.facts
    return {
        "resource": "event",
        "id": event.id,
        "type": facts["type"],
        "entityId": facts["entityId"],
        "createdAt": instant(event.at),
        "_embedded": {"entity": facts["entity"]},
        "_links": {
            "self": hal.link(f"events/{event.id}"),
            "documentation": documentation(),
            "entity": hal.link(str(facts["path"])),
        },
    }


def letters(bank: Bank, payment: Payment, happened: Sequence[News]) -> Iterator[Letter]:
    """Give the signed webhooks about what *happened*, one per subscription and event."""
    hooks = bank.store.records.of(WEBHOOK, payment.account)
    if not hooks:
        return
    for what in happened:
        kind = TYPES.get((what.kind, what.now))
        for hook in hooks:
            if kind is not None and _wants(hook, kind):
                yield _letter(bank, hook, payment, what)


def _letter(bank: Bank, hook: Record, payment: Payment, what: News) -> Letter:
    hal = Hal(str(hook.facts["api"]), str(hook.facts["pages"]))
    origin = bank.origin(payment.account)
    path, entity = _entity(hal, payment, what)
    facts = {
        "type": TYPES[what.kind, what.now],
        "entityId": entity["id"],
        "entity": entity,
        "path": path,
    }
    event = Record(f"event_{origin.new_id}", EVENT, payment.account, payment.id, origin.now, facts)
    bank.store.records.put(event)
    body = msgspec.json.encode(event_of(hal, event))
    return Letter(
        face="mollie",
        url=str(hook.facts["url"]),
        subject=payment.id,
        body=body,
        media_type="application/json",
        headers=((SIGNATURE, signature(body, str(hook.facts["secret"]))),),
    )


def signature(body: bytes, secret: str) -> str:
    """Return what proves that a webhook is Mollie's: HMAC-SHA256 of the raw body."""
    return f"sha256={hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()}"


def _wants(hook: Record, kind: str) -> bool:
    types = hook.facts["eventTypes"]
    return isinstance(types, list) and bool({"*", kind} & set(types))


def _entity(hal: Hal, payment: Payment, what: News) -> tuple[str, Document]:
    path, part = f"payments/{payment.id}", what.part
    if part is None:
        return path, hal.payment(payment)
    write = {news.CAPTURE: hal.capture, news.REFUND: hal.refund, news.DISPUTE: hal.chargeback}
    name = "chargeback" if what.kind == news.DISPUTE else what.kind
    return f"{path}/{name}s/{part.id}", write[what.kind](payment, part)
