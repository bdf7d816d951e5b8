"""What callers send and get back about refunds."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from litestar.params import PathParameter, QueryParameter
from msgspec import Meta, Struct

from app.directpay.prices.views import MoneyView
from app.directpay.refunds.ask import LONGEST_REASON
from app.directpay.refunds.model import Refund

RefundId = Annotated[UUID, PathParameter(description="The refund's id.")]
State = Annotated[
    Literal["asked", "done", "refused"] | None,
    QueryParameter(name="state", description="Only those in this state."),
]
_MOST = 99_999_999


class AmountOrder(Struct, frozen=True, forbid_unknown_fields=True):
    """An amount, incl. VAT."""

    minor: Annotated[int, Meta(ge=1, le=_MOST)]
    currency: Annotated[str, Meta(pattern="^[A-Z]{3}$")]


class NewRefund(Struct, frozen=True, forbid_unknown_fields=True):
    """What to give back of the document *receipt*; without an *amount* all that is left of it."""

    receipt: Annotated[str, Meta(min_length=1, max_length=40)]
    reason: Annotated[str, Meta(min_length=1, max_length=LONGEST_REASON)]
    amount: AmountOrder | None = None


class RefundView(Struct, frozen=True):
    """A refund: `asked` waits for somebody else, `done` has its credit note, `refused` ends it."""

    id: UUID
    receipt: str
    amount: MoneyView
    reason: str
    state: str
    asked_by: str
    asked_at: datetime
    decided_by: str | None
    decided_at: datetime | None


class Refunds(Struct, frozen=True):
    """A page of an operator's refunds, oldest first; *next_cursor* is null on the last."""

    refunds: tuple[RefundView, ...]
    next_cursor: str | None = None


def refund_view(refund: Refund) -> RefundView:
    """Return *refund* as it is sent."""
    return RefundView(
        id=refund.refund_id,
        receipt=refund.receipt_number,
        amount=MoneyView(refund.amount.minor, refund.amount.currency),
        reason=refund.reason,
        state=refund.state,
        asked_by=refund.asked_by,
        asked_at=refund.asked_at,
        decided_by=refund.decided_by,
        decided_at=refund.decided_at,
    )
