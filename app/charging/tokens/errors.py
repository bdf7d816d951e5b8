"""What may be wrong with tokens."""

from app.kernel.errors import Kind, Problem


class TokenNotFound(Problem):
    """The operator has no such token."""

    code = "token_not_found"
    kind = Kind.NOT_FOUND
    title = "There is no such token"


class TokenInvalid(Problem):
    """What was said of a token cannot be."""

    code = "token_invalid"
    kind = Kind.INVALID
    title = "This token cannot be kept"


class CardRefused(Problem):
    """The number and the code of a card do not belong together, or the card is somebody's."""

    code = "card_refused"
    kind = Kind.FORBIDDEN
    title = "This card could not be added"
