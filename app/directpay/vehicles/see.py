"""A car told its id: it is its driver's, or nobody's and soon forgotten."""

from dataclasses import replace
from typing import Final

from app.charging.chargers.events import EvseStatusesChanged
from app.charging.chargers.model import Evse, EvseStatus
from app.charging.sessions.events import SessionStarted
from app.charging.sessions.model import StartReport, StopReport
from app.charging.sessions.read import get_session
from app.charging.tokens.model import VEHICLE, Token
from app.charging.tokens.read import token_named
from app.directpay.desk import Secrets
from app.directpay.vehicles import store
from app.directpay.vehicles.model import LINKED_WITHIN, VehicleKeys, vehicle_in
from app.infra.database import Reactors, Work

# What is on record of a transaction that an unknown car began.
_NOBODYS: Final = VEHICLE.rstrip(":")


def vehicle_reactors() -> Reactors:
    """Return what becomes of the cars that were seen when a session begins, or they go."""
    return {SessionStarted: (_session_started,), EvseStatusesChanged: (_statuses_changed,)}


def keys_of(secrets: Secrets) -> VehicleKeys:
    """Return what makes and finds the digests of vehicles."""
    return VehicleKeys((secrets.key, *secrets.former))


async def vehicle_token(
    work: Work, id_tag: str, kind: str | None, secrets: Secrets
) -> tuple[str, Token | None] | None:
    """
    Step: return as what a vehicle is kept, and its token if a driver has agreed to it.

    None when *id_tag* is no vehicle's.
    """
    vehicle = vehicle_in(id_tag, kind)
    if vehicle is None:
        return None
    uids = keys_of(secrets).uids(work.operator_id, vehicle)
    for uid in uids:
        token = await token_named(work, uid)
        if token is not None:
            return uid, token
    return uids[0], None


async def see_stranger(work: Work, uid: str, evse: Evse | None) -> None:
    """Step: note, for minutes, a vehicle that nobody has agreed to; nowhere without an EVSE."""
    if evse is not None:
        await store.see(work, evse.evse_uid, uid)


def without_vehicle(report: StartReport) -> StartReport:
    """Return a start of nobody's, without the id that its car told."""
    return replace(report, id_tag=_NOBODYS)


def stop_without_vehicle(report: StopReport) -> StopReport:
    """Return a stop without the id that its car told; it is found by its transaction."""
    if report.id_tag is None or vehicle_in(report.id_tag, None) is None:
        return report
    return replace(report, id_tag=None)


async def _session_started(work: Work, event: SessionStarted) -> None:
    session = await get_session(work, event.session_id)
    await store.link(work, session.evse_uid, event.session_id, work.now - LINKED_WITHIN)


async def _statuses_changed(work: Work, event: EvseStatusesChanged) -> None:
    free = [each.evse_uid for each in event.changes if each.status is EvseStatus.AVAILABLE]
    if free:
        await store.leave(work, free)
