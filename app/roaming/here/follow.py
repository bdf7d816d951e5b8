"""Follow the sessions of guests: told every minute, given up or billed at the end."""

from datetime import timedelta
from uuid import UUID

from app.charging.sessions.model import SessionState
from app.charging.sessions.read import get_session
from app.charging.sessions.withdraw import withdraw_session
from app.infra.database import EVERY_OPERATOR, Work
from app.roaming.desk import RoamingDesk
from app.roaming.here import store
from app.roaming.here.model import Guest
from app.roaming.here.push import push_later
from app.roaming.here.show import bill_guest
from app.roaming.received.model import CDRS, SESSIONS
from app.roaming.terminals.end import close_paid

# As long as for a driver who paid here.
PLUG_IN_WITHIN = timedelta(minutes=5)
FORGOTTEN_AFTER = timedelta(days=2)


def end_later(work: Work, session_id: UUID) -> None:
    """Let a guest's session that is over be told about after the commit. A step."""
    once = f"ocpi.guest_end:{session_id}"
    work.defer("ocpi.guest_end", queueing_lock=once, session_id=session_id)


async def end_guest(session_id: UUID, *, operator_id: UUID, desk: RoamingDesk) -> None:
    """Write the record of a guest's session that is over, and push both; a job."""
    async with desk.database.work(operator_id) as work:
        guest = await store.find(work, session_id)
        if guest is None:
            return
        close = bill_guest if guest.journey_id is None else close_paid
        if await close(work, session_id) is not None:
            push_later(work, guest.platform_id, CDRS, str(session_id))
        push_later(work, guest.platform_id, SESSIONS, str(session_id))


async def follow_guests(*, desk: RoamingDesk) -> None:
    """Tell platforms how their drivers' sessions are. A sweep."""
    async with desk.database.work(EVERY_OPERATOR) as work:
        found = await store.open_guests(work, work.now)
    for operator_id, guest in found:
        await _follow(operator_id, guest, desk)


async def _follow(operator_id: UUID, guest: Guest, desk: RoamingDesk) -> None:
    async with desk.database.work(operator_id) as work:
        session = await get_session(work, guest.session_id)
        age = work.now - guest.created_at
        match session.state:
            case SessionState.PENDING if age > PLUG_IN_WITHIN and guest.journey_id is None:
                await withdraw_session(work, guest.session_id)
                push_later(work, guest.platform_id, SESSIONS, str(guest.session_id))
            case SessionState.ACTIVE:
                await store.update(work, guest.session_id)
                push_later(work, guest.platform_id, SESSIONS, str(guest.session_id))
            case SessionState.COMPLETED if age < FORGOTTEN_AFTER:
                end_later(work, guest.session_id)
            case _:
                pass
