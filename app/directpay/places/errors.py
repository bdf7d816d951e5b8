"""What can be wrong with looking for a place."""

from app.kernel.errors import Kind, Problem


class AreaTooLarge(Problem):
    """There are more locations in the box than can be priced at once."""

    code = "area_too_large"
    kind = Kind.INVALID
    title = "Too many locations to look for a price"
