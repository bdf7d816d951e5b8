"""A fee for standing is about to begin: who can be told is told ten minutes before."""

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from app.charging.chargers.model import Evse
from app.charging.chargers.read import get_evse
from app.charging.sessions.read import get_session
from app.directpay import store
from app.directpay.follow.meter import meter_of
from app.directpay.model import Charging, Journey
from app.directpay.notices.session import FEE_TASK, tell_all
from app.infra.database import Database, Work
from app.people.notifications.devices import devices_of
from app.people.notifications.model import NoticeKind
from app.pricing.tariffs.engine import Running, Unit

BEFORE: Final = timedelta(minutes=10)
# The last reading is older than the change: another one comes.
_AGAIN: Final = timedelta(minutes=2)


async def look_for_fee(journey_id: UUID, *, operator_id: UUID, database: Database) -> None:
    """
    Tell who charges that a fee starts soon, or come back when it does. The job FEE_TASK.

    A session of which nobody can be told is not looked at again.
    """
    async with database.work(operator_id) as work:
        journey = await store.get_journey(work, journey_id)
        if journey is None or not isinstance(journey.state, Charging):
            return
        if journey.driver_id is None and not await devices_of(work, journey_id):
            return
        evse = await get_evse(work, journey.evse_uid)
        running = await _running(work, journey, evse)
        if running is None or running.next_change is None:
            return
        starts_at = fee_starts(running)
        if starts_at is not None and work.now < starts_at <= work.now + BEFORE:
            await tell_all(work, journey, NoticeKind.FEE, _facts(evse, starts_at), by_mail=True)
            return
        # Behind a change of another kind there may be a fee.
        then = running.next_change if starts_at is None else starts_at - BEFORE
        work.defer(FEE_TASK, at=max(then, work.now + _AGAIN), journey_id=journey_id)


def fee_starts(running: Running) -> datetime | None:
    """Return when a minute begins to cost more than it does now, None: not with the next change."""
    now = sum(each.price for each in running.price_now if each.unit is Unit.MINUTE)
    then = sum(each.price for each in running.next_components if each.unit is Unit.MINUTE)
    return running.next_change if then > now else None


async def _running(work: Work, journey: Journey, evse: Evse) -> Running | None:
    session = await get_session(work, journey.session_id)
    if session.started_at is None or session.ended_at is not None:
        return None
    return (await meter_of(work, journey, session, evse)).running


def _facts(evse: Evse, starts_at: datetime) -> dict[str, str]:
    place = evse.location
    return {"place": place.name, "at": starts_at.isoformat(), "time_zone": place.time_zone}
