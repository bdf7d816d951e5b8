"""The expected failures of the books."""

from typing import ClassVar

from app.kernel.errors import Kind, Problem


class LedgerKeyReused(Problem):
    """A key that was posted before came again with another content: a bug, and nothing is moved."""

    code: ClassVar[str] = "ledger_key_reused"
    kind: ClassVar[Kind] = Kind.CONFLICT
    title: ClassVar[str] = "This was booked before, with other amounts"


class BalanceTooLow(Problem):
    """A posting would take an account below its floor; nothing of the transaction is done."""

    code: ClassVar[str] = "balance_too_low"
    kind: ClassVar[Kind] = Kind.CONFLICT
    title: ClassVar[str] = "The account does not hold this amount"


class LedgerAccountNotFound(Problem):
    """Nothing was ever posted to an account of this name."""

    code: ClassVar[str] = "ledger_account_not_found"
    kind: ClassVar[Kind] = Kind.NOT_FOUND
    title: ClassVar[str] = "There is no such account"
