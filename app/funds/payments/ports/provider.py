"""What a payment provider must offer; the gateways satisfy it."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Protocol

from app.funds.payments.ports.answers import (
    MethodOffer,
    Outcome,
    ProviderAccount,
    Reading,
    StartPayment,
    Strategy,
)
from app.funds.payments.ports.notices import Notice, Notices, OrderedPayment
from app.funds.payments.ports.settler import Settler
from app.kernel.money import Money


class PaymentProvider(Settler, Protocol):
    """
    One provider, for all accounts. No method raises for what a provider or a network can do.

    Calls may take long: never inside `Database.work`. Every order carries our idempotency key.
    *key_life* is how long the provider knows a key again; past it nothing is sent twice. It is
    None where a reading tells before the order is repeated. *signs_webhooks* says that webhooks
    are signed notices (`read_notices`, `recall`), else they are hints (`parse_webhook`).
    """

    @property
    def key_life(self) -> timedelta | None:
        """Return how long a repeated key is known, or None."""
        ...

    @property
    def signs_webhooks(self) -> bool:
        """Tell whether webhooks are signed notices."""
        ...

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

    async def cancel(self, account: ProviderAccount, provider_ref: str, *, key: str) -> Outcome:
        """Cancel a payment that is still open; Declined when it can't be cancelled."""
        ...

    async def refund(
        self, account: ProviderAccount, provider_ref: str, amount: Money, *, key: str
    ) -> Outcome:
        """Give *amount* of a paid payment back; Accepted carries the refund's reference."""
        ...

    async def raise_hold(
        self, account: ProviderAccount, provider_ref: str, amount: Money, *, key: str
    ) -> Outcome:
        """Make *amount* the whole of a hold; Declined with `not_supported` where it can't grow."""
        ...

    async def fetch(self, account: ProviderAccount, provider_ref: str) -> Reading:
        """Read the payment with its captures and refunds; Declined when there is none."""
        ...

    async def come_back(
        self, account: ProviderAccount, ordered: OrderedPayment, query: Mapping[str, str]
    ) -> Reading:
        """Read what the *query* of the driver's return refers to; Unsupported: to nothing."""
        ...

    def parse_webhook(self, headers: Mapping[str, str], body: bytes) -> Sequence[str]:
        """Return the provider references that *body* hints at; none when it is not a webhook."""
        ...

    def signature_of(self, headers: Mapping[str, str]) -> str | None:
        """Return the signature that a hint carries, or None: then nobody vouches for it."""
        ...

    def vouches(self, account: ProviderAccount, signature: str, body: bytes) -> bool:
        """Tell whether *signature* was made over *body* with a key of *account*."""
        ...

    def read_notices(self, account: ProviderAccount, body: bytes) -> Notices:
        """Return the signed items of *body* that are for *account*; the others are left out."""
        ...

    def recall(self, ordered: OrderedPayment, notices: Sequence[Notice]) -> Reading:
        """Return what all *notices* of a payment come to, in whatever order; pure."""
        ...

    def is_down(self, account: ProviderAccount) -> bool:
        """Tell whether *account* takes no payments now: the last calls had no answer."""
        ...

    async def ping(self, account: ProviderAccount) -> bool:
        """Ask something that changes nothing, and tell whether there was an answer."""
        ...
