"""Assigning a tariff to a place."""

from datetime import datetime

from app.infra.database import Work
from app.pricing.tariffs import store
from app.pricing.tariffs.errors import TariffNotFound
from app.pricing.tariffs.model import Target


async def assign_tariff(
    work: Work, tariff_id: str, target: Target, since: datetime | None = None
) -> None:
    """
    Let *tariff_id* hold for *target* from *since* on (default: now), in place of what held there.

    A step: it runs inside the caller's transaction. To assign what is assigned changes nothing.
    Raises TariffNotFound for a tariff that was never published.
    """
    start = work.now if since is None else since
    if await store.newest(work, tariff_id) is None:
        raise TariffNotFound(f"there is no tariff {tariff_id!r}", tariff_id=tariff_id)
    if since is None and await store.assignment(work, target, start) == tariff_id:
        return
    await store.assign(work, tariff_id, target, start)
