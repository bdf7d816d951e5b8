"""What can go wrong with the means that drivers keep."""

from app.kernel.errors import Kind, Problem


class MeansNotFound(Problem):
    """The driver keeps no such means, or not any more."""

    code = "means_not_found"
    kind = Kind.NOT_FOUND
    title = "This means of payment is not kept"


class MeansNameInvalid(Problem):
    """What a driver wants to call a means is too long, or has signs that are no text."""

    code = "means_name_invalid"
    kind = Kind.INVALID
    title = "A means of payment cannot be called this"
