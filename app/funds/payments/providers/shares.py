"""Who gets how much of a payment that a platform takes for others."""

from dataclasses import dataclass
from typing import Protocol

from app.funds.payments.ports import Outcome, ProviderAccount
from app.kernel.money import Money


@dataclass(frozen=True, slots=True)
class Share:
    """*amount* goes to *account* at the provider; None: it is the platform's commission."""

    account: str | None
    amount: Money
    reference: str


def check_shares(amount: Money, shares: tuple[Share, ...]) -> None:
    """Raise ValueError when *shares* are not all of *amount*."""
    total = Money.zero(amount.currency)
    for share in shares:
        total += share.amount
    if total != amount:
        msg = f"the shares are {total} of {amount}"
        raise ValueError(msg)


class Sharer(Protocol):
    """A provider that divides what was captured between accounts."""

    async def capture_shared(
        self,
        account: ProviderAccount,
        provider_ref: str,
        shares: tuple[Share, ...],
        *,
        key: str,
    ) -> Outcome:
        """Take the sum of *shares* from a hold and give each its own; Accepted names the last."""
        ...
