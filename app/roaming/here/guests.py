"""Pages of guests' sessions and CDRs, for the platforms whose drivers they are."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from app.infra.database import Work
from app.roaming.debts import store as debts
from app.roaming.debts.credit import told_of
from app.roaming.debts.model import Side
from app.roaming.errors import OcpiObjectUnknown
from app.roaming.here import store
from app.roaming.here.show import ocpi_session
from app.roaming.platforms.model import Platform
from app.roaming.received.model import SESSIONS
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


async def guest_session(work: Work, platform: Platform, session_id: str) -> Session:
    """Return a session of the platform's driver. A step. Raises OcpiObjectUnknown."""
    try:
        guest = await store.find(work, UUID(session_id))
    except ValueError:
        guest = None
    if guest is None or guest.platform_id != platform.platform_id:
        raise OcpiObjectUnknown(f"there is no session {session_id}", module=SESSIONS)
    return await ocpi_session(work, guest)
