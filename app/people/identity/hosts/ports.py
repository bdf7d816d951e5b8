"""What has to be known from outside: the texts of the domain name system."""

from typing import Protocol


class TextRecords(Protocol):
    """Reads TXT records."""

    async def texts(self, name: str) -> tuple[str, ...]:
        """Return the TXT records at *name*; none where there are none or nobody answers."""
        ...


class NoRecords(TextRecords):
    """A world without records: nothing can be proved there."""

    async def texts(self, name: str) -> tuple[str, ...]:  # noqa: ARG002
        """Return nothing."""
        return ()
