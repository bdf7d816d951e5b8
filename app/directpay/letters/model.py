"""A letter: a mail to the payer with the link to follow and stop a session."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from app.billing.receipts.deliveries.model import DeliveryState
from app.directpay.model import Ended, Journey, Stage

# When there is something to follow and to stop. Before the payment nobody has shown that the
# session is theirs, and when it stops the receipt is on its way.
FOLLOWED = (Stage.STARTING, Stage.WAITING, Stage.CHARGING)
# The last of a session's mails is the receipt's.
MOST_LETTERS = 2


class LetterKind(StrEnum):
    """
    LINK brings the link, WARNING says that the hold is nearly used up, once a session.

    DEMAND says that the price, which was to be charged after the session, is still to be paid.
    """

    LINK = "link"
    WARNING = "warning"
    DEMAND = "demand"


def is_of_use(kind: LetterKind, journey: Journey) -> bool:
    """Tell whether a letter of a *kind* still has something to say of its journey."""
    if kind is LetterKind.DEMAND:
        return isinstance(journey.state, Ended) and journey.state.owed
    return journey.stage in FOLLOWED


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
    kind: LetterKind = LetterKind.LINK
