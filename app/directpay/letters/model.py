"""A letter: the mail that brings the payer the link to follow and stop a session."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from app.billing.receipts.deliveries.model import DeliveryState
from app.directpay.model import Stage

# When there is something to follow and to stop. Before the payment nobody has shown that the
# session is theirs, and when it stops the receipt is on its way.
FOLLOWED = (Stage.STARTING, Stage.WAITING, Stage.CHARGING)
# The last of a session's mails is the receipt's.
MOST_LETTERS = 2
# A letter that was given up was never a mail.
_COUNTED = (DeliveryState.WAITING, DeliveryState.SENT, DeliveryState.REFUSED)


@dataclass(frozen=True, slots=True)
class Letter:
    """One letter to one address, and what became of it."""

    letter_id: UUID
    journey_id: UUID
    address: str
    state: DeliveryState
    attempts: int
    asked_at: datetime
    detail: str = ""

    @property
    def counts(self) -> bool:
        """Tell whether this is one of the mails that a session may cause."""
        return self.state in _COUNTED
