"""Until when holds last while nothing is heard: of a running session, and the sweep over all."""

from datetime import datetime, timedelta

from app.charging.chargers.model import Evse
from app.charging.chargers.read import get_evse
from app.charging.sessions.read import get_session
from app.directpay import store
from app.directpay.advance import tell
from app.directpay.decide import LONGEST_SESSION
from app.directpay.follow.meter import Meter, meter_of
from app.directpay.follow.store import set_limits
from app.directpay.model import Journey
from app.directpay.news import CostReachesHold
from app.infra.database import EVERY_OPERATOR, Database, Work
from app.pricing.tariffs.events import PricesChanged

# A stop takes effect after the next reading at the latest (30 s on AC, 10 s on DC) and the way to
# the charge point and back; what is drawn until then must still fit into the hold.
STOP_MARGIN_AC = timedelta(seconds=45)
STOP_MARGIN_DC = timedelta(seconds=20)
SWEEP_MOST = 500


async def look_again(work: Work, event: PricesChanged) -> None:
    """React to new live prices: how long the holds of those who follow them last is open again."""
    await store.forget_limits(work, event.tariff_id)


async def watch_limits(*, database: Database) -> None:
    """
    Stop the sessions whose hold may be used up by now though nothing was heard of them. A sweep.

    A session of which nothing was heard at all gets its limit here: at the EVSE's whole power.
    """
    async with database.work(EVERY_OPERATOR) as work:
        unlimited = await store.without_limit(work, SWEEP_MOST)
        near = await store.near_limit(work, work.now, SWEEP_MOST)
    for journey in unlimited:
        async with database.work(journey.operator_id) as work:
            await _limit(work, journey)
    for journey in near:
        async with database.work(journey.operator_id) as work:
            # One that is offline cannot be asked to stop; what it kept is priced when it is back.
            if (await get_evse(work, journey.evse_uid)).connected:
                await tell(work, journey.journey_id, CostReachesHold())


async def _limit(work: Work, journey: Journey) -> None:
    evse = await get_evse(work, journey.evse_uid)
    session = await get_session(work, journey.session_id)
    meter = await meter_of(work, journey, session, evse)
    silence = limit_in_silence(meter, journey, work.now)
    await set_limits(work, {journey.journey_id: silence - margin_of(evse)})


def limit_in_silence(meter: Meter, journey: Journey, now: datetime) -> datetime:
    """Return until when the hold lasts at the EVSE's whole power; no session is longer than it."""
    limit_at = time_after(meter, meter.seconds_left_at_most(journey.held))
    longest = now + LONGEST_SESSION
    return longest if limit_at is None else min(limit_at, longest)


def time_after(meter: Meter, seconds: int | None) -> datetime | None:
    """Return when so many *seconds* have passed since the last reading; None is never."""
    return None if seconds is None else meter.as_of + timedelta(seconds=seconds)


def margin_of(evse: Evse) -> timedelta:
    """Return how long a stop may take to have an effect."""
    return STOP_MARGIN_DC if evse.current == "DC" else STOP_MARGIN_AC
