"""Who takes the price of a secured payment, and gives back the rest."""

from typing import Protocol

from app.funds.payments.ports.answers import Outcome, ProviderAccount
from app.kernel.money import Money


class Settler(Protocol):
    """
    Settles authorisations. Neither method raises for what the other side or a network can do.

    A provider does it at once. Where a terminal or its provider settles by itself (`settled_by`),
    Accepted says that the amount is awaited, and its notice tells what was really taken.
    """

    async def capture(
        self, account: ProviderAccount, provider_ref: str, amount: Money, *, key: str
    ) -> Outcome:
        """Take *amount* from a hold; Accepted carries the capture's reference."""
        ...

    async def release(self, account: ProviderAccount, provider_ref: str, *, key: str) -> Outcome:
        """Give back what is still held; Declined when nothing is."""
        ...
