"""What is told of journeys to those above them."""

from dataclasses import dataclass
from uuid import UUID

from app.directpay.model import Stage
from app.kernel.events import Event


@dataclass(frozen=True, slots=True)
class JourneyChanged(Event):
    """A journey at an EVSE has begun (PAYING), or is in another stage than before."""

    journey_id: UUID
    evse_uid: str
    stage: Stage
