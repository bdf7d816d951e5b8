"""What a payment provider must offer, in our words; the gateways satisfy it."""

from app.funds.payments.ports.answers import (
    Accepted,
    Alternative,
    Declined,
    MethodOffer,
    NotSent,
    Outcome,
    Part,
    PartStatus,
    ProviderAccount,
    ProviderStatus,
    Reading,
    Snapshot,
    StartPayment,
    Strategy,
    Unknown,
    Unsupported,
)
from app.funds.payments.ports.notices import Notice, Notices, OrderedPayment
from app.funds.payments.ports.provider import PaymentProvider

__all__ = [
    "Accepted",
    "Alternative",
    "Declined",
    "MethodOffer",
    "NotSent",
    "Notice",
    "Notices",
    "OrderedPayment",
    "Outcome",
    "Part",
    "PartStatus",
    "PaymentProvider",
    "ProviderAccount",
    "ProviderStatus",
    "Reading",
    "Snapshot",
    "StartPayment",
    "Strategy",
    "Unknown",
    "Unsupported",
]
