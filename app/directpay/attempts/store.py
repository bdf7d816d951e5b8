"""Which payment a journey waits for now, and how often one was declined."""

from uuid import UUID

import msgspec
from sqlalchemy import update

from app.directpay.model import Journey
from app.directpay.store import journey
from app.infra.database import Work
from app.infra.tables import scoped


async def save_attempt(work: Work, changed: Journey) -> None:
    """Write the payment and the state of a journey that this work has locked."""
    values = {
        "payment_id": changed.payment_id,
        "state": msgspec.to_builtins(changed.state),
        "version": changed.version,
        "changed_at": work.now,
    }
    await _change(work, changed.journey_id, values)


async def count_refusal(work: Work, journey_id: UUID) -> None:
    """Note that one more payment for the journey was declined."""
    await _change(work, journey_id, {"refused": journey.c.refused + 1})


async def _change(work: Work, journey_id: UUID, values: dict[str, object]) -> None:
    mine = (journey.c.operator_id == work.operator_id) & (journey.c.journey_id == journey_id)
    await work.execute(update(journey).where(mine).values(values))


async def network_of(work: Work, journey_id: UUID) -> str | None:
    """Return the mark of the network that a journey was ordered from, or None."""
    asked = scoped(journey, work, journey.c.network).where(journey.c.journey_id == journey_id)
    return (await work.execute(asked)).scalar_one_or_none()
