"""Pages of guests' sessions and records, for the platforms whose drivers they are."""

from collections.abc import Mapping
from typing import Any

from app.infra.database import Work
from app.roaming.here import store
from app.roaming.here.show import ocpi_cdr_of, ocpi_session
from app.roaming.platforms.model import Platform
from app.roaming.wire.sessions import Cdr, Session


async def session_page(
    work: Work, platform: Platform, asked: Mapping[str, Any]
) -> tuple[list[Session], int]:
    """Return a page of sessions, and how many there are in all pages. A step."""
    found = await store.page(work, platform.platform_id, asked, is_billed=False)
    total = await store.count(work, platform.platform_id, asked, is_billed=False)
    return [await ocpi_session(work, guest) for guest in found], total


async def billed_page(
    work: Work, platform: Platform, asked: Mapping[str, Any]
) -> tuple[list[Cdr], int]:
    """Return a page of records, and how many there are in all pages. A step."""
    found = await store.page(work, platform.platform_id, asked, is_billed=True)
    total = await store.count(work, platform.platform_id, asked, is_billed=True)
    return [await ocpi_cdr_of(work, guest) for guest in found], total
