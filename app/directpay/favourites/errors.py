"""What can be wrong with what a driver keeps and waits for."""

from app.kernel.errors import Kind, Problem


class ListFull(Problem):
    """The driver keeps, or waits for, as much as anybody can; the fact `limit` says how much."""

    code = "list_full"
    kind = Kind.CONFLICT
    title = "Take something off the list first"


class FreeAlready(Problem):
    """What somebody wants to wait for is free now."""

    code = "free_already"
    kind = Kind.CONFLICT
    title = "There is a free charging point now"


class WatchNotFound(Problem):
    """The driver waits for nothing with this id."""

    code = "watch_not_found"
    kind = Kind.NOT_FOUND
    title = "You are not waiting for this"
