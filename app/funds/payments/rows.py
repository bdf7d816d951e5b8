"""Payments and their operations as rows, and back."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, TypeAlias

import msgspec

from app.funds.payments.model import (
    Operation,
    OperationKind,
    OperationState,
    Payment,
    PaymentStatus,
    SeenPart,
)
from app.funds.payments.ports import Origin, SettledBy, StartPayment, Strategy
from app.funds.payments.rules.plan import next_check
from app.funds.payments.sharing.model import Sharing
from app.kernel.money import Money

Row: TypeAlias = dict[str, Any]


def payment_values(one: Payment, now: datetime) -> Row:
    """Return the columns of a payment as it is *now*, with when to look at it again."""
    return {
        "operator_id": one.operator_id,
        "payment_id": one.payment_id,
        "account_id": one.account_id,
        "subject_id": one.subject_id,
        "reference": one.reference,
        "amount_minor": one.amount.minor,
        "currency": one.amount.currency,
        "method": one.method,
        "ordered_strategy": one.ordered_strategy.value,
        "opened_at": one.opened_at,
        "status": one.status.value,
        "provider_ref": one.provider_ref,
        "orders_ref": one.orders_ref,
        "checkout_url": one.checkout_url,
        "instrument": one.instrument,
        "capture_before": one.capture_before,
        "taken_minor": one.taken.minor,
        "captured_minor": one.captured.minor,
        "refunded_minor": one.refunded.minor,
        "held_minor": one.held.minor,
        "keep_minor": None if one.keep is None else one.keep.minor,
        "raised_minor": None if one.raised is None else one.raised.minor,
        "wished_minor": None if one.wished is None else one.wished.minor,
        "origin": one.origin.value,
        "settled_by": one.settled_by.value,
        "device": one.device,
        "fingerprint": one.fingerprint,
        "abandoned": one.abandoned,
        "booked": one.booked,
        "parts": msgspec.to_builtins(one.parts),
        "sharing": None if one.sharing is None else msgspec.to_builtins(one.sharing),
        "changed_at": now,
        "check_at": next_check(one, now),
    }


def operation_values(owner: Payment, one: Operation) -> Row:
    """Return the columns of an operation of its payment *owner*."""
    return {
        "operator_id": owner.operator_id,
        "operation_id": one.operation_id,
        "payment_id": owner.payment_id,
        "number": one.number,
        "kind": one.kind.value,
        "key": one.key,
        "state": one.state.value,
        "created_at": one.created_at,
        "amount_minor": None if one.amount is None else one.amount.minor,
        "currency": None if one.amount is None else one.amount.currency,
        "sent_at": one.sent_at,
        "attempts": one.attempts,
        "provider_ref": one.provider_ref,
        "detail": one.detail,
        "body": None if one.order is None else msgspec.to_builtins(one.order),
        "share_minor": None if one.share is None else one.share.minor,
    }


def payment_of(row: Row, operations: Iterable[Row]) -> Payment:
    """Return the payment of a *row*, with the *operations* of theirs in order."""
    currency = row["currency"]
    return Payment(
        payment_id=row["payment_id"],
        operator_id=row["operator_id"],
        account_id=row["account_id"],
        subject_id=row["subject_id"],
        reference=row["reference"],
        amount=Money(row["amount_minor"], currency),
        method=row["method"],
        ordered_strategy=Strategy(row["ordered_strategy"]),
        opened_at=row["opened_at"],
        taken=Money(row["taken_minor"], currency),
        status=PaymentStatus(row["status"]),
        provider_ref=row["provider_ref"],
        orders_ref=row["orders_ref"],
        checkout_url=row["checkout_url"],
        instrument=row["instrument"],
        capture_before=row["capture_before"],
        parts=msgspec.convert(row["parts"], tuple[SeenPart, ...]),
        keep=_money(row["keep_minor"], currency),
        raised=_money(row["raised_minor"], currency),
        wished=_money(row["wished_minor"], currency),
        origin=Origin(row["origin"]),
        settled_by=SettledBy(row["settled_by"]),
        device=row["device"],
        fingerprint=row["fingerprint"],
        abandoned=row["abandoned"],
        booked=row["booked"],
        sharing=None if row["sharing"] is None else msgspec.convert(row["sharing"], Sharing),
        operations=tuple(_operation_of(one) for one in operations),
    )


def _money(minor: int | None, currency: str) -> Money | None:
    return None if minor is None else Money(minor, currency)


def _operation_of(row: Row) -> Operation:
    return Operation(
        operation_id=row["operation_id"],
        number=row["number"],
        kind=OperationKind(row["kind"]),
        key=row["key"],
        state=OperationState(row["state"]),
        created_at=row["created_at"],
        amount=_money(row["amount_minor"], row["currency"]),
        sent_at=row["sent_at"],
        attempts=row["attempts"],
        provider_ref=row["provider_ref"],
        detail=row["detail"],
        order=None if row["body"] is None else msgspec.convert(row["body"], StartPayment),
        share=_money(row["share_minor"], row["currency"]),
    )
