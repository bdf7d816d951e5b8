"""What the outside must offer so that other platforms' drivers can start at our readers."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from app.charging.chargers.model import Evse
from app.charging.sessions.model import Session
from app.directpay.reader.model import IdTokenInfo, Presented
from app.infra.database import Work

Welcome = Callable[[Work, Evse, UUID, datetime], Awaitable[Session]]


@dataclass(frozen=True, slots=True)
class Invitation:
    """
    What a driver's own platform says of a token.

    *welcome* makes the session, with the id that it is given, since the instant it began: a step.
    It raises NotAtTheReader.
    """

    info: IdTokenInfo
    welcome: Welcome


class Guests(Protocol):
    """The drivers of other platforms."""

    async def invite(self, presented: Presented) -> Invitation | None:
        """Return what their platform says of a token, in time; None: nobody has told of it."""
        ...


class NoGuests(Guests):
    """No other platform is connected."""

    async def invite(self, presented: Presented) -> Invitation | None:  # noqa: ARG002 - a port
        """Know nobody."""
        return None
