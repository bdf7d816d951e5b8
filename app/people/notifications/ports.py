"""What a push service must offer."""

from dataclasses import dataclass
from typing import Protocol

from app.people.notifications.model import Address


@dataclass(frozen=True, slots=True)
class Pushed:
    """The push service took the message."""


@dataclass(frozen=True, slots=True)
class Gone:
    """The browser does not want messages any more, or never did: it can be forgotten."""


@dataclass(frozen=True, slots=True)
class NotPushed:
    """The push service was not reached, or asked to come back: send again later."""

    detail: str


PushOutcome = Pushed | Gone | NotPushed


class PushService(Protocol):
    """Hands messages to the push services of browsers."""

    async def push(self, address: Address, body: bytes, *, seconds: int) -> PushOutcome:
        """Send *body*, encrypted for the browser alone; it is of use for so many *seconds*."""
        ...


class NoPush:
    """The push service of who has none: nobody can be reached."""

    async def push(self, address: Address, body: bytes, *, seconds: int) -> PushOutcome:
        """Send nothing."""
        del address, body, seconds
        return NotPushed("no push service")
