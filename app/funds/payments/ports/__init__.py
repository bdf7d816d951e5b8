"""What a payment provider must offer, in our words; the gateways satisfy it."""

from app.funds.payments.ports.answers import (
    Accepted,
    Alternative,
    AtTerminal,
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
from app.funds.payments.ports.devices import (
    AuthorisationSource,
    CardReading,
    CardSeen,
    DeviceStatus,
    NoCard,
    PromptDevice,
    Screen,
    StillAsking,
)
from app.funds.payments.ports.fuses import FAILURES, PAUSE, Fuses
from app.funds.payments.ports.health import HEALTHY, Health
from app.funds.payments.ports.notices import Notice, Notices, OrderedPayment, PromptName
from app.funds.payments.ports.origins import Origin, SettledBy
from app.funds.payments.ports.provider import PaymentProvider
from app.funds.payments.ports.settler import Settler

__all__ = [
    "FAILURES",
    "HEALTHY",
    "PAUSE",
    "Accepted",
    "Alternative",
    "AtTerminal",
    "AuthorisationSource",
    "CardReading",
    "CardSeen",
    "Declined",
    "DeviceStatus",
    "Fuses",
    "Health",
    "MethodOffer",
    "NoCard",
    "NotSent",
    "Notice",
    "Notices",
    "OrderedPayment",
    "Origin",
    "Outcome",
    "Part",
    "PartStatus",
    "PaymentProvider",
    "PromptDevice",
    "PromptName",
    "ProviderAccount",
    "ProviderStatus",
    "Reading",
    "Screen",
    "SettledBy",
    "Settler",
    "Snapshot",
    "StartPayment",
    "StillAsking",
    "Strategy",
    "Unknown",
    "Unsupported",
]
