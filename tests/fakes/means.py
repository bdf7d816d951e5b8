"""Stored means in memory, beside the provider in memory: what drivers left is charged there."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from app.funds.payments.ports import (
    Accepted,
    Declined,
    NotSent,
    Outcome,
    ProviderAccount,
    StartPayment,
    Strategy,
    Unknown,
)
from app.funds.payments.providers.stored import StoredCharge, StoredMeans
from tests.fakes.provider import FakeProvider


@dataclass
class FakeKeeper:
    """
    Keeps what was paid with for a customer at *provider*, and charges it there.

    *declines* is how many of the next charges the bank refuses, *answers* are given instead of the
    next ones: with Unknown the charge was made, with NotSent it was not. *slow* charges stay open
    until the test approves them.
    """

    provider: FakeProvider
    declines: int = 0
    slow: bool = False
    answers: list[Unknown | NotSent] = field(default_factory=list)
    charges: list[StoredCharge] = field(default_factory=list)
    forgotten: list[str] = field(default_factory=list)

    async def open_customer(self, account: ProviderAccount, reference: str, *, key: str) -> Outcome:
        """Name the customer after *reference*; `charge` faults are not for this."""
        return Accepted(f"cst_{reference}")

    async def stored_means(
        self, account: ProviderAccount, customer: str
    ) -> Sequence[StoredMeans] | Declined | NotSent | Unknown:
        """List what paid once for *customer*."""
        return [
            StoredMeans(f"mdt_{ref}", order.method, "Visa •••• 1234")
            for ref, order in self.provider.orders.items()
            if order.customer == customer and order.token is None
            # Whoever paid once left it, also when the money went back.
            if self.provider.snapshots[ref].instrument is not None
            if f"mdt_{ref}" not in self.forgotten
        ]

    async def charge(self, account: ProviderAccount, order: StoredCharge) -> Outcome:
        """Open a payment that is paid at once, or declined."""
        self.charges.append(order)
        answer = self.answers.pop(0) if self.answers else None
        if isinstance(answer, NotSent):
            return answer
        if self.declines:
            self.declines -= 1
            return Declined("refused", "not enough money")
        made = await self.provider.start(account, _start_of(order))
        if isinstance(made, Accepted) and not self.slow:
            self.provider.approve(made.provider_ref)
        return answer or (replace(made, checkout_url=None) if isinstance(made, Accepted) else made)

    async def forget(
        self, account: ProviderAccount, customer: str, token: str, *, key: str
    ) -> Outcome:
        """Keep *token* no longer."""
        self.forgotten.append(token)
        return Accepted(token)


def _start_of(order: StoredCharge) -> StartPayment:
    return StartPayment(
        key=order.key,
        reference=order.reference,
        amount=order.amount,
        method="creditcard",
        strategy=Strategy.PAY_FIRST,
        description=order.description,
        return_url=order.return_url,
        webhook_url=order.webhook_url,
        locale="en",
        customer=order.customer,
        token=order.token,
    )
