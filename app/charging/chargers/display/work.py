"""Change the secret of a display, and tell charge points that somebody pays."""

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from app.charging.chargers.display import store
from app.charging.chargers.display.ports import CodeDisplays
from app.charging.chargers.errors import NoDisplay
from app.charging.chargers.read import get_evse
from app.infra.database import Database, Work
from app.infra.jobs import Job

SHOW_CODE: Final = "chargers.show_code"
ANNOUNCE_PAYMENT: Final = "chargers.announce_payment"
_SECOND: Final = timedelta(seconds=1)


async def rotate_secret(work: Work, evse_uid: str) -> int:
    """
    Give the display of an EVSE a new secret; return how many it has had.

    The former one counts for another hour, or until the charge point comes back. A step of the
    caller's transaction. Raises EvseNotFound and NoDisplay.
    """
    evse = await get_evse(work, evse_uid)
    if evse.display is None:
        raise NoDisplay("no display is configured for it", evse_uid=evse_uid)
    await store.rotate(work, evse_uid)
    work.defer(SHOW_CODE, evse_uid=evse_uid)
    return evse.display.rotation + 1


def announce(work: Work, evse_uid: str, until: datetime) -> None:
    """Step: tell the charge point, after the commit, that somebody pays at an EVSE *until* then."""
    work.defer(ANNOUNCE_PAYMENT, evse_uid=evse_uid, until=until.isoformat())


def display_jobs(database: Database, displays: CodeDisplays) -> tuple[Job, ...]:
    """Return the jobs that reach displays; a charge point that is away gets its code at pairing."""

    async def show_code(*, evse_uid: str, operator_id: UUID) -> None:
        async with database.work(operator_id) as work:
            evse = await get_evse(work, evse_uid)
        await displays.show_code(evse)

    async def announce_payment(*, evse_uid: str, until: str, operator_id: UUID) -> None:
        async with database.work(operator_id) as work:
            evse = await get_evse(work, evse_uid)
        seconds = (datetime.fromisoformat(until) - work.now) // _SECOND
        if seconds > 0:
            await displays.announce_payment(evse, seconds)

    return Job(SHOW_CODE, show_code), Job(ANNOUNCE_PAYMENT, announce_payment)
