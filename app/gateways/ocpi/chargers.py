"""One way to all charge points: ours over OCPP, those of other platforms over OCPI."""

from uuid import UUID

from app.charging.chargers.model import is_elsewhere
from app.charging.chargers.ports import ChargerGateway, CommandOutcome, RemoteStart, RemoteStop


class EitherWay:
    """Hands each command to the gateway that the charge point belongs to; a `ChargerGateway`."""

    def __init__(self, ours: ChargerGateway, others: ChargerGateway) -> None:
        """Command *ours* and *others*."""
        self._ours = ours
        self._others = others

    async def remote_start(self, command: RemoteStart) -> CommandOutcome:
        """Ask for a start."""
        return await self._of(command.identity).remote_start(command)

    async def remote_stop(self, command: RemoteStop) -> CommandOutcome:
        """Ask for a stop."""
        return await self._of(command.identity).remote_stop(command)

    async def ask_state(self, operator_id: UUID, identity: str, evse_no: int) -> CommandOutcome:
        """Ask for a fresh status and meter values."""
        return await self._of(identity).ask_state(operator_id, identity, evse_no)

    def _of(self, identity: str) -> ChargerGateway:
        return self._others if is_elsewhere(identity) else self._ours
