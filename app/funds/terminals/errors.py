"""The expected failures of terminals."""

from typing import ClassVar

from app.kernel.errors import Kind, Problem


class TerminalNotFound(Problem):
    """The operator has no terminal with this id."""

    code: ClassVar[str] = "terminal_not_found"
    kind: ClassVar[Kind] = Kind.NOT_FOUND
    title: ClassVar[str] = "There is no such terminal"


class TerminalServesAnother(Problem):
    """The terminal takes no payments for this EVSE."""

    code: ClassVar[str] = "terminal_serves_another"
    kind: ClassVar[Kind] = Kind.INVALID
    title: ClassVar[str] = "The terminal does not serve this charging point"


class TerminalOffline(Problem):
    """The terminal's provider does not reach it."""

    code: ClassVar[str] = "terminal_offline"
    kind: ClassVar[Kind] = Kind.UNAVAILABLE
    title: ClassVar[str] = "The terminal is offline"
