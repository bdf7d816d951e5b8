"""What is told to platforms when something happens here: deferred in the same transaction."""

from collections.abc import Sequence

from app.charging.chargers.events import (
    ChargePointsConnected,
    ChargePointsDisconnected,
    EvseStatusesChanged,
)
from app.charging.chargers.model import ELSEWHERE
from app.charging.chargers.public.read import note_changes
from app.charging.sessions.events import SessionEnded, SessionStarted
from app.charging.tokens.events import TokensChanged
from app.directpay.authorised.events import JourneyChanged
from app.directpay.model import Stage
from app.infra.database import Reactors, Work
from app.pricing.tariffs.events import PricesChanged
from app.roaming.here import store
from app.roaming.here.follow import end_later
from app.roaming.here.gap import defer_gap
from app.roaming.here.push import EVSES, push_later
from app.roaming.orders.carry_out import answer_later
from app.roaming.platforms.model import RECEIVER
from app.roaming.platforms.read import connected_platforms
from app.roaming.received.model import LOCATIONS, SESSIONS, TOKENS
from app.roaming.terminals.advise import advice_reactors
from app.roaming.terminals.end import start_result
from app.roaming.terminals.settle import settle_reactors

# From these on it is known what came of a start, and of a session.
_TOLD = (Stage.WAITING, Stage.CHARGING, Stage.ENDED)


# So many cards are pushed one by one.
_MOST_PUSHED = 50


def roaming_reactors() -> Reactors:
    """Return what roaming does about facts of other contexts."""
    return {
        **advice_reactors(),
        **settle_reactors(),
        EvseStatusesChanged: (_statuses_changed,),
        ChargePointsConnected: (_came_or_went,),
        ChargePointsDisconnected: (_came_or_went,),
        SessionStarted: (_session_started,),
        SessionEnded: (_session_ended,),
        JourneyChanged: (_journey_changed,),
        PricesChanged: (_prices_changed,),
        TokensChanged: (_tokens_changed,),
    }


async def _statuses_changed(work: Work, event: EvseStatusesChanged) -> None:
    changed = dict.fromkeys(change.evse_uid for change in event.changes)
    await _tell_of(work, [uid for uid in changed if not uid.startswith(f"{ELSEWHERE}.")])


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
    guest = await store.find(work, event.session_id)
    # One that was paid at a terminal is told about when it has its price.
    if guest is not None and guest.journey_id is None:
        end_later(work, event.session_id)


async def _journey_changed(work: Work, event: JourneyChanged) -> None:
    """Tell a platform what came of the start that was paid at its terminal, and of the end."""
    if event.stage not in _TOLD:
        return
    guest = await store.find(work, event.session_id)
    if guest is None or guest.journey_id is None:
        return
    if guest.answered_at is None:
        await store.update(work, guest.session_id, answered_at=work.now)
        result = await start_result(work, guest.journey_id)
        answer_later(work, guest.platform_id, guest.response_url, result)
    if event.stage is Stage.ENDED:
        end_later(work, guest.session_id)


async def _prices_changed(work: Work, event: PricesChanged) -> None:  # noqa: ARG001 - all of them
    for platform in await connected_platforms(work):
        defer_gap(work, platform.platform_id)


async def _tokens_changed(work: Work, event: TokensChanged) -> None:
    """Push cards that changed; of many at once, what the platform has not got is found."""
    for platform in await connected_platforms(work):
        if not platform.takes_cards or not platform.serves(TOKENS, RECEIVER):
            continue
        if len(event.uids) > _MOST_PUSHED:
            defer_gap(work, platform.platform_id)
            continue
        for uid in sorted(event.uids):
            push_later(work, platform.platform_id, TOKENS, uid)
