"""What can be wrong with a question for a price."""

from app.kernel.errors import Kind, Problem


class QuoteInvalid(Problem):
    """The planned session is none: too much, too long, in the past, or in another currency."""

    code = "quote_invalid"
    kind = Kind.INVALID
    title = "Nothing can be quoted for this"
