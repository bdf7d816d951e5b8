"""What the outside must offer to show codes on displays."""

from typing import Protocol

from app.charging.chargers.model import Evse
from app.charging.chargers.ports import CommandOutcome


class CodeDisplays(Protocol):
    """The way to the displays of charge points. Nothing here raises."""

    async def show_code(self, evse: Evse) -> CommandOutcome:
        """Let the display of *evse* show codes by its newest secret from now on."""
        ...

    async def announce_payment(self, evse: Evse, seconds: int) -> CommandOutcome:
        """Let nobody else begin at *evse* for so long: a driver pays for it on a page."""
        ...


class NoDisplays(CodeDisplays):
    """No charge point can be reached from here."""

    async def show_code(self, evse: Evse) -> CommandOutcome:  # noqa: ARG002 - of the port
        """Show nothing."""
        return CommandOutcome.NOT_SENT

    async def announce_payment(self, evse: Evse, seconds: int) -> CommandOutcome:  # noqa: ARG002 - of the port
        """Tell nobody."""
        return CommandOutcome.NOT_SENT
