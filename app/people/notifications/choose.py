"""What a driver wants to be told."""

from collections.abc import Mapping
from uuid import UUID

from app.infra.database import Work
from app.people.notifications import store
from app.people.notifications.model import UNASKED, NoticeKind


async def choices_of(work: Work, driver_id: UUID) -> dict[NoticeKind, bool]:
    """Step: return of each kind of notice whether the driver wants it."""
    chosen = await store.choices_of(work, driver_id)
    return {kind: chosen.get(kind, kind in UNASKED) for kind in NoticeKind}


async def choose(work: Work, driver_id: UUID, choices: Mapping[NoticeKind, bool]) -> None:
    """Step: tell the driver of some kinds, and of others no more; those not named stay."""
    await store.save_choices(work, driver_id, choices)
