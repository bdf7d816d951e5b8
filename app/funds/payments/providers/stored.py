"""Means that a driver left with a provider, to be charged later without the driver."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from app.funds.payments.ports import (
    Declined,
    NotSent,
    Outcome,
    ProviderAccount,
    StartPayment,
    Unknown,
)
from app.kernel.money import Money


@dataclass(frozen=True, slots=True)
class StoredMeans:
    """A card or an account of a driver: the provider's *token* and what the driver recognises."""

    token: str
    method: str
    instrument: str


@dataclass(frozen=True, slots=True)
class StoredCharge:
    """
    A payment with the *token* of a *customer*, who is not there to confirm it.

    *key* is the idempotency key, *reference* ours, as in `StartPayment`.
    """

    key: str
    reference: str
    amount: Money
    customer: str
    token: str
    description: str
    return_url: str
    webhook_url: str | None = None


def charge_of(order: StartPayment) -> StoredCharge:
    """Return the charge that a start with a `token` asks for."""
    assert order.customer is not None, "a token is a customer's"  # noqa: S101
    assert order.token is not None, "else it is no charge"  # noqa: S101
    return StoredCharge(
        key=order.key,
        reference=order.reference,
        amount=order.amount,
        customer=order.customer,
        token=order.token,
        description=order.description,
        return_url=order.return_url,
        webhook_url=order.webhook_url,
    )


class MeansKeeper(Protocol):
    """A provider that stores means; a means is stored by a start with its `customer`."""

    async def open_customer(self, account: ProviderAccount, reference: str, *, key: str) -> Outcome:
        """Make *reference*, which names nobody, known; Accepted carries what to call it there."""
        ...

    async def stored_means(
        self, account: ProviderAccount, customer: str
    ) -> Sequence[StoredMeans] | Declined | NotSent | Unknown:
        """Return what *customer* left and can be charged."""
        ...

    async def charge(self, account: ProviderAccount, order: StoredCharge) -> Outcome:
        """Charge a stored means; Accepted carries the payment, whose outcome comes as always."""
        ...

    async def forget(
        self, account: ProviderAccount, customer: str, token: str, *, key: str
    ) -> Outcome:
        """Delete a stored means; one that is gone already counts as forgotten."""
        ...
