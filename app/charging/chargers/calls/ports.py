"""What the outside must offer to make any call of the protocol."""

from collections.abc import Sequence
from typing import Protocol
from uuid import UUID

from app.charging.chargers.calls.commands import Command
from app.charging.chargers.calls.model import Call, Order, Reply, Setting


class CallGateway(Protocol):
    """The protocol itself, in the words of each version, and the way to every charge point."""

    def judge(self, protocol: str, order: Order) -> None:
        """Raise CallNotSupported or CallInvalid when *protocol* has no such call."""
        ...

    def words_of(self, protocol: str, command: Command, number: int) -> Sequence[Order]:
        """Return the calls that are the *command* with this *number*. Raises CallNotSupported."""
        ...

    def settings_of(self, call: Call) -> Sequence[Setting]:
        """Return the settings that a charge point told, or took, in its answer to *call*."""
        ...

    def password_in(self, order: Order) -> str | None:
        """Return the password that *order* gives a charge point to connect with, or None."""
        ...

    def without_secrets(self, order: Order) -> Order:
        """Return *order* as it may be kept: passwords are taken out."""
        ...

    async def exchange(self, operator_id: UUID, identity: str, order: Order) -> Reply:
        """Make the call and return what came back. Never raises."""
        ...
