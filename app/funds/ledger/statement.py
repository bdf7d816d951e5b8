"""The statement of an account: what it held, what moved it, and what it holds."""

from dataclasses import dataclass
from datetime import datetime

from app.funds.ledger import store
from app.funds.ledger.chart import Account, AccountKind
from app.funds.ledger.errors import LedgerAccountNotFound
from app.funds.ledger.model import AccountKey, Movement
from app.infra.database import Work
from app.kernel.money import Money


@dataclass(frozen=True, slots=True)
class Statement:
    """An account between two instants; balances are on the account's own side."""

    key: AccountKey
    since: datetime
    until: datetime
    opening: Money
    movements: tuple[Movement, ...]

    @property
    def closing(self) -> Money:
        """Return the balance at the end."""
        total = self.opening
        for movement in self.movements:
            total += movement.amount
        return total


async def statement_of(work: Work, key: AccountKey, since: datetime, until: datetime) -> Statement:
    """
    Step: return the statement of what was recorded from *since* and before *until*.

    Raises LedgerAccountNotFound for an account to which nothing was ever posted.
    """
    if not await store.exists(work, key):
        raise LedgerAccountNotFound("nothing was ever posted to it", account=str(key.account))
    opening = await store.opening(work, key, since)
    moved = await store.movements(work, key, since, until)
    return Statement(key, since, until, opening, tuple(moved))


def read_account(name: str) -> Account:
    """Return the account of a name such as `vat_payable:NL:21`. Raises LedgerAccountNotFound."""
    kind, _, owner = name.partition(":")
    if kind not in set(AccountKind):
        raise LedgerAccountNotFound(f"{kind!r} is no kind of account", account=name)
    return Account(AccountKind(kind), owner)
