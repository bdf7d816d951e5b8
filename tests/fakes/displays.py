"""Displays that remember what they were told."""

from dataclasses import dataclass, field

from app.charging.chargers.display.ports import CodeDisplays
from app.charging.chargers.model import Evse
from app.charging.chargers.ports import CommandOutcome


@dataclass
class FakeDisplays(CodeDisplays):
    """EVSEs with the secret that they were given, and with how long somebody pays there."""

    shown: list[tuple[str, int]] = field(default_factory=list)
    announced: list[tuple[str, int]] = field(default_factory=list)

    async def show_code(self, evse: Evse) -> CommandOutcome:
        """Remember the number of the secret."""
        assert evse.display is not None
        self.shown.append((evse.evse_uid, evse.display.rotation))
        return CommandOutcome.ACCEPTED

    async def announce_payment(self, evse: Evse, seconds: int) -> CommandOutcome:
        """Remember the seconds."""
        self.announced.append((evse.evse_uid, seconds))
        return CommandOutcome.ACCEPTED
