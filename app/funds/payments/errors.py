"""The expected failures of payments."""

from typing import ClassVar

from app.kernel.errors import Kind, Problem


class PaymentNotFound(Problem):
    """No payment of this operator has this id."""

    code: ClassVar[str] = "payment_not_found"
    kind: ClassVar[Kind] = Kind.NOT_FOUND
    title: ClassVar[str] = "There is no such payment"


class AccountNotFound(Problem):
    """The operator has no provider account, or the one that was asked for is not there."""

    code: ClassVar[str] = "payment_account_not_found"
    kind: ClassVar[Kind] = Kind.UNAVAILABLE
    title: ClassVar[str] = "Payments are not set up for this operator"


class ModeMismatch(Problem):
    """A test key on a live account, or a live key on a test account."""

    code: ClassVar[str] = "payment_mode_mismatch"
    kind: ClassVar[Kind] = Kind.INVALID
    title: ClassVar[str] = "The key does not belong to this mode"


class AmountNotPossible(Problem):
    """More was to be collected or returned than the payment holds."""

    code: ClassVar[str] = "payment_amount_not_possible"
    kind: ClassVar[Kind] = Kind.CONFLICT
    title: ClassVar[str] = "The payment does not cover this amount"


class SecretUnreadable(Problem):
    """A provider secret was sealed with a key that this installation does not have."""

    code: ClassVar[str] = "payment_secret_unreadable"
    kind: ClassVar[Kind] = Kind.UNAVAILABLE
    title: ClassVar[str] = "A provider key cannot be read"


class MeansNotKept(Problem):
    """The means cannot be charged again without the driver, or not now; nothing was paid."""

    code: ClassVar[str] = "means_not_kept"
    kind: ClassVar[Kind] = Kind.CONFLICT
    title: ClassVar[str] = "This means of payment cannot be kept"


class WorkItemNotFound(Problem):
    """The work list has no open item with this id."""

    code: ClassVar[str] = "work_item_not_found"
    kind: ClassVar[Kind] = Kind.NOT_FOUND
    title: ClassVar[str] = "There is no such open item"
