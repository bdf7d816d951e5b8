"""What runs now for a driver, or for a browser that nobody is signed in with."""

from collections.abc import Sequence
from uuid import UUID

from app.charging.chargers.read import get_evse
from app.charging.sessions.read import get_session
from app.directpay.desk import Desk, token_digest
from app.directpay.follow.meter import meter_of
from app.directpay.model import Journey, Stage
from app.directpay.owned import store
from app.directpay.owned.model import RunningSession
from app.infra.database import Work

_METERED = (Stage.CHARGING, Stage.STOPPING)


async def running(
    driver_id: UUID | None, tokens: Sequence[str], *, operator_id: UUID, desk: Desk
) -> tuple[RunningSession, ...]:
    """
    Return the operator's sessions under way that are the driver's or have one of *tokens*.

    The newest comes first. Nothing is asked where there is neither.
    """
    if driver_id is None and not tokens:
        return ()
    digests = [token_digest(token) for token in tokens]
    async with desk.database.work(operator_id) as work:
        found = await store.under_way(work, driver_id, digests)
        return tuple([await _told(work, each, desk) for each in found])


async def _told(work: Work, journey: Journey, desk: Desk) -> RunningSession:
    evse = await get_evse(work, journey.evse_uid)
    token = desk.secrets.token(journey.journey_id)
    session = await get_session(work, journey.session_id)
    if journey.stage not in _METERED or session.started_at is None:
        return RunningSession(token, journey.stage, evse.location.name)
    meter = await meter_of(work, journey, session, evse)
    cost = min(meter.payable, journey.held)
    return RunningSession(token, journey.stage, evse.location.name, meter.energy_kwh, cost)
