"""What happened to sessions; reactors run inside the transaction that changed the session."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from app.charging.sessions.model import Reading
from app.kernel.events import Event


@dataclass(frozen=True, slots=True)
class SessionStarted(Event):
    """The charge point started the transaction that belongs to the session."""

    session_id: UUID


@dataclass(frozen=True, slots=True)
class SessionsMeasured(Event):
    """
    New samples came for running sessions.

    *readings* are, by session, the trusted state to price: energy is the highest plausible so far,
    whatever the samples say.
    """

    readings: Mapping[UUID, Reading]


@dataclass(frozen=True, slots=True)
class SessionEnded(Event):
    """The session is over, by a stop or closed without one; its energy is final."""

    session_id: UUID


@dataclass(frozen=True, slots=True)
class LateStart(Event):
    """
    A start that nobody pays: withdrawn before, at another EVSE, or once more with a used idTag.

    The transaction must be stopped at once.
    """

    session_id: UUID
    identity: str
    transaction_id: str


@dataclass(frozen=True, slots=True)
class SessionFlagged(Event):
    """Something came for a session that is over; its CDR gets the *flag*, never another amount."""

    session_id: UUID
    flag: str
    detail: str
