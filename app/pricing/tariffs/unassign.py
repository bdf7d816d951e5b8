"""Ending the assignment of a tariff."""

from app.infra.database import Work
from app.pricing.tariffs import store
from app.pricing.tariffs.model import Target


async def unassign_tariff(work: Work, target: Target) -> None:
    """
    Let no tariff be assigned to *target* from now on: that of the level above holds again.

    A step: it runs inside the caller's transaction. Without an assignment nothing happens.
    """
    await store.end(work, target, work.now)
