"""What an answer of Adyen's that carries a result says of a payment."""

from dataclasses import replace
from typing import Final

from app.funds.payments.ports import (
    Accepted,
    Declined,
    OrderedPayment,
    Outcome,
    ProviderStatus,
    Snapshot,
    Strategy,
    Unknown,
)
from app.gateways.adyen.wire import WirePaid, WireResult
from app.gateways.adyen.words import instrument, method_of, strategy_of
from app.kernel.money import Money

_SESSIONS: Final = {
    "active": ProviderStatus.OPEN,
    "paymentPending": ProviderStatus.PENDING,
    # Paid, but by what is only told by the webhook.
    "completed": ProviderStatus.PENDING,
    "refused": ProviderStatus.FAILED,
    "canceled": ProviderStatus.CANCELLED,
    "expired": ProviderStatus.EXPIRED,
}
_DETAILS: Final = {
    "Authorised": ProviderStatus.AUTHORISED,
    "Pending": ProviderStatus.PENDING,
    "Received": ProviderStatus.PENDING,
    "Refused": ProviderStatus.FAILED,
    "Error": ProviderStatus.FAILED,
    "Cancelled": ProviderStatus.CANCELLED,
}
_TAKEN: Final = frozenset({"Authorised", "Pending", "Received"})
_REFUSED: Final = frozenset({"Refused", "Cancelled"})


def of_session(ordered: OrderedPayment, result: WireResult) -> Snapshot:
    """Return how the session stands; raise ValueError when Adyen said something new."""
    if result.status not in _SESSIONS:
        msg = f"unknown status {result.status!r}"
        raise ValueError(msg)
    if result.reference not in (None, ordered.reference):
        msg = f"the session {result.id} is of {result.reference}"
        raise ValueError(msg)
    snapshot = _nothing(ordered, result.id, _SESSIONS[result.status])
    paid = next((each for each in result.payments if each.result_code == "Authorised"), None)
    return _secured(ordered, snapshot, paid) if paid and paid.psp_reference else snapshot


def of_details(ordered: OrderedPayment, paid: WirePaid) -> Snapshot:
    """Return how a payment without a session stands; raise ValueError when it is another one."""
    if paid.merchant_reference != ordered.reference or paid.result_code not in _DETAILS:
        msg = f"{paid.merchant_reference} is {paid.result_code}"
        raise ValueError(msg)
    snapshot = _nothing(ordered, paid.psp_reference or "", _DETAILS[paid.result_code])
    return _secured(ordered, snapshot, paid) if paid.result_code == "Authorised" else snapshot


def of_charge(paid: WirePaid) -> Outcome:
    """Return what came of a charge without the driver."""
    if paid.result_code in _TAKEN and paid.psp_reference:
        return Accepted(paid.psp_reference)
    reason = paid.refusal_reason or str(paid.result_code)
    if paid.result_code in _REFUSED:
        return Declined("refused", reason)
    if paid.result_code == "Error":
        return Unknown(reason)
    return Declined("needs_driver", reason)


def _nothing(ordered: OrderedPayment, provider_ref: str, status: ProviderStatus) -> Snapshot:
    nothing = Money.zero(ordered.amount.currency)
    return Snapshot(
        provider_ref=ordered.provider_ref or provider_ref,
        status=status,
        amount=ordered.amount,
        captured=nothing,
        refunded=nothing,
        method=None,
        checkout_url=None,
        capture_before=None,
        instrument=None,
        reference=ordered.reference,
    )


def _secured(ordered: OrderedPayment, snapshot: Snapshot, paid: WirePaid) -> Snapshot:
    amount = paid.amount.money() if paid.amount else ordered.amount
    means = paid.payment_method
    kind = (means.brand or means.type) if means else None
    method = method_of(kind) if kind else None
    strategy = strategy_of(method or ordered.method, amount.currency)
    held = strategy is Strategy.HOLD and ordered.strategy is Strategy.HOLD
    return replace(
        snapshot,
        status=ProviderStatus.AUTHORISED if held else ProviderStatus.PAID,
        amount=amount,
        captured=Money.zero(amount.currency) if held else amount,
        method=method,
        instrument=instrument(kind, None) if kind else None,
        orders_ref=paid.psp_reference,
    )
