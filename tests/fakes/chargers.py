"""The way to the charge points as a test wants it: commands are kept, answers are given."""

from dataclasses import dataclass, field
from uuid import UUID

from app.charging.chargers.ports import CommandOutcome, RemoteStart, RemoteStop


@dataclass
class FakeChargers:
    """A `ChargerGateway` that answers what the test says and remembers what it was asked."""

    answers: list[CommandOutcome] = field(default_factory=list)
    starts: list[RemoteStart] = field(default_factory=list)
    stops: list[RemoteStop] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)

    async def remote_start(self, command: RemoteStart) -> CommandOutcome:
        """Remember the start."""
        self.starts.append(command)
        return self._answer()

    async def remote_stop(self, command: RemoteStop) -> CommandOutcome:
        """Remember the stop."""
        self.stops.append(command)
        return self._answer()

    async def ask_state(self, operator_id: UUID, identity: str, evse_no: int) -> CommandOutcome:
        """Remember who was asked."""
        self.asked.append(f"{operator_id}/{identity}/{evse_no}")
        return self._answer()

    def _answer(self) -> CommandOutcome:
        return self.answers.pop(0) if self.answers else CommandOutcome.ACCEPTED
