"""What is ordered of a provider and what it answers, in our words."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from app.funds.payments.ports.health import HEALTHY, Health
from app.kernel.money import Money


class Strategy(StrEnum):
    """
    How a session is funded.

    HOLD reserves and captures, PAY_FIRST charges and gives back the rest. CHARGE_AFTER takes
    nothing before: a means that the driver left is charged for the price, after the session.
    """

    HOLD = "hold"
    PAY_FIRST = "pay_first"
    CHARGE_AFTER = "charge_after"


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
    """
    One merchant account of an operator at a provider; *version* changes when a secret does.

    *merchant* is what the provider calls it where the secret alone does not tell, *webhook_keys*
    are the keys that sign its webhooks (several while they rotate), *live_prefix* is the part of
    the live address that is the merchant's own. *share_account* is the account there that gets what
    the operator earned. *health* is how calls fared when it was read.
    """

    operator_id: UUID
    account_id: UUID
    provider: str
    mode: str
    secret: str = field(repr=False)
    version: int
    webhook_token: str
    merchant: str | None = None
    webhook_keys: tuple[str, ...] = field(default=(), repr=False)
    live_prefix: str | None = None
    share_account: str | None = None
    health: Health = field(default=HEALTHY, compare=False)


@dataclass(frozen=True, slots=True)
class MethodOffer:
    """A way to pay that the provider offers now for this amount."""

    method: str
    label: str
    strategy: Strategy
    minimum: Money | None = None
    maximum: Money | None = None


@dataclass(frozen=True, slots=True)
class Alternative:
    """Another account for a start that did not arrive; *after_decline*: nor was taken."""

    account_id: UUID
    after_decline: bool


@dataclass(frozen=True, slots=True)
class AtTerminal:
    """
    The card terminal, in its provider's words, that is to ask for a card.

    *waits* says that the order is answered when the card came, or did not; else it is answered at
    once, and the terminal tells later.
    """

    device: str
    waits: bool = False


@dataclass(frozen=True, slots=True)
class StartPayment:
    """
    What the provider must know to open its page; *key* is the idempotency key.

    *country* is where the charging point is, *expires_at* when the page stops taking money.
    *alternatives* are the accounts to try next, which no provider is told.
    *customer* is whom the means is stored for, in the provider's words; None: it is not stored.
    With *token* a means that the customer left is charged, without the driver and without a page.
    With *terminal* the driver pays there, and there is no page.
    """

    key: str
    reference: str
    amount: Money
    method: str
    strategy: Strategy
    description: str
    return_url: str
    webhook_url: str | None
    locale: str
    country: str | None = None
    expires_at: datetime | None = None
    customer: str | None = None
    alternatives: tuple[Alternative, ...] = ()
    terminal: AtTerminal | None = None
    token: str | None = None


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
    *orders_ref* is what later orders name, where that is another thing than the page that was
    opened (Adyen: the authorisation of a session). *authorised* is the hold after it was raised.
    *releases* are told by those who may refuse one later; *chargebacks* is what the bank took
    back, *reversals* what it gave again. *refused_raises* are told by those who refuse one later.
    *fingerprint* is the same whenever the same card pays; a digest, where that is known at all.
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
    orders_ref: str | None = None
    authorised: Money | None = None
    releases: tuple[Part, ...] = ()
    chargebacks: tuple[Part, ...] = ()
    reversals: tuple[Part, ...] = ()
    refused_raises: tuple[Part, ...] = ()
    fingerprint: str | None = None


@dataclass(frozen=True, slots=True)
class Unsupported:
    """The provider can't be asked this: what it says comes by webhook and report."""


Reading = Snapshot | Declined | NotSent | Unknown | Unsupported
