"""Read what a platform owes and is owed."""

from dataclasses import dataclass

from app.infra.database import Work
from app.kernel.money import Money
from app.roaming.debts import store
from app.roaming.debts.model import Side
from app.roaming.platforms.model import Platform


@dataclass(frozen=True, slots=True)
class Balance:
    """What CDRs of one side come to in one currency; with a *doubt* they are not owed."""

    side: Side
    amount: Money
    number: int
    doubt: str


async def balances_of(work: Work, platform: Platform) -> list[Balance]:
    """Return what *platform* owes and is owed by all CDRs, by side, currency and doubt. A step."""
    return [
        Balance(side, Money(minor, currency), number, doubt)
        for side, currency, doubt, number, minor in await store.balances(work, platform.platform_id)
    ]
