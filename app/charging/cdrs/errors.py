"""What can be wrong with a charge detail record."""

from typing import ClassVar

from app.kernel.errors import Kind, Problem


class SessionStillRunning(Problem):
    """A record was wanted of a session that is not over."""

    code: ClassVar[str] = "session_still_running"
    kind: ClassVar[Kind] = Kind.CONFLICT
    title: ClassVar[str] = "This session is not over"


class CdrNotFound(Problem):
    """The session has no charge detail record."""

    code: ClassVar[str] = "cdr_not_found"
    kind: ClassVar[Kind] = Kind.NOT_FOUND
    title: ClassVar[str] = "There is no such charge detail record"
