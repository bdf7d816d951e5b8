"""A refund of a settled session, from the wish to the credit note."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Self, TypeAlias
from uuid import UUID

from app.directpay.refunds.errors import RefundDecided, SecondPersonNeeded
from app.kernel.money import Money

# Where a page of refunds goes on: behind the one that was asked for then, with this id.
Behind: TypeAlias = tuple[datetime, UUID]


class RefundState(StrEnum):
    """ASKED waits for a second person; DONE has its credit note; REFUSED gives nothing back."""

    ASKED = "asked"
    DONE = "done"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Refund:
    """
    *amount*, incl. VAT, to give back of what a session was charged, and why.

    *receipt_number* is the document it corrects; the credit note has the refund's own id.
    """

    refund_id: UUID
    session_id: UUID
    receipt_number: str
    amount: Money
    reason: str
    asked_by: str
    asked_at: datetime
    state: RefundState = RefundState.ASKED
    decided_by: str | None = None
    decided_at: datetime | None = None

    def decided(self, state: RefundState, *, by: str, at: datetime) -> Self:
        """
        Return the refund as *by* decided it.

        Raises RefundDecided when it was decided before, SecondPersonNeeded when *by* is who asked
        and approves.
        """
        if self.state is not RefundState.ASKED:
            raise RefundDecided(f"it is {self.state}", refund_id=self.refund_id)
        if state is RefundState.DONE and by.casefold() == self.asked_by.casefold():
            detail = f"{self.asked_by} asked for it; somebody else has to approve it"
            raise SecondPersonNeeded(detail, refund_id=self.refund_id)
        return replace(self, state=state, decided_by=by, decided_at=at)
