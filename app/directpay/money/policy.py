"""What happens when a hold is nearly used up: the operator's rule, and how far a hold may grow."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from app.directpay.money import store
from app.infra.database import Work
from app.kernel.money import Money


class WhenUsedUp(StrEnum):
    """
    What an operator does when a hold is nearly used up.

    STOP charges no further, OFFER lets the driver add more, RAISE also asks for more by itself
    where the hold can grow without the driver.
    """

    STOP = "stop"
    OFFER = "offer"
    RAISE = "raise"


@dataclass(frozen=True, slots=True)
class HoldPolicy:
    """How much is added at a time, and how much a session may hold at *most*."""

    add: Money
    most: Money
    when_used_up: WhenUsedUp = WhenUsedUp.OFFER

    def next_step(self, held: Money) -> Money | None:
        """Return what can be added to *held*, or None: it is as large as it may be."""
        if self.when_used_up is WhenUsedUp.STOP or held.currency != self.add.currency:
            return None
        return self.add if held + self.add <= self.most else None


# Without a word in the operator file: what fills a large battery, in steps that most agree to.
USUAL: Final = HoldPolicy(add=Money(2500, "EUR"), most=Money(15_000, "EUR"))


async def hold_policy(work: Work) -> HoldPolicy:
    """Step: return the operator's rule, or the usual one."""
    row = await store.find_policy(work)
    if row is None:
        return USUAL
    add, most, currency, when = row
    return HoldPolicy(Money(add, currency), Money(most, currency), WhenUsedUp(when))


async def save_hold_policy(work: Work, policy: HoldPolicy) -> bool:
    """Step: make *policy* the operator's rule; tell whether it changed."""
    if policy == await hold_policy(work):
        return False
    when = policy.when_used_up.value
    await store.put_policy(work, (policy.add.minor, policy.most.minor, policy.add.currency, when))
    return True
