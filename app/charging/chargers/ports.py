"""What the outside must offer to command a charge point."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol
from uuid import UUID


class CommandOutcome(StrEnum):
    """What came of a command; UNKNOWN means sent and not answered, NOT_SENT means never sent."""

    ACCEPTED = "accepted"
    REJECTED = "rejected"
    NOT_SENT = "not_sent"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class RemoteStart:
    """Start a transaction for a one-time idTag (1.6) or remoteStartId (2.x) on one EVSE."""

    operator_id: UUID
    identity: str
    evse_no: int
    ocpp16_connector_id: int
    id_tag: str
    remote_start_id: int


@dataclass(frozen=True, slots=True)
class RemoteStop:
    """Stop the transaction with this id."""

    operator_id: UUID
    identity: str
    transaction_id: str


class ChargerGateway(Protocol):
    """The way to the charge points, whichever process holds the socket. Nothing here raises."""

    async def remote_start(self, command: RemoteStart) -> CommandOutcome:
        """Ask for a start; ACCEPTED only means that the charge point will try (1.6 errata 3.32)."""
        ...

    async def remote_stop(self, command: RemoteStop) -> CommandOutcome:
        """Ask for a stop."""
        ...

    async def ask_state(self, operator_id: UUID, identity: str, evse_no: int) -> CommandOutcome:
        """Ask for a fresh status and meter values (TriggerMessage)."""
        ...
