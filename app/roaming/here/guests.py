"""Pages of guests' sessions and CDRs, for the platforms whose drivers they are."""

from collections.abc import Mapping
from typing import Any

from app.infra.database import Work
from app.roaming.debts import store as debts
from app.roaming.debts.credit import told_of
from app.roaming.debts.model import Side
from app.roaming.here import store
from app.roaming.here.show import ocpi_session
from app.roaming.platforms.model import Platform
from app.roaming.wire.sessions import Cdr, Session


async def session_page(
    work: Work, platform: Platform, asked: Mapping[str, Any]
) -> tuple[list[Session], int]:
    """Return a page of sessions, and how many there are in all pages. A step."""
    found = await store.page(work, platform.platform_id, asked)
    total = await store.count(work, platform.platform_id, asked)
    return [await ocpi_session(work, guest) for guest in found], total


async def billed_page(
    work: Work, platform: Platform, asked: Mapping[str, Any]
) -> tuple[list[Cdr], int]:
    """Return a page of CDRs, credits among them, and how many there are in all pages. A step."""
    found, total = await debts.page(work, platform.platform_id, Side.OURS, asked)
    return [await told_of(work, debt) for debt in found], total
