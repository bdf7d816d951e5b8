"""What can go wrong with a driver's credit."""

from app.kernel.errors import Kind, Problem


class CreditTooLow(Problem):
    """There is less credit than was to be used; nothing is reserved."""

    code = "credit_too_low"
    kind = Kind.PAYMENT_REFUSED
    title = "There is not enough credit"


class WalletFrozen(Problem):
    """The bank took a top-up back: until a person has looked at it, the credit cannot be used."""

    code = "wallet_frozen"
    kind = Kind.FORBIDDEN
    title = "This credit cannot be used now"


class WalletNotFound(Problem):
    """The driver has no credit in this currency, and never had."""

    code = "wallet_not_found"
    kind = Kind.NOT_FOUND
    title = "There is no such wallet"


class GrantInvalid(Problem):
    """A gift of credit that cannot be: no amount, an end in the past, or known with other terms."""

    code = "grant_invalid"
    kind = Kind.INVALID
    title = "This credit cannot be given"


class TopUpRefused(Problem):
    """Credit cannot be bought this way: the operator sells none, or not so much, or not for it."""

    code = "top_up_refused"
    kind = Kind.CONFLICT
    title = "This credit cannot be bought"


class TopUpNotFound(Problem):
    """The driver has begun no top-up with this id."""

    code = "top_up_not_found"
    kind = Kind.NOT_FOUND
    title = "There is no such top-up"


class WalletOfferInvalid(Problem):
    """The terms on which an operator sells credit contradict themselves."""

    code = "wallet_offer_invalid"
    kind = Kind.INVALID
    title = "This cannot be sold as credit"


class NothingToRefund(Problem):
    """There is no bought credit left that could go back, or it has just been used."""

    code = "nothing_to_refund"
    kind = Kind.CONFLICT
    title = "There is no bought credit to give back"
