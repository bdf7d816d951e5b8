"""The expected failures of payouts."""

from typing import ClassVar

from app.kernel.errors import Kind, Problem


class BankAccountInvalid(Problem):
    """An IBAN or BIC whose form or check digits are wrong, or a holder without a name."""

    code: ClassVar[str] = "bank_account_invalid"
    kind: ClassVar[Kind] = Kind.INVALID
    title: ClassVar[str] = "This is no bank account"


class BankAccountMissing(Problem):
    """It is not known from which account to pay, or to which."""

    code: ClassVar[str] = "bank_account_missing"
    kind: ClassVar[Kind] = Kind.CONFLICT
    title: ClassVar[str] = "A bank account is missing"


class PayoutNotFound(Problem):
    """No payout, or no file of them, has this id."""

    code: ClassVar[str] = "payout_not_found"
    kind: ClassVar[Kind] = Kind.NOT_FOUND
    title: ClassVar[str] = "There is no such payout"


class PayoutOver(Problem):
    """The payout has arrived or was returned already, and now the opposite is said."""

    code: ClassVar[str] = "payout_over"
    kind: ClassVar[Kind] = Kind.CONFLICT
    title: ClassVar[str] = "What became of this payout is known already"
