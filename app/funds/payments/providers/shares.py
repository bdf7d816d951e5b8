"""Who gets how much of a payment that a platform takes for others."""

from dataclasses import dataclass
from typing import Protocol

from app.funds.payments.ports import Outcome, ProviderAccount
from app.kernel.money import Money


@dataclass(frozen=True, slots=True)
class Share:
    """
    *amount* goes to *account* at the provider; None: it is the platform's commission.

    *reference* is the same for a share and for what a refund takes back of it.
    """

    account: str | None
    amount: Money
    reference: str


Shares = tuple[Share, ...]


def total(shares: Shares) -> Money:
    """Return what all *shares* come to; there is at least one."""
    return sum((share.amount for share in shares[1:]), shares[0].amount)


class SharesBack(Protocol):
    """A provider that takes shares back with a refund."""

    async def refund_shared(
        self, account: ProviderAccount, provider_ref: str, shares: Shares, *, key: str
    ) -> Outcome:
        """Give the sum of *shares* back to the driver, and take from each account its own."""
        ...


class SharesAtCapture(SharesBack, Protocol):
    """A provider that divides a payment when it is captured."""

    async def capture_shared(
        self, account: ProviderAccount, provider_ref: str, shares: Shares, *, key: str
    ) -> Outcome:
        """Take the sum of *shares* from a hold and give each its own."""
        ...


class SharesAfterCapture(SharesBack, Protocol):
    """A provider that sends parts of a captured payment on to others."""

    async def route(
        self, account: ProviderAccount, provider_ref: str, share: Share, *, key: str
    ) -> Outcome:
        """
        Send *share* of a captured payment to its account; one that was sent before is found again.

        Accepted carries the route's reference.
        """
        ...
