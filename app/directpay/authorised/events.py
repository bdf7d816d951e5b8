"""What is told of journeys to those above them."""

from dataclasses import dataclass
from uuid import UUID

from app.directpay.model import Journey, Stage
from app.kernel.events import Event


@dataclass(frozen=True, slots=True)
class JourneyChanged(Event):
    """A journey at an EVSE has begun (PAYING), or is in another stage than before."""

    journey_id: UUID
    session_id: UUID
    evse_uid: str
    stage: Stage

    @classmethod
    def of(cls, journey: Journey) -> "JourneyChanged":
        """Return the news that *journey* is where it is."""
        return cls(journey.journey_id, journey.session_id, journey.evse_uid, journey.stage)
