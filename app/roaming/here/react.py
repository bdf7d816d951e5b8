"""What is told to platforms when something happens here: deferred in the same transaction."""

from collections.abc import Sequence

from app.charging.chargers.events import (
    ChargePointsConnected,
    ChargePointsDisconnected,
    EvseStatusChanged,
)
from app.charging.chargers.model import ELSEWHERE
from app.charging.chargers.public.read import note_changes
from app.charging.sessions.events import SessionEnded, SessionStarted
from app.infra.database import Reactors, Work
from app.pricing.tariffs.events import PricesChanged
from app.roaming.here import store
from app.roaming.here.push import EVSES, push_later
from app.roaming.platforms.model import RECEIVER
from app.roaming.platforms.read import connected_platforms
from app.roaming.received.model import LOCATIONS, SESSIONS
from app.roaming.terminals.advise import advice_reactors


def roaming_reactors() -> Reactors:
    """Return what roaming does about facts of other contexts."""
    return {
        **advice_reactors(),
        EvseStatusChanged: (_status_changed,),
        ChargePointsConnected: (_came_or_went,),
        ChargePointsDisconnected: (_came_or_went,),
        SessionStarted: (_session_started,),
        SessionEnded: (_session_ended,),
        PricesChanged: (_prices_changed,),
    }


async def _status_changed(work: Work, event: EvseStatusChanged) -> None:
    if not event.evse_uid.startswith(f"{ELSEWHERE}."):
        await _tell_of(work, [event.evse_uid])


async def _came_or_went(
    work: Work, event: ChargePointsConnected | ChargePointsDisconnected
) -> None:
    await _tell_of(work, await note_changes(work, event.identities))


async def _tell_of(work: Work, evse_uids: Sequence[str]) -> None:
    for platform in await connected_platforms(work):
        if platform.serves(LOCATIONS, RECEIVER):
            for evse_uid in evse_uids:
                push_later(work, platform.platform_id, EVSES, evse_uid)


async def _session_started(work: Work, event: SessionStarted) -> None:
    guest = await store.find(work, event.session_id)
    if guest is not None:
        push_later(work, guest.platform_id, SESSIONS, str(event.session_id))


async def _session_ended(work: Work, event: SessionEnded) -> None:
    if await store.find(work, event.session_id) is not None:
        work.defer(
            "ocpi.guest_end",
            queueing_lock=f"ocpi.guest_end:{event.session_id}",
            session_id=event.session_id,
        )


async def _prices_changed(work: Work, event: PricesChanged) -> None:  # noqa: ARG001 - all of them
    for platform in await connected_platforms(work):
        work.defer(
            "ocpi.gap",
            queueing_lock=f"ocpi.gap:{platform.platform_id}",
            platform_id=platform.platform_id,
            is_asked=False,
        )
