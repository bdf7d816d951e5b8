"""What a payment provider must offer, in our words; the gateways satisfy it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol
from uuid import UUID

from app.kernel.money import Money


class Strategy(StrEnum):
    """How a method funds a session: reserve and capture, or charge and give back the rest."""

    HOLD = "hold"
    PAY_FIRST = "pay_first"


class ProviderStatus(StrEnum):
    """Where a payment stands at its provider."""

    OPEN = "open"
    PENDING = "pending"
    AUTHORISED = "authorised"
    PAID = "paid"
    CANCELLED = "cancelled"
    EXPIRED = "expired"
    FAILED = "failed"


class PartStatus(StrEnum):
    """Where a capture or a refund stands at its provider."""

    PENDING = "pending"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class ProviderAccount:
    """One merchant account of an operator at a provider; *version* changes when the secret does."""

    operator_id: UUID
    account_id: UUID
    provider: str
    mode: str
    secret: str = field(repr=False)
    version: int
    webhook_token: str


@dataclass(frozen=True, slots=True)
class MethodOffer:
    """A way to pay that the provider offers now for this amount."""

    method: str
    label: str
    strategy: Strategy
    minimum: Money | None = None
    maximum: Money | None = None


@dataclass(frozen=True, slots=True)
class StartPayment:
    """What the provider must know to open its page; *key* is the idempotency key."""

    key: str
    reference: str
    amount: Money
    method: str
    strategy: Strategy
    description: str
    return_url: str
    webhook_url: str | None
    locale: str


@dataclass(frozen=True, slots=True)
class Accepted:
    """The provider took the order; what it led to is read with `fetch`."""

    provider_ref: str
    checkout_url: str | None = None


@dataclass(frozen=True, slots=True)
class Declined:
    """The provider understood and refused: sending the same again leads to the same."""

    code: str
    detail: str


@dataclass(frozen=True, slots=True)
class NotSent:
    """
    The provider did not get the order, or asked to slow down: safe to send again.

    *credentials_refused* says that the account's secret was not taken (HTTP 401, 403).
    """

    detail: str
    retry_after_seconds: int | None = None
    credentials_refused: bool = False


@dataclass(frozen=True, slots=True)
class Unknown:
    """Nobody knows whether the order took effect: read first, send the same key again."""

    detail: str


Outcome = Accepted | Declined | NotSent | Unknown


@dataclass(frozen=True, slots=True)
class Part:
    """A capture or a refund as the provider has it."""

    provider_ref: str
    status: PartStatus
    amount: Money


@dataclass(frozen=True, slots=True)
class Snapshot:
    """
    A payment as the provider has it.

    *captured* is what was really taken (Mollie: amountCaptured). *captures* and *refunds* are
    complete: a provider that can't list them now answers Unknown instead. *reference* is ours.
    """

    provider_ref: str
    status: ProviderStatus
    amount: Money
    captured: Money
    refunded: Money
    method: str | None
    checkout_url: str | None
    capture_before: datetime | None
    instrument: str | None
    captures: tuple[Part, ...] = ()
    refunds: tuple[Part, ...] = ()
    reference: str | None = None


Reading = Snapshot | Declined | NotSent | Unknown


class PaymentProvider(Protocol):
    """
    One provider, for all accounts. No method raises for what a provider or a network can do.

    Calls may take long: never inside `Database.work`. Every order carries our idempotency key.
    """

    def strategy(self, method: str, currency: str) -> Strategy | None:
        """Return how *method* funds a session in *currency*, or None when it can't."""
        ...

    async def list_methods(
        self, account: ProviderAccount, *, amount: Money, locale: str, country: str
    ) -> Sequence[MethodOffer]:
        """Return the methods on offer for *amount*; the last good list while there is no answer."""
        ...

    async def start(self, account: ProviderAccount, order: StartPayment) -> Outcome:
        """Open a payment; Accepted carries the address of the provider's page."""
        ...

    async def capture(
        self, account: ProviderAccount, provider_ref: str, amount: Money, *, key: str
    ) -> Outcome:
        """Take *amount* from a hold; Accepted carries the capture's reference."""
        ...

    async def release(self, account: ProviderAccount, provider_ref: str, *, key: str) -> Outcome:
        """Give back what is still held; Declined when nothing is."""
        ...

    async def cancel(self, account: ProviderAccount, provider_ref: str, *, key: str) -> Outcome:
        """Cancel a payment that is still open; Declined when it can't be cancelled."""
        ...

    async def refund(
        self, account: ProviderAccount, provider_ref: str, amount: Money, *, key: str
    ) -> Outcome:
        """Give *amount* of a paid payment back; Accepted carries the refund's reference."""
        ...

    async def fetch(self, account: ProviderAccount, provider_ref: str) -> Reading:
        """Read the payment with its captures and refunds; Declined when there is none."""
        ...

    def parse_webhook(self, headers: Mapping[str, str], body: bytes) -> Sequence[str]:
        """Return the provider references that *body* hints at; none when it is not a webhook."""
        ...
