"""What can be wrong with a session."""

from typing import ClassVar

from app.kernel.errors import Kind, Problem


class SessionNotFound(Problem):
    """The operator has no session with this id."""

    code: ClassVar[str] = "session_not_found"
    kind: ClassVar[Kind] = Kind.NOT_FOUND
    title: ClassVar[str] = "There is no such session"


class TransactionNotFound(Problem):
    """The charge point has no transaction with this id."""

    code: ClassVar[str] = "transaction_not_found"
    kind: ClassVar[Kind] = Kind.NOT_FOUND
    title: ClassVar[str] = "There is no such transaction"
