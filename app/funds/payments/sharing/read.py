"""Look at the shares of operators: what was ordered of each payment, and what became of it."""

from dataclasses import dataclass
from datetime import datetime

from app.funds.payments.model import Payment
from app.funds.payments.record import find
from app.funds.payments.sharing.model import Sharing
from app.funds.payments.sharing.rules import arrived, recalled
from app.funds.payments.sharing.store import latest_shares
from app.infra.database import Work
from app.kernel.money import Money


@dataclass(frozen=True, slots=True)
class ShareSeen:
    """
    What was ordered of a *payment* at a time.

    Of it *given* is with the operator, *owed* is what its provider does not give it (any more), and
    the rest is on its way.
    """

    payment: Payment
    ordered: Sharing
    at: datetime

    @property
    def given(self) -> Money:
        """Return what the operator has got from the provider."""
        return Money(arrived(self.payment), self.ordered.ordered.currency)

    @property
    def owed(self) -> Money:
        """Return what of the share the provider refused, or took back with a refund."""
        return Money(recalled(self.payment), self.ordered.ordered.currency)

    @property
    def on_its_way(self) -> Money:
        """Return what the provider has yet to give; below zero, to take back."""
        return self.ordered.ordered - self.given - self.owed


async def list_shares(work: Work, limit: int) -> list[ShareSeen]:
    """Step: return the latest shares of the work's operator, the newest first."""
    found = await latest_shares(work, limit)
    return [ShareSeen(await find(work, each), ordered, at) for each, ordered, at in found]
