"""Steps on the work list; they run inside the caller's transaction."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid5

from app.funds.payments.errors import WorkItemNotFound
from app.funds.payments.events import Trouble
from app.funds.payments.worklist import store
from app.infra.database import Work
from app.kernel.money import Money


@dataclass(frozen=True, slots=True)
class WorkItem:
    """Something about a payment that needs a person: why, how much, since when."""

    payment_id: UUID
    operation_id: UUID | None
    reason: Trouble
    amount: Money
    detail: str
    opened_at: datetime

    @property
    def item_id(self) -> UUID:
        """Return the id: one item for each reason and operation."""
        return uuid5(self.payment_id, f"{self.reason}:{self.operation_id}")


async def open_item(work: Work, item: WorkItem) -> bool:
    """Step: put *item* on the list; return False when it was put there before."""
    row = store.ItemRow(
        item_id=item.item_id,
        payment_id=item.payment_id,
        operation_id=item.operation_id,
        reason=item.reason.value,
        amount_minor=item.amount.minor,
        currency=item.amount.currency,
        detail=item.detail,
        opened_at=item.opened_at,
    )
    return await store.add_item(work, row)


async def work_items(work: Work) -> list[WorkItem]:
    """Step: return what is open for the work's operator, oldest first."""
    return [
        WorkItem(
            payment_id=row.payment_id,
            operation_id=row.operation_id,
            reason=Trouble(row.reason),
            amount=Money(row.amount_minor, row.currency),
            detail=row.detail,
            opened_at=row.opened_at,
        )
        for row in await store.open_items(work)
    ]


async def resolve_item(work: Work, item_id: UUID, resolution: str) -> None:
    """Step: close an item with what was done. Raises WorkItemNotFound."""
    if not await store.close_item(work, item_id, resolution):
        msg = "no open item has this id"
        raise WorkItemNotFound(msg, item_id=item_id)
