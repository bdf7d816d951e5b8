"""What has to be known from outside: the texts of the domain name system."""

from typing import Protocol


class TextRecords(Protocol):
    """Reads TXT records."""

    async def texts(self, name: str) -> tuple[str, ...] | None:
        """Return the TXT records at *name*, or None where nobody can tell whether there are any."""
        ...


class NoRecords(TextRecords):
    """A world without records: nothing can be proved there."""

    async def texts(self, name: str) -> tuple[str, ...] | None:  # noqa: ARG002
        """Return nothing."""
        return ()
