"""Tells the other processes, if there are any, which charge points are connected here."""

from contextlib import AbstractAsyncContextManager
from typing import Protocol

from app.gateways.ocpp.commands import Commands


class Presence(Protocol):
    """Who may want to know where a socket is. Nothing here raises."""

    async def claim(self, identity: str) -> None:
        """Tell that the charge point is connected here."""
        ...

    async def release(self, identity: str) -> None:
        """Tell that it is gone."""
        ...


class Together(Commands, Presence, Protocol):
    """The processes as one: commands reach each socket, and each knows where a socket is."""

    def running(self) -> AbstractAsyncContextManager[None]:
        """Listen to the others and show them signs of life, as long as the block lasts."""
        ...


class NobodyElse(Presence):
    """The presence of the only process."""

    async def claim(self, identity: str) -> None:
        """Tell nobody."""

    async def release(self, identity: str) -> None:
        """Tell nobody."""
