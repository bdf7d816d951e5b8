"""What can go wrong with a terminal inside a charge point."""

from typing import ClassVar

from app.kernel.errors import Kind, Problem


class TerminalRefused(Problem):
    """A card that was tapped there pays for nothing of ours."""

    code: ClassVar[str] = "terminal_refused"
    kind: ClassVar[Kind] = Kind.CONFLICT
    title: ClassVar[str] = "This terminal can't take payments now"
