"""Chase the CDRs of sessions that are over: ask for them, and end without when none comes."""

import logging
from datetime import timedelta
from uuid import UUID

from app.charging.sessions.close import close_session
from app.charging.sessions.read import pending_elsewhere
from app.directpay.elsewhere.tell import ask_about_session
from app.infra.database import EVERY_OPERATOR
from app.infra.limits import Limit
from app.roaming.abroad import store
from app.roaming.abroad.chargers import PlatformChargers
from app.roaming.abroad.model import Charge
from app.roaming.abroad.pull import pull_cdrs
from app.roaming.desk import RoamingDesk
from app.roaming.errors import OcpiInvalid, OcpiNotOffered, PlatformNotFound, PlatformTrouble

log = logging.getLogger(__name__)

# A CDR is usually there within minutes; a driver should not wait for a receipt until tomorrow.
ASK_AFTER = timedelta(minutes=5)
# A start is given up after four minutes; until a quarter of an hour a late one is stopped.
START_AFTER = timedelta(seconds=45)
STARTS_WITHIN = timedelta(minutes=15)
END_AFTER = timedelta(hours=4)
_ASK = Limit("ocpi-cdrs", 1, timedelta(minutes=5))


async def chase_records(*, desk: RoamingDesk) -> None:
    """
    Ask platforms for the CDRs that they owe, and end sessions without after END_AFTER. A sweep.

    Those are priced by the last word of the platform's session, and a person looks at them; a CDR
    that comes later changes nothing.
    """
    async with desk.database.work(EVERY_OPERATOR) as work:
        waiting = await store.unrecorded(work, work.now - ASK_AFTER)
        late = work.now - END_AFTER
    for operator_id, charge in waiting:
        await _ask(operator_id, charge, desk)
    for operator_id, charge in waiting:
        if charge.over_since is not None and charge.over_since < late:
            await _end_without(operator_id, charge, desk)


async def chase_starts(*, desk: RoamingDesk) -> None:
    """Ask platforms for sessions that were to begin, and of which no word came. A sweep."""
    chargers = PlatformChargers(desk)
    async with desk.database.work(EVERY_OPERATOR) as work:
        waiting = await pending_elsewhere(work, work.now - STARTS_WITHIN)
        quiet = [one for one in waiting if one.created_at < work.now - START_AFTER]
    for session in quiet:
        await chargers.ask_state(session.operator_id, session.identity, session.evse_no)


async def _ask(operator_id: UUID, charge: Charge, desk: RoamingDesk) -> None:
    number, _ = await desk.limits.count(_ASK, str(charge.platform_id))
    if number > _ASK.most or charge.over_since is None:
        return
    since = charge.over_since - ASK_AFTER
    try:
        await pull_cdrs(charge.platform_id, since, operator_id=operator_id, desk=desk)
    except (PlatformTrouble, OcpiNotOffered, OcpiInvalid, PlatformNotFound) as wrong:
        log.warning("no CDRs from platform %s: %s", charge.platform_id, wrong)


async def _end_without(operator_id: UUID, charge: Charge, desk: RoamingDesk) -> None:
    async with desk.database.work(operator_id) as work:
        known = await store.charge_of(work, charge.session_id)
        if known is None or known.recorded_at is not None:
            return
        await store.give_up(work, charge.session_id)
        detail = f"no CDR came for the platform's session {charge.their_id}"
        await ask_about_session(work, charge.session_id, detail)
    await close_session(
        charge.session_id, "cdr_missing", operator_id=operator_id, database=desk.database
    )
