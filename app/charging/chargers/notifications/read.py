"""Read what a charge point told."""

from collections.abc import Sequence
from uuid import UUID

from app.charging.chargers.notifications import store
from app.charging.chargers.notifications.model import Kept
from app.infra.database import Work


async def list_notifications(
    work: Work, identity: str, *, action: str | None, before: UUID | None, most: int
) -> Sequence[Kept]:
    """Return what came before *before*, the latest first; only *action*, if any. A step."""
    return await store.of_station(work, identity, action=action, before=before, most=most)
