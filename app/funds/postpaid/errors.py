"""What may be wrong with accounts that pay later."""

from app.kernel.errors import Kind, Problem


class ChargeAccountNotFound(Problem):
    """The operator has no such account."""

    code = "charge_account_not_found"
    kind = Kind.NOT_FOUND
    title = "There is no such account"


class ChargeAccountInvalid(Problem):
    """What was said of an account cannot be."""

    code = "charge_account_invalid"
    kind = Kind.INVALID
    title = "This account cannot be kept"


class AccountExhausted(Problem):
    """The account has ended, or owes as much as it may."""

    code = "account_exhausted"
    kind = Kind.PAYMENT_REFUSED
    title = "This account cannot pay now"
