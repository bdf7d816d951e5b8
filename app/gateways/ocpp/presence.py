"""Tells the other processes, if there are any, which charge points are connected here."""

from typing import Protocol


class Presence(Protocol):
    """Who may want to know where a socket is. Nothing here raises."""

    async def claim(self, identity: str) -> None:
        """Tell that the charge point is connected here."""
        ...

    async def release(self, identity: str) -> None:
        """Tell that it is gone."""
        ...


class NobodyElse(Presence):
    """The presence of the only process."""

    async def claim(self, identity: str) -> None:
        """Tell nobody."""

    async def release(self, identity: str) -> None:
        """Tell nobody."""
