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


class SharesAtCapture(Protocol):
    """A provider that divides a payment when it is captured."""

    async def capture_shared(
        self,
        account: ProviderAccount,
        provider_ref: str,
        shares: tuple[Share, ...],
        *,
        key: str,
    ) -> Outcome:
        """Take the sum of *shares* from a hold and give each its own."""
        ...


class SharesAfterCapture(Protocol):
    """A provider that sends parts of a captured payment on to others."""

    async def route(
        self, account: ProviderAccount, provider_ref: str, share: Share, *, key: str
    ) -> Outcome:
        """Send *share* of a captured payment to its account."""
        ...
